/**
 * Claims on names among the tabs of one browser. Both kinds have one method:
 *
 *   claim(name, {how, signal, onLost}): Promise<(() => void) | null>
 *     how: "wait" for one's turn, "try" (null when it is taken) or "steal"
 *     signal: ends the waiting (the promise then stays open); onLost: another tab took it
 *     resolves to the function that gives the claim back
 */

import { Lease } from "./lease.js";

/** The kind that this page may use: Web Locks exist on secure origins only. */
export function pageLocks(clock) {
  if (globalThis.navigator?.locks) return new WebLocks(navigator.locks);
  try {
    return new Lease(localStorage, { clock, rng: Math.random });
  } catch (error) {
    if (error instanceof DOMException) return null; // storage is forbidden: every tab is on its own
    throw error;
  }
}

export class WebLocks {
  #locks;

  /** @param {LockManager} locks */
  constructor(locks) {
    this.#locks = locks;
  }

  claim(name, { how, signal, onLost = () => {} }) {
    return new Promise((resolve, reject) => {
      const options = { wait: { signal }, try: { ifAvailable: true }, steal: { steal: true } }[how];
      let held = false;
      const hold = (lock) => {
        if (lock === null) return resolve(null);
        held = true;
        return new Promise((give) => resolve(give));
      };
      this.#locks.request(name, options, hold).catch((error) => {
        if (error.name !== "AbortError") reject(error);
        else if (held) onLost(); // stolen
      });
    });
  }
}
