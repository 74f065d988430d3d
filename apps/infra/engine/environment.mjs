import { TestEnvironment } from 'jest-environment-node';

/** What a call of Pulumi's Node.js runtime ends with when the engine has ended the update, as it does when it refuses a step. */
const ENGINE_HAS_ENDED = /Resource monitor is terminating/;

/** Does not take the calls for failures that the runtime leaves alone when the engine ends an update early. */
export default class EngineEnvironment extends TestEnvironment {
  #emit = process.emit;

  async setup() {
    await super.setup();
    const emit = this.#emit;
    process.emit = function (event, reason, ...rest) {
      const isOfEngine = event === 'unhandledRejection' && ENGINE_HAS_ENDED.test(String(reason));
      return isOfEngine || emit.call(this, event, reason, ...rest);
    };
  }

  async teardown() {
    process.emit = this.#emit;
    await super.teardown();
  }
}
