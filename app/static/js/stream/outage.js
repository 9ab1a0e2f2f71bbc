/** How long and how often the stream has failed, what was tried, and when it is worth another try. */

import { Alarm } from "./alarm.js";
import { probeDelay } from "./backoff.js";

const FAILURES = 3;
const TIRED_MS = 20_000;
const GOOD_MS = 10_000; // a stream that lasted this long forgives earlier failures

export class Outage {
  #clock;
  #forgiving;
  #since = null;
  #probeAt = 0;
  failures = 0;
  renewed = false; // whether the sign-in was renewed

  constructor(clock) {
    this.#clock = clock;
    this.#forgiving = new Alarm(clock);
  }

  begin() {
    this.#forgiving.stop();
    this.#since ??= this.#clock.now();
  }

  end() {
    this.#since = null;
    this.#forgiving.set(() => {
      this.failures = 0;
      this.renewed = false;
    }, GOOD_MS);
  }

  /** Forgive nothing that did not last. */
  stop() {
    this.#forgiving.stop();
  }

  /** Since when there has been no stream; null while there is one. */
  get since() {
    return this.#since;
  }

  /** How long there has been no stream, in milliseconds. */
  get ms() {
    return this.#since === null ? 0 : this.#clock.now() - this.#since;
  }

  /** Whether it is time to poll instead, the more so when we are to stay away for long. */
  tires(retryMs) {
    return this.failures >= FAILURES || this.ms >= TIRED_MS || retryMs > TIRED_MS;
  }

  /** Leave the stream alone for at least so long. */
  holdOff(milliseconds = 0) {
    this.#probeAt = this.#clock.now() + Math.max(probeDelay(this.ms), milliseconds);
  }

  /** Whether the stream may be tried again while we poll. */
  get probeDue() {
    return this.#clock.now() >= this.#probeAt;
  }
}
