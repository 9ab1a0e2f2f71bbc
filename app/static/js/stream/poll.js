/** Asks for what is stored again and again, while there is no stream. */

import { Alarm } from "./alarm.js";
import { pollDelay } from "./backoff.js";

export class Poller {
  #poll;
  #planned;
  #downMs;
  #next;
  #run = 0;
  #quiet = 0; // polls without news

  /**
   * @param {{poll: () => Promise<"news"|"quiet"|"over">, planned: (delay: number) => void,
   *   downMs: () => number, clock: object}} using `planned` hears after how many milliseconds the next poll comes
   */
  constructor({ poll, planned, downMs, clock }) {
    this.#poll = poll;
    this.#planned = planned;
    this.#downMs = downMs;
    this.#next = new Alarm(clock);
  }

  start() {
    this.stop();
    this.#quiet = 0;
    this.#schedule();
  }

  stop() {
    this.#run += 1;
    this.#next.stop();
  }

  #schedule() {
    const delay = pollDelay(this.#quiet, this.#downMs());
    this.#next.set(() => this.#ask(), delay);
    this.#planned(delay);
  }

  async #ask() {
    const run = this.#run;
    const found = await this.#poll();
    if (run !== this.#run || found === "over") return;
    this.#quiet = found === "news" ? 0 : this.#quiet + 1;
    this.#schedule();
  }
}
