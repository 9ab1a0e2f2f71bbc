/** Notices when the page, the network or the whole machine comes back, and when the page goes to sleep. */

const TICK_MS = 1000;
const JUMP_MS = 10_000;

/**
 * @param {{wake: () => void, restored: () => void, sleep: () => void}} on `restored`: after a `sleep`
 * @param {{signal: AbortSignal, clock: {now: () => number}}} using
 */
export function watchWaking({ wake, restored, sleep }, { signal, clock }) {
  if (globalThis.document === undefined) return; // in a program that is no page
  globalThis.addEventListener("online", wake, { signal });
  globalThis.addEventListener("offline", wake, { signal });
  globalThis.addEventListener("pagehide", sleep, { signal });
  document.addEventListener("freeze", sleep, { signal });
  document.addEventListener("resume", restored, { signal });
  globalThis.addEventListener("pageshow", ({ persisted }) => persisted && restored(), { signal });
  document.addEventListener("visibilitychange", () => document.visibilityState === "visible" && wake(), { signal });

  // A machine that slept tells nobody: its clock jumps.
  let last = clock.now();
  const timer = setInterval(() => {
    const now = clock.now();
    if (now - last > JUMP_MS) wake();
    last = now;
  }, TICK_MS);
  signal.addEventListener("abort", () => clearInterval(timer));
}
