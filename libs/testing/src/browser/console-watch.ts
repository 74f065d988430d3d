import type { Page } from 'playwright-core';

/**
 * Collects what a person would see in red in the console. The browser itself logs a line for every
 * response that is not a success; those a test provokes are allowed by their address.
 */
export class ConsoleWatch {
  readonly errors: string[] = [];
  readonly #allowed: RegExp[] = [];

  constructor(page: Page) {
    page.on('pageerror', (error) => this.errors.push(String(error)));
    page.on('console', (message) => {
      if (message.type() !== 'error' && message.type() !== 'warning') return;
      const text = message.text();
      const { url } = message.location();
      const isProvoked =
        text.startsWith('Failed to load resource') && this.#allowed.some((it) => it.test(url));
      if (!isProvoked) this.errors.push(`${text} (${url})`);
    });
  }

  allowFailuresOf(address: RegExp): void {
    this.#allowed.push(address);
  }
}
