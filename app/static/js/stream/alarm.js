/** One timer that can be set anew, rung early, or stopped. */

export const PAGE_CLOCK = Object.freeze({
  now: () => Date.now(),
  setTimeout: (run, delay) => setTimeout(run, delay),
  clearTimeout: (timer) => clearTimeout(timer),
});

export class Alarm {
  #clock;
  #timer = null;
  #run = () => {};

  /** @param {{setTimeout: Function, clearTimeout: Function}} clock */
  constructor(clock) {
    this.#clock = clock;
  }

  /** Run it after so many milliseconds, instead of what was set before. */
  set(run, delay) {
    this.stop();
    this.#run = run;
    this.#timer = this.#clock.setTimeout(() => this.ring(), delay);
  }

  get isSet() {
    return this.#timer !== null;
  }

  /** Run what is set now; nothing when nothing is. */
  ring() {
    const run = this.#run;
    this.stop();
    run();
  }

  stop() {
    this.#clock.clearTimeout(this.#timer);
    this.#timer = null;
    this.#run = () => {};
  }
}
