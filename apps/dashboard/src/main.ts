import { ApiClient, type Fetch } from './api/api-client.ts';
import { Dashboard } from './dashboard.ts';
import { ConfigError, loadConfig } from './dashboard-config.ts';
import type { Clock } from './polling/poller.ts';
import { element } from './views/element.ts';
import { Notice } from './views/notice.ts';

const browserFetch: Fetch = (url, init) => fetch(url, init);

const browserClock: Clock = {
  now: () => Date.now(),
  setTimeout: (run, ms) => window.setTimeout(run, ms),
  clearTimeout: (handle) => {
    window.clearTimeout(handle as number | undefined);
  },
};

async function start(root: HTMLElement): Promise<void> {
  try {
    const { apiUrl, pollIntervalMs } = await loadConfig(browserFetch, document.baseURI);
    const client = new ApiClient({ apiUrl, fetch: browserFetch });
    new Dashboard({
      root,
      client,
      pollIntervalMs,
      clock: browserClock,
      random: () => Math.random(),
    }).start();
  } catch (error) {
    if (!(error instanceof ConfigError)) throw error;
    showConfigError(root, error);
  }
}

function showConfigError(root: HTMLElement, error: ConfigError): void {
  const notice = new Notice();
  notice.show({
    tone: 'error',
    title: 'This page is not set up yet',
    text: error.message,
    action: { label: 'Reload', run: () => location.reload() },
  });
  root.replaceChildren(element('main', { class: 'start-failure' }, notice.node));
}

const root = document.querySelector<HTMLElement>('#app');
if (root !== null) void start(root);
