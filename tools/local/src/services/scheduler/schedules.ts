/** Invokes the target of a schedule; resolves once the target has accepted the invocation. */
export type FireSchedule = () => Promise<void>;

/** The schedules of the stack, by name: a test fires one when it wants to instead of waiting for it. */
export class Schedules {
  readonly #byName = new Map<string, FireSchedule>();

  add(name: string, fire: FireSchedule): void {
    this.#byName.set(name, fire);
  }

  /** @returns whether there is such a schedule. */
  async run(name: string): Promise<boolean> {
    const fire = this.#byName.get(name);
    if (fire === undefined) return false;
    await fire();
    return true;
  }
}
