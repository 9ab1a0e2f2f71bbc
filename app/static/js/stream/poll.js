/** Asks for what is stored again and again, while there is no stream. */

import { Alarm } from "./alarm.js";
import { pollDelay } from "./backoff.js";

export class Poller {
  #poll;
  #downMs;
  #next;
  #run = 0;
  #quiet = 0; // polls without news

  /** @param {{poll: () => Promise<"news"|"quiet"|"over">, downMs: () => number, clock: object}} using */
  constructor({ poll, downMs, clock }) {
    this.#poll = poll;
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
    this.#next.set(() => this.#ask(), pollDelay(this.#quiet, this.#downMs()));
  }

  async #ask() {
    const run = this.#run;
    const found = await this.#poll();
    if (run !== this.#run || found === "over") return;
    this.#quiet = found === "news" ? 0 : this.#quiet + 1;
    this.#schedule();
  }
}
