/**
 * Follows one job to its end, whatever happens to the connection.
 *
 * Events it dispatches:
 *   "snapshot"  detail: the job as `GET /jobs/{id}` gave it
 *   "progress"  detail: a milestone (each exactly once, in order) or a tick
 *   "link"      detail: {state, retryAt, offline}
 * It depends on nothing but the files beside it; how to ask the server is passed in.
 */

import { Alarm, PAGE_CLOCK } from "./alarm.js";
import { backoff, pollDelay } from "./backoff.js";
import { ask } from "./history.js";
import { openSource } from "./sse.js";

const FAILURES_BEFORE_POLLING = 3;
const GOOD_MS = 10_000; // a stream that lasted this long forgives earlier failures
const PROBE_MS = 30_000;
const OVER = new Set(["done", "gone", "signedOut", "closed"]);
const FINAL_STATUS = new Set(["succeeded", "failed", "cancelled"]);
const FINAL_STEP = new Set(["complete", "error"]);
export class GenerationStream extends EventTarget {
  #jobId;
  #relay;
  #transport;
  #rng;
  #clock;
  #create;
  #next; // the next attempt or poll
  #good; // forgives when it rings
  #state = "idle";
  #seq = 0;
  #failures = 0;
  #quietPolls = 0;
  #probeAt = 0;
  #renewed = false;
  #repairing = false;
  #closeSource = () => {};
  #listening = new AbortController();

  /**
   * @param {string} jobId
   * @param {{transport: import("../types.js").Transport, relay?: string, rng?: () => number,
   *   create?: (url: string) => EventSource, clock?: any}} options `relay`: its origin, "" for our own
   */
  constructor(jobId, { transport, relay = "", rng = Math.random, create, clock = PAGE_CLOCK }) {
    super();
    this.#jobId = jobId;
    this.#relay = relay;
    this.#transport = transport;
    this.#rng = rng;
    this.#clock = clock;
    this.#create = create ?? ((url) => new EventSource(url, { withCredentials: true }));
    this.#next = new Alarm(clock);
    this.#good = new Alarm(clock);
  }

  /** Begin to follow: first what is stored, then what happens. */
  start() {
    const { signal } = this.#listening;
    for (const name of ["online", "pageshow"]) {
      globalThis.addEventListener?.(name, () => this.retryNow(), { signal });
    }
    return this.#connect();
  }

  /** Do not wait any longer for the next attempt. */
  retryNow() {
    if (this.#state === "waiting") this.#next.ring();
    if (this.#state === "polling") this.#open();
  }

  /** Stop following; the job goes on. */
  close() {
    this.#finish("closed");
  }

  async #connect() {
    this.#set("connecting");
    const known = await this.#catchUp();
    if (known === "active") this.#open();
    if (known === "unreachable") await this.#lost(known);
  }

  /** Take in what is stored: the job is then "active", "ended" (for us) or "unreachable". */
  async #catchUp() {
    const stored = await ask(this.#transport, this.#jobId, () => this.#seq);
    if (this.#over()) return "ended";
    if (stored.refused === null) return "unreachable";
    if (stored.refused !== undefined) {
      this.#finish(stored.refused);
      return "ended";
    }
    this.#tell("snapshot", stored.job);
    for (const event of stored.events) this.#accept(event);
    // A job whose events were removed has ended without a last event for us.
    if (FINAL_STATUS.has(stored.job.status)) this.#finish("done");
    return this.#over() ? "ended" : "active";
  }

  #open() {
    this.#closeSource();
    const cursor = this.#seq ? `?lastEventId=${encodeURIComponent(`${this.#jobId}:${this.#seq}`)}` : "";
    const url = `${this.#relay}/api/v1/jobs/${encodeURIComponent(this.#jobId)}/stream${cursor}`;
    const on = {
      opened: () => this.#opened(),
      frame: (text) => this.#take(JSON.parse(text)),
      expired: () => this.#renew(),
      lost: () => this.#lost(),
    };
    this.#closeSource = openSource(url, on, { create: this.#create, clock: this.#clock });
  }

  #opened() {
    this.#next.stop();
    this.#good.set(() => {
      this.#failures = 0;
      this.#renewed = false;
    }, GOOD_MS);
    this.#set("live");
  }

  /** A frame from the stream; a hole before it is filled from what is stored. */
  #take(event) {
    const hole = event.seq > this.#seq + 1 && !event.truncated;
    if (hole) this.#repair();
    else this.#accept(event);
  }

  async #repair() {
    if (this.#repairing) return;
    this.#repairing = true;
    const known = await this.#catchUp();
    this.#repairing = false;
    if (known === "unreachable" && this.#state === "live") await this.#lost(known);
  }

  #accept(event) {
    if (this.#over()) return;
    if (event.seq !== undefined && event.seq !== null) {
      if (event.seq <= this.#seq) return;
      this.#seq = event.seq;
      this.#quietPolls = 0;
    }
    this.#tell("progress", event);
    if (FINAL_STEP.has(event.step)) this.#finish("done");
  }

  /** The stream, or the way to it, is gone: learn why, then wait, then try again. */
  async #lost(known) {
    this.#closeSource();
    this.#good.stop();
    if (this.#over() || this.#state === "polling") return; // a probe failed: polling goes on
    const failures = this.#failures++;
    if (this.#failures >= FAILURES_BEFORE_POLLING) {
      this.#probeAt = this.#clock.now() + PROBE_MS;
      this.#quietPolls = 0;
      this.#set("polling");
      await this.#poll();
      return;
    }
    this.#set("waiting");
    const learned = known ?? (await this.#catchUp());
    if (this.#state !== "waiting") return;
    const delay = backoff(failures, this.#rng);
    this.#next.set(() => (learned === "active" ? this.#open() : this.#connect()), delay);
    this.#set("waiting", this.#clock.now() + delay);
  }

  async #poll() {
    const known = await this.#catchUp();
    if (known === "ended" || this.#state !== "polling") return;
    if (this.#clock.now() >= this.#probeAt) {
      this.#probeAt = this.#clock.now() + PROBE_MS;
      this.#open();
    }
    this.#next.set(() => this.#poll(), pollDelay(this.#quietPolls++));
  }

  /** The sign-in ran out under the stream: renew it once, and go on from where we are. */
  async #renew() {
    const renewed = this.#renewed ? false : await this.#transport.refresh();
    this.#renewed = true;
    if (this.#over()) return;
    if (renewed) this.#open();
    else this.#finish("signedOut");
  }

  #finish(state) {
    if (this.#over()) return;
    this.#closeSource();
    this.#next.stop();
    this.#good.stop();
    this.#listening.abort();
    this.#set(state);
  }

  #over() {
    return OVER.has(this.#state);
  }

  #set(state, retryAt = null) {
    this.#state = state;
    this.#tell("link", { state, retryAt, offline: globalThis.navigator?.onLine === false });
  }

  #tell(name, detail) {
    this.dispatchEvent(new CustomEvent(name, { detail }));
  }
}
