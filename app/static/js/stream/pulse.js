/** Asks for the job's snapshot now and then: it measures the way to the server, and knows what no event tells. */

import { Alarm } from "./alarm.js";

const CALM_MS = 15_000;
const ALERT_MS = 5000;
const SILENT_WORKER_MS = 8000;

export class Pulse {
  #ask;
  #clock;
  #visible;
  #tell;
  #next;
  #beating = 0; // counts starts, so that an answer of an earlier time is not taken
  #delay = CALM_MS;

  /**
   * @param {{ask: () => Promise<object>, tell: (heard: {latency: number|null, job: object|null}) => void,
   *   clock: object, visible: () => boolean}} using `latency` in milliseconds, null without an answer
   */
  constructor({ ask, tell, clock, visible }) {
    this.#ask = ask;
    this.#tell = tell;
    this.#clock = clock;
    this.#visible = visible;
    this.#next = new Alarm(clock);
  }

  /** Begin, with a first beat at once. */
  start() {
    this.stop();
    this.#beat(this.#beating);
  }

  stop() {
    this.#beating += 1;
    this.#next.stop();
  }

  async #beat(beating) {
    if (this.#visible()) {
      const heard = await this.#measure();
      if (beating !== this.#beating) return;
      this.#delay = heard.job !== null && needsAttention(heard.job) ? ALERT_MS : CALM_MS;
      this.#tell(heard);
      if (beating !== this.#beating) return;
    }
    this.#next.set(() => this.#beat(beating), this.#delay);
  }

  async #measure() {
    const asked = this.#clock.now();
    try {
      const job = await this.#ask();
      return { latency: this.#clock.now() - asked, job };
    } catch (problem) {
      if (problem.status === undefined) throw problem;
      return { latency: null, job: null }; // the stream, which still runs, is what counts
    }
  }
}

/** A place in the queue changes without an event, and so does a worker's silence. */
function needsAttention({ status, workerSeenAt, now }) {
  const silent = workerSeenAt ? Date.parse(now) - Date.parse(workerSeenAt) > SILENT_WORKER_MS : false;
  return status === "queued" || silent;
}
