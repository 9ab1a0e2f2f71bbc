/**
 * One connection for all tabs of a browser that follow the same job: one leads, the others listen.
 *
 * Sharing is never needed for correctness: two leaders at once only cost a connection, since
 * milestones are numbered.
 */

import { Alarm } from "./alarm.js";

const VERSION = 1; // of the messages: tabs of an older page must not be misunderstood
const BEAT_MS = 1000;
const PATIENCE_MS = 4000; // without a word of the leader
const HANDOVER_MS = 300;
const SLOTS = [1, 2, 3, 4]; // a browser opens six connections to a host; two are left for pages

export class TabShare {
  #name;
  #using;
  #channel = null;
  #on = null;
  #role = "none";
  #waiting = new AbortController();
  #give = () => {};
  #giveSlot = null;
  #beat;
  #patience;
  #handover;

  /**
   * @param {string} jobId
   * @param {{locks: object, openChannel: (name: string) => BroadcastChannel, clock: object,
   *   rng: () => number, visible: () => boolean}} using
   */
  constructor(jobId, using) {
    this.#name = `sl:job:${jobId}`;
    this.#using = using;
    this.#beat = new Alarm(using.clock);
    this.#patience = new Alarm(using.clock);
    this.#handover = new Alarm(using.clock);
  }

  /** "leader", "follower" or "none" */
  get role() {
    return this.#role;
  }

  /**
   * Take part. `lead` is called when this tab is to hold the connection, `follow` when it is not
   * (any more), `hear` with each message of the others, `status` for what a beat is to carry.
   */
  join(on) {
    this.leave();
    this.#on = on;
    this.#channel = this.#using.openChannel(`sl:${VERSION}:${this.#name}`);
    this.#channel.onmessage = ({ data }) => this.#hear(data);
    this.#follow();
  }

  /** Take no part any more; another tab leads at once. */
  leave() {
    this.#role = "none";
    for (const alarm of [this.#beat, this.#patience, this.#handover]) alarm.stop();
    this.#waiting.abort();
    this.#drop();
    this.#channel?.close();
    this.#channel = null;
  }

  /** Say something to the other tabs. */
  post(message) {
    this.#channel?.postMessage({ ...message, from: this.#role });
  }

  /** Tell the others at once how things stand. */
  beat() {
    if (this.#role !== "leader") return;
    this.post({ kind: "beat", hidden: !this.#using.visible(), ...this.#on.status() });
    this.#beat.set(() => this.beat(), BEAT_MS);
  }

  /** Whether this browser has room for one more connection that stays open. */
  async slot() {
    for (const number of SLOTS) {
      if (this.#giveSlot !== null) return true;
      const give = await this.#using.locks.claim(`sl:slot:${number}`, { how: "try", onLost: () => this.#dropSlot() });
      if (give !== null && this.#role !== "leader") give();
      else this.#giveSlot = give;
    }
    return this.#giveSlot !== null;
  }

  #follow() {
    this.#role = "follower";
    this.#drop();
    this.#on.follow();
    this.#claim("wait");
    this.post({ kind: "hello" });
    this.#beSilentAtMost(PATIENCE_MS);
  }

  async #claim(how) {
    this.#waiting.abort(); // a turn that came later would make us lead twice
    const waiting = new AbortController();
    this.#waiting = waiting;
    const onLost = () => !waiting.signal.aborted && this.#follow();
    const give = await this.#using.locks.claim(this.#name, { how, signal: waiting.signal, onLost });
    if (waiting.signal.aborted) give?.();
    else if (give !== null) this.#lead(give);
    else this.#follow();
  }

  #lead(give) {
    this.#give = give;
    this.#role = "leader";
    for (const alarm of [this.#patience, this.#handover]) alarm.stop();
    this.beat();
    this.#on.lead();
  }

  #hear(message) {
    if (message.kind === "hello") this.beat();
    if (message.from === "leader") {
      if (this.#role === "leader") return; // the one that was stolen from will notice by itself
      this.#beSilentAtMost(PATIENCE_MS);
      if (message.kind === "beat") this.#relieve(message.hidden);
    }
    this.#on.hear(message);
  }

  /** Take over when the leader says nothing: a tab that is frozen keeps its lock. */
  #beSilentAtMost(delay) {
    this.#patience.set(() => {
      // Nobody looks at a hidden tab, and its own slow timers would make it impatient.
      if (this.#using.visible()) this.#claim("steal");
      else this.#beSilentAtMost(PATIENCE_MS);
    }, delay + this.#using.rng() * HANDOVER_MS);
  }

  /** Timers of hidden tabs are slowed down: a visible one leads better. */
  #relieve(hidden) {
    if (!hidden || !this.#using.visible()) this.#handover.stop();
    else if (!this.#handover.isSet) this.#handover.set(() => this.#claim("steal"), this.#using.rng() * HANDOVER_MS);
  }

  #drop() {
    this.#give();
    this.#give = () => {};
    this.#beat.stop();
    this.#dropSlot();
  }

  #dropSlot() {
    this.#giveSlot?.();
    this.#giveSlot = null;
  }
}
