/**
 * Limits the number of concurrent requests. The SDK would queue the rest for a socket, where their timeout already runs.
 *
 * @example const gate = new RequestGate(40); await gate.pass(() => client.send(command));
 */
export class RequestGate {
  #free: number;
  readonly #waiting: (() => void)[] = [];

  constructor(limit: number) {
    this.#free = limit;
  }

  async pass<T>(request: () => Promise<T>): Promise<T> {
    if (this.#free === 0) {
      await new Promise<void>((resolve) => this.#waiting.push(resolve));
    } else {
      this.#free -= 1;
    }
    try {
      return await request();
    } finally {
      const next = this.#waiting.shift();
      if (next) next();
      else this.#free += 1;
    }
  }
}
