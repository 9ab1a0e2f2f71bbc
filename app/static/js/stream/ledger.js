/** What a tab knows of a job: every milestone once and in order, wherever it comes from. */

import { ask } from "./history.js";

const FINAL_STATUS = new Set(["succeeded", "failed", "cancelled"]);
const FINAL_STEP = new Set(["complete", "error"]);
const MOST_REPAIRS = 3;

export class Ledger {
  jobId;
  #transport;
  #on;
  #asking = null;
  #wanted = 0; // the highest number that was heard of
  #repairing = false;
  seq = 0; // the last milestone that was passed on
  ended = false;

  /**
   * @param {string} jobId
   * @param {import("../types.js").Transport} transport
   * @param {{snapshot: (job: object) => void, event: (event: object) => void, ended: () => void}} on
   */
  constructor(jobId, transport, on) {
    this.jobId = jobId;
    this.#transport = transport;
    this.#on = on;
  }

  /**
   * Take in what is stored.
   *
   * @returns {Promise<"active"|"ended"|"unreachable"|"signedOut"|"gone">}
   */
  catchUp() {
    this.#asking ??= this.#ask().finally(() => {
      this.#asking = null;
    });
    return this.#asking;
  }

  /** Take in a snapshot; true when there is more stored than is known here. */
  see(job) {
    if (this.ended) return false;
    this.#on.snapshot(job);
    return FINAL_STATUS.has(job.status) || (job.lastSeq ?? 0) > this.seq;
  }

  /** Take in an event of the stream; a hole before it is filled from what is stored. */
  take(event) {
    const hole = event.seq > this.seq + 1 && !event.truncated;
    if (hole) this.repair(event.seq);
    else this.#accept(event);
  }

  /** Fetch what is missing up to this number; whoever fails to will hear of a later number. */
  async repair(seq) {
    this.#wanted = Math.max(this.#wanted, seq);
    if (this.#repairing) return;
    this.#repairing = true;
    for (let round = 0; round < MOST_REPAIRS && this.seq < this.#wanted && !this.ended; round += 1) {
      // An answer that was on its way before the number was heard of may lack it: ask again.
      await this.catchUp();
    }
    this.#repairing = false;
  }

  async #ask() {
    const stored = await ask(this.#transport, this.jobId, () => this.seq);
    if (this.ended) return "ended";
    if (stored.refused !== undefined) return stored.refused ?? "unreachable";
    this.#on.snapshot(stored.job);
    for (const event of stored.events) this.#accept(event);
    // A job whose events were removed has ended without a last event for us.
    if (FINAL_STATUS.has(stored.job.status)) this.#end();
    return this.ended ? "ended" : "active";
  }

  #accept(event) {
    if (this.ended) return;
    if (event.seq !== undefined && event.seq !== null) {
      if (event.seq <= this.seq) return;
      this.seq = event.seq;
    }
    this.#on.event(event);
    if (FINAL_STEP.has(event.step)) this.#end();
  }

  #end() {
    if (this.ended) return;
    this.ended = true;
    this.#on.ended();
  }
}
