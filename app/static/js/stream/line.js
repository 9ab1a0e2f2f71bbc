/** The connection of the one tab that has it: the stream, else polling. It owns every retry. */

import { Alarm } from "./alarm.js";
import { backoff } from "./backoff.js";
import { REFUSED } from "./history.js";
import { Outage } from "./outage.js";
import { Poller } from "./poll.js";
import { Pulse } from "./pulse.js";
import { openSource } from "./sse.js";

const STALE_MS = 20_000; // without a heartbeat, after which a live stream is doubted when the page wakes
const CROWDED = new Set([429, 503]); // it is there, and says that it takes no more for now
const ATTEMPT_MS = 30_000; // no second one before the first has failed

export class Line {
  #using;
  #ledger;
  #outage;
  #next; // the next attempt
  #poller;
  #pulse;
  #link = { state: "idle", reason: null, retryAt: null, everyMs: null, latency: null, heardAt: null, lostAt: null, attempts: 0, error: "" };
  #run = 0; // what was begun before the present number has no say any more
  #closeSource = () => {};

  /**
   * @param {{url: (seq: number) => string, ledger: import("./ledger.js").Ledger, transport: object,
   *   permit: () => Promise<boolean>, tell: (link: object) => void, fetch: typeof fetch,
   *   clock: object, rng: () => number, visible: () => boolean, online: () => boolean}} using
   *   `permit`: whether this tab may hold a connection open
   */
  constructor(using) {
    const { ledger, clock, visible, transport } = using;
    this.#using = using;
    this.#ledger = ledger;
    this.#outage = new Outage(clock);
    this.#next = new Alarm(clock);
    const planned = (everyMs) => this.#set("polling", { reason: this.#link.reason, everyMs });
    this.#poller = new Poller({ poll: () => this.#poll(), planned, downMs: () => this.#outage.ms, clock });
    this.#pulse = new Pulse({ ask: () => transport.job(ledger.jobId), tell: (heard) => this.#measured(heard), clock, visible });
  }

  /** Begin; `fresh`: what is stored was just asked for. */
  start(fresh) {
    this.stop();
    if (fresh) this.#open();
    else this.#connect();
  }

  /** Close everything and say nothing. */
  stop() {
    this.#run += 1;
    for (const part of [this.#next, this.#poller, this.#outage, this.#pulse]) part.stop();
    this.#closeSource();
  }

  /** Do not wait any longer for the next attempt; doubt a stream that has long been silent. */
  retryNow() {
    const { state, heardAt } = this.#link;
    if (state === "waiting") this.#next.ring();
    if (state === "polling") this.#open();
    if (state === "live" && this.#using.clock.now() - heardAt > STALE_MS) this.#connect();
  }

  async #connect() {
    this.stop();
    this.#set("connecting");
    const known = await this.#learn();
    if (known === "active") this.#open();
    if (known !== "unreachable") return;
    this.#outage.failures += 1;
    this.#wait(known);
  }

  /** Take in what is stored; whatever ends our following ends it here. */
  async #learn() {
    const run = this.#run;
    const known = await this.#ledger.catchUp();
    if (run !== this.#run) return "stopped";
    if (known === "signedOut" || known === "gone") this.#finish(known);
    return known;
  }

  async #open() {
    this.#closeSource();
    this.#outage.holdOff(ATTEMPT_MS);
    const run = this.#run;
    const may = await this.#using.permit();
    if (run !== this.#run) return;
    if (may) this.#listen();
    else this.#beginPolling("crowded");
  }

  #listen() {
    const on = {
      opened: () => this.#opened(),
      frame: (text) => this.#hear(() => this.#ledger.take(JSON.parse(text))),
      beat: () => this.#hear(() => this.#set("live")),
      expired: () => this.#renew(),
      lost: (loss) => this.#lost(loss),
    };
    this.#closeSource = openSource(this.#using.url(this.#ledger.seq), on, this.#using);
  }

  #opened() {
    this.#next.stop();
    this.#poller.stop();
    this.#outage.end();
    this.#hear(() => this.#set("live", { error: "" }));
    this.#pulse.start();
  }

  #hear(act) {
    this.#link.heardAt = this.#using.clock.now();
    act();
  }

  #measured({ latency, job }) {
    this.#link.latency = latency;
    if (job !== null && this.#ledger.see(job)) this.#learn();
    else if (this.#link.state === "live") this.#set("live");
  }

  /** The stream is gone: learn why, then wait, then try again. */
  #lost({ why, status, retryMs }) {
    const fate = REFUSED[status];
    if (fate === "signedOut") this.#renew();
    else if (fate === "gone") this.#finish("gone");
    else this.#retreat({ refused: CROWDED.has(status), retryMs, error: status === undefined ? why : `refused with ${status}` });
  }

  async #retreat({ refused, retryMs, error }) {
    this.#closeSource();
    this.#pulse.stop();
    this.#link.error = error;
    this.#outage.begin();
    this.#outage.holdOff(retryMs);
    if (this.#link.state === "polling") return; // a probe failed: polling goes on
    this.#outage.failures += 1;
    this.#set("waiting", { latency: null });
    const known = await this.#learn();
    if (known !== "active" && known !== "unreachable") return;
    const reason = refused ? "refused" : "stream";
    if (known === "active" && this.#outage.tires(retryMs)) this.#beginPolling(reason);
    else this.#wait(known, reason, retryMs);
  }

  #wait(known, reason = null, retryMs = 0) {
    const { clock, rng, online } = this.#using;
    const answered = known === "active";
    this.#poller.stop();
    this.#outage.begin();
    const delay = Math.max(backoff(Math.max(0, this.#outage.failures - 1), rng), retryMs);
    this.#next.set(() => (answered ? this.#open() : this.#connect()), delay);
    const away = online() ? "away" : "offline";
    this.#set("waiting", { retryAt: clock.now() + delay, reason: answered ? reason : away, latency: null });
  }

  #beginPolling(reason) {
    this.#outage.begin();
    this.#link.reason = reason;
    this.#poller.start();
  }

  async #poll() {
    const { clock } = this.#using;
    const { seq } = this.#ledger;
    const asked = clock.now();
    const known = await this.#learn();
    if (this.#link.state !== "polling") return "over"; // a probe succeeded meanwhile
    if (known === "unreachable") this.#wait(known);
    if (known !== "active") return "over";
    Object.assign(this.#link, { latency: clock.now() - asked, heardAt: asked });
    if (this.#outage.probeDue) this.#open();
    return this.#ledger.seq > seq ? "news" : "quiet";
  }

  /** The sign-in ran out: renew it once, and go on from where we are. */
  async #renew() {
    const run = this.#run;
    const renewed = this.#outage.renewed ? false : await this.#using.transport.refresh();
    if (run !== this.#run) return;
    this.#outage.renewed = true;
    if (renewed) this.#open();
    else this.#finish("signedOut");
  }

  #finish(state) {
    this.stop();
    this.#set(state);
  }

  #set(state, changes = {}) {
    const { failures, since } = this.#outage;
    Object.assign(this.#link, { state, retryAt: null, everyMs: null, reason: null, attempts: failures, lostAt: since }, changes);
    this.#using.tell({ ...this.#link });
  }
}
