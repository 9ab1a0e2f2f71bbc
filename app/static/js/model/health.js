/** Whether a running job gets on, as far as its own signs of life tell. Pure; times in milliseconds. */

const WORKER_SILENT_MS = 10_000; // a worker renews its lease every second
const STALLED_MS = 90_000;
const GAPS = 5; // times the usual pause between two signs of progress

/**
 * @param {object} state of the reducer
 * @param {number} now the server's time
 * @returns {{kind: "well"} | {kind: "stalled", idleMs: number, workerMs: number} | {kind: "silent", workerMs: number}}
 */
export function health(state, now) {
  if (state.status !== "running" || state.progressAt === null) return { kind: "well" };
  const heardAt = Math.max(state.workerAt ?? 0, state.progressAt);
  const workerMs = Math.max(0, now - heardAt);
  // Only what the server has told counts: a page that hears nothing knows nothing of the worker.
  if (state.seenAt - heardAt > WORKER_SILENT_MS) return { kind: "silent", workerMs };
  const idleMs = now - state.progressAt;
  if (idleMs > Math.max(STALLED_MS, GAPS * median(state.gaps))) return { kind: "stalled", idleMs, workerMs };
  return { kind: "well" };
}

function median(values) {
  if (values.length === 0) return 0;
  return [...values].sort((a, b) => a - b)[Math.floor((values.length - 1) / 2)];
}
