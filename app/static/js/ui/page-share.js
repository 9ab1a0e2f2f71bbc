/** The sharing of one connection among this browser's tabs, where the browser can. */

import { PAGE_CLOCK } from "../stream/alarm.js";
import { pageLocks } from "../stream/locks.js";
import { TabShare } from "../stream/tab-share.js";

/** @returns {TabShare | null} null: this tab is on its own */
export function pageShare(jobId) {
  const locks = pageLocks(PAGE_CLOCK);
  if (locks === null || globalThis.BroadcastChannel === undefined) return null;
  return new TabShare(jobId, {
    locks,
    openChannel: (name) => new BroadcastChannel(name),
    clock: PAGE_CLOCK,
    rng: Math.random,
    visible: () => document.visibilityState === "visible",
  });
}
