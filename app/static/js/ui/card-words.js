/** What the progress card says in each state; pure. */

import { count, duration, elapsed, label, remaining, whole } from "../model/format.js";

const TITLES = Object.freeze({
  queued: "Waiting to start",
  running: "Generating context",
  succeeded: "Context ready",
  failed: "Generation failed",
  cancelled: "Generation cancelled",
});

export function title(state) {
  return state.cancelling ? "Cancelling…" : TITLES[state.status];
}

/** The line under the title: the server's own message, or why there is none. */
export function message(state) {
  if (state.status === "queued") {
    const ahead = state.queuedAhead ?? 0;
    const again = state.attempt > 0 ? "The worker was lost; the job starts again. " : "";
    return `${again}Queued. ${ahead ? `${count(ahead, "job")} ahead.` : "Next in line."}`;
  }
  if (state.status === "cancelled") return "What was finished so far is kept.";
  if (state.status === "failed") return "";
  const resumed = state.status === "running" && state.attempt > 1;
  return resumed ? `${state.message} (resumed, attempt ${state.attempt})` : state.message;
}

/** Elapsed and, if the server sent an estimate, remaining time. `now` is the server's time in ms. */
export function time(state, now) {
  const from = Date.parse(state.startedAt ?? state.createdAt ?? "");
  if (Number.isNaN(from)) return "";
  if (state.finishedAt) return `Took ${duration(Date.parse(state.finishedAt) - from)}`;
  if (state.status === "queued") return `Waiting for ${elapsed(now - from)}`;
  return [`${elapsed(now - from)} elapsed`, remaining(state.eta)].filter(Boolean).join(" · ");
}

/** What connects badly, when it does; the chip says the rest. */
export function linkNote(link) {
  if (link === null) return "";
  if (link.state === "signedOut") return "Your session ended. The job keeps running on the server.";
  if (link.state === "gone") return "This job is no longer stored, or it is not yours.";
  if (link.offline && link.state !== "done") return "You are offline. The job keeps running on the server.";
  if (link.state === "waiting") return "The connection was lost. The job keeps running on the server.";
  if (link.state === "polling") return "Live updates are unavailable. Asking the server every few seconds.";
  return "";
}

/** The model's pace: "412 tokens, 31 per second". */
export function pace({ tokens, tokensPerSecond }) {
  const written = tokens === null ? "" : count(tokens, "token");
  const speed = tokensPerSecond ? `${Math.round(tokensPerSecond)} per second` : "";
  return [written, speed].filter(Boolean).join(", ");
}

/** Stats as [name, value] pairs; zeros and anything but numbers and short texts are left out. */
export function facts(stats) {
  return Object.entries(stats)
    .filter(([, value]) => (typeof value === "number" && value !== 0) || (typeof value === "string" && value.length < 60))
    .map(([key, value]) => [label(key), typeof value === "number" ? whole(value) : value]);
}
