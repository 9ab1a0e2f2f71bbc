/**
 * Follows one job to its end, whatever happens to the connection, with one connection per browser.
 *
 * Events it dispatches:
 *   "snapshot"  detail: the job as `GET /jobs/{id}` gave it
 *   "progress"  detail: a milestone (each exactly once, in order) or a tick
 *   "link"      detail: a Link (see types.js): how the news arrives
 * It depends on nothing but the files beside it; how to ask the server is passed in.
 */

import { PAGE_CLOCK } from "./alarm.js";
import { Ledger } from "./ledger.js";
import { Line } from "./line.js";
import { watchWaking } from "./wake.js";

export class GenerationStream extends EventTarget {
  #ledger;
  #line;
  #share;
  #clock;
  #link = { state: "connecting", reason: null, retryAt: null, everyMs: null, latency: null, heardAt: null, lostAt: null, attempts: 0, error: "" };
  #stopped = new AbortController();

  /**
   * @param {string} jobId
   * @param {{transport: import("../types.js").Transport, relay?: string, rng?: () => number,
   *   share?: import("./tab-share.js").TabShare | null, fetch?: typeof fetch, clock?: any}} options
   *   `relay`: its origin, "" for our own; `share`: null when this tab is on its own
   */
  constructor(jobId, { transport, relay = "", share = null, rng = Math.random, fetch = pageFetch, clock = PAGE_CLOCK }) {
    super();
    this.#share = share;
    this.#clock = clock;
    this.#ledger = new Ledger(jobId, transport, {
      snapshot: (job) => this.#pass("snapshot", job),
      event: (event) => this.#pass("progress", event),
      ended: () => this.#end("done"),
    });
    const path = `${relay}/api/v1/jobs/${encodeURIComponent(jobId)}/stream`;
    this.#line = new Line({
      url: (seq) => (seq ? `${path}?lastEventId=${encodeURIComponent(`${jobId}:${seq}`)}` : path),
      ledger: this.#ledger,
      permit: async () => share === null || share.slot(),
      tell: (link) => this.#linked(link),
      visible: () => globalThis.document?.visibilityState !== "hidden",
      online: () => globalThis.navigator?.onLine !== false,
      transport, fetch, clock, rng,
    });
  }

  /** "alone", "leader", "follower" or "none" */
  get role() {
    return this.#share === null ? "alone" : this.#share.role;
  }

  /** Begin to follow: first what is stored, then what happens. */
  async start() {
    this.#stopped = new AbortController();
    const { signal } = this.#stopped;
    watchWaking({
      wake: () => this.retryNow(),
      sleep: () => this.#pause(),
      restored: () => this.#begin(signal),
    }, { signal, clock: this.#clock });
    await this.#begin(signal);
  }

  /** Do not wait any longer for the next attempt. */
  retryNow() {
    if (this.role === "follower") this.#share.post({ kind: "retry" });
    else if (this.role !== "none") this.#line.retryNow(); // a page that sleeps holds no connection
  }

  /** Stop following; the job goes on. */
  close() {
    this.#end("closed");
  }

  async #begin(signal) {
    this.#mirror({ ...this.#link, state: "connecting" });
    const known = await this.#ledger.catchUp();
    if (signal.aborted || this.#ledger.ended) return;
    if (known === "gone" || known === "signedOut") this.#end(known);
    else if (this.#share === null) this.#line.start(known === "active");
    else this.#join(known === "active");
  }

  #join(known) {
    let fresh = known; // only the first time
    this.#share.join({
      lead: () => {
        this.#line.start(fresh);
        fresh = false;
      },
      follow: () => this.#line.stop(),
      hear: (message) => this.#hear(message),
      status: () => ({ link: this.#link, seq: this.#ledger.seq }),
    });
  }

  /** A message of another tab. */
  #hear({ kind, from, event, job, link, seq }) {
    if (kind === "retry" && this.role === "leader") this.#line.retryNow();
    if (from !== "leader") return;
    if (kind === "progress") this.#ledger.take(event);
    if (kind === "snapshot") this.#ledger.see(job);
    if (kind !== "beat") return;
    this.#mirror(link);
    if (seq > this.#ledger.seq) this.#ledger.repair(seq);
    if (link.state === "done") this.#ledger.catchUp();
  }

  #pass(name, detail) {
    if (this.role === "leader") this.#share.post({ kind: name, [name === "progress" ? "event" : "job"]: detail });
    this.dispatchEvent(new CustomEvent(name, { detail }));
  }

  #linked(link) {
    if (link.state === "gone" || link.state === "signedOut") this.#end(link.state, link);
    else this.#mirror(link);
    this.#share?.beat();
  }

  #mirror(link) {
    this.#link = link;
    this.dispatchEvent(new CustomEvent("link", { detail: { ...link, role: this.role } }));
  }

  /** The page is put to sleep: let another tab lead, and keep what is known. */
  #pause() {
    this.#line.stop();
    this.#share?.leave();
  }

  #end(state, link = this.#link) {
    if (this.#stopped.signal.aborted) return;
    this.#stopped.abort();
    this.#mirror({ ...link, state });
    if (state !== "closed") this.#share?.beat(); // the last word to the others
    this.#pause();
  }
}

/** @type {typeof fetch} */
function pageFetch(input, init) {
  return fetch(input, init); // called as a method of another object it would throw
}
