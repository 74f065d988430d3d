/** Adds up the read units that requests to DynamoDB consume. */
export class ReadMeter {
  #units = 0;

  /** @param units read capacity units, in steps of 0.5 */
  add(units: number | undefined): void {
    this.#units += units ?? 0;
  }

  /** The units since the last call. */
  take(): number {
    const units = this.#units;
    this.#units = 0;
    return units;
  }
}
