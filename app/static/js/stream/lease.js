/** Claims without Web Locks: an entry in localStorage that its owner renews and anybody may take when it is old. */

import { Alarm } from "./alarm.js";

const LEASE_MS = 3000;
const RENEW_MS = 1000;
const LOOK_MS = 500;
const SETTLE_MS = 60; // two tabs that write at once: the later writer wins

export class Lease {
  #storage;
  #clock;
  #rng;

  /** @param {Storage} storage shared by the tabs */
  constructor(storage, { clock, rng }) {
    this.#storage = storage;
    this.#clock = clock;
    this.#rng = rng;
  }

  async claim(name, { how, signal, onLost = () => {} }) {
    const claim = new Claim(this.#storage, name, `${this.#clock.now().toString(36)}${this.#rng().toString(36).slice(2)}`, this.#clock);
    for (;;) {
      if (await claim.take(how === "steal")) return claim.keep(onLost);
      if (how !== "wait") return null;
      await this.#until(name, signal);
    }
  }

  /** Until it is time to look again; a tab that gives its claim back wakes us at once. */
  #until(name, signal) {
    return new Promise((resolve) => {
      if (signal?.aborted) return; // nobody waits any longer
      const look = new Alarm(this.#clock);
      const done = () => {
        look.stop();
        globalThis.removeEventListener?.("storage", changed);
        signal?.removeEventListener("abort", stop);
      };
      const stop = () => done();
      const changed = ({ key, newValue }) => {
        if (key === name && newValue === null) look.ring();
      };
      look.set(() => {
        done();
        resolve();
      }, LOOK_MS);
      globalThis.addEventListener?.("storage", changed);
      signal?.addEventListener("abort", stop, { once: true });
    });
  }
}

class Claim {
  #storage;
  #name;
  #owner;
  #clock;
  #renewal;

  constructor(storage, name, owner, clock) {
    this.#storage = storage;
    this.#name = name;
    this.#owner = owner;
    this.#clock = clock;
    this.#renewal = new Alarm(clock);
  }

  /** Write our name if nobody else's is there, and see whether it stays. */
  async take(always) {
    const found = this.#read();
    if (!always && found !== null && found.until > this.#clock.now()) return false;
    this.#write();
    await new Promise((resolve) => {
      this.#clock.setTimeout(resolve, SETTLE_MS);
    });
    return this.#read()?.owner === this.#owner;
  }

  /** Renew until it is given back, or found in another's hands. */
  keep(onLost) {
    const renew = () => {
      const found = this.#read();
      if (found !== null && found.owner !== this.#owner) {
        onLost();
        return;
      }
      this.#write();
      this.#renewal.set(renew, RENEW_MS);
    };
    this.#renewal.set(renew, RENEW_MS);
    return () => {
      this.#renewal.stop();
      if (this.#read()?.owner === this.#owner) this.#storage.removeItem(this.#name);
    };
  }

  #write() {
    this.#storage.setItem(this.#name, `${this.#owner} ${this.#clock.now() + LEASE_MS}`);
  }

  #read() {
    const [owner, until] = (this.#storage.getItem(this.#name) ?? "").split(" ");
    return until === undefined ? null : { owner, until: Number(until) };
  }
}
