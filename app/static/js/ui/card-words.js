/** What the progress card says in each state; pure. */

import { health } from "../model/health.js";
import { failureTitle } from "../model/failures.js";
import { clockTime, count, duration, elapsed, noun, size, whole } from "../model/format.js";
import { passing } from "../model/quality.js";
import { strip } from "../model/strip.js";

const PULL_TITLES = Object.freeze({
  queued: "Waiting to pull the model",
  running: "Pulling the model",
  succeeded: "The model is installed",
  failed: "The model was not pulled",
  cancelled: "Pull cancelled",
});
const TITLES = Object.freeze({
  queued: "Waiting to start",
  running: "Generating AI context",
  succeeded: "Generation finished",
  cancelled: "Generation cancelled",
});

export function title(state) {
  if (!state.known) return "Generation";
  if (state.kind === "pull_model") return state.cancelling ? "Cancelling…" : PULL_TITLES[state.status];
  if (state.status === "failed") return failureTitle(state.failure ?? {});
  return state.cancelling ? "Cancelling…" : TITLES[state.status];
}

/** The line under the title: the server's own message, or why there is none. */
export function message(state) {
  if (!state.known) return "Asking the server…";
  if (state.status === "queued") return queued(state);
  if (state.status === "cancelled") return cancelled(state);
  if (state.status === "succeeded") return state.kind === "generate" ? `AI context ready in ${took(state)}.` : state.message;
  if (state.status === "failed") return "";
  return state.tick?.message || state.message;
}

/** How long the whole job took, e.g. "5 min 41 s". */
export function took({ startedAt, createdAt, finishedAt }) {
  return duration(Date.parse(finishedAt) - Date.parse(startedAt ?? createdAt));
}

function queued({ queuedAhead, attempt }) {
  const again = attempt > 0 ? "The worker was lost; another one takes the job over. " : "";
  return `${again}Queued. ${queuedAhead ? `${count(queuedAhead, "job")} ahead.` : "Next in line."}`;
}

function cancelled(state) {
  const kept = keptTables(state);
  return `Cancelled by you at ${clockTime(state.finishedAt)}.${kept ? ` ${count(kept, "description")} ${kept === 1 ? "is" : "are"} kept.` : ""}`;
}

function keptTables({ stats }) {
  return Number.isInteger(stats.tablesDescribed) ? stats.tablesDescribed : 0;
}

/** The clock part of the time line. `now` is the server's time in ms. */
export function time(state, now) {
  const from = Date.parse(state.startedAt ?? state.createdAt ?? "");
  if (Number.isNaN(from)) return "";
  if (state.status === "succeeded") return ""; // the message says it
  if (state.finishedAt) return `Took ${took(state)}`;
  if (state.status === "queued") return `Waiting for ${elapsed(now - from)}`;
  return `${elapsed(now - from)} elapsed`;
}

/** @typedef {{kind: string, text: string, tone: "warn"|"bad"|"calm", action?: "retry"|"sign-in"|"dismiss"|"again", button?: string}} Note */

/**
 * What a person should know about the connection or the worker, when it is not well.
 *
 * `here` is this machine's time in ms, `server` the server's.
 *
 * @returns {Note | null}
 */
export function note(state, link, { here, server }) {
  // Most reconnects are over soon: the chip tells of them, and nothing else moves.
  const told = passing(link, here) ? null : linkNote(link, here);
  return told ?? (state.known ? jobNote(state, server) : null);
}

/**
 * The connection's part of the note; it also is what is announced.
 *
 * @returns {Note | null}
 */
export function linkNote(link, now) {
  if (link.state === "signedOut") return { kind: "signedOut", tone: "bad", text: "Your session ended. The job keeps running.", action: "sign-in", button: "Sign in" };
  if (link.state === "gone") return { kind: "gone", tone: "bad", text: "This job is no longer stored, or it is not yours.", action: "again", button: "Start again" };
  if (link.state === "polling") return { kind: "polling", tone: "warn", text: polling(link), action: "retry", button: "Try live" };
  if (link.state !== "waiting") return null;
  if (link.reason === "offline") return { kind: "offline", tone: "warn", text: "You are offline. The job keeps running on the server." };
  const ago = link.heardAt === null ? "" : `Showing progress from ${elapsed(now - link.heardAt)} ago. `;
  return { kind: "reconnecting", tone: "warn", text: `${ago}${CAUSES[link.reason] ?? ""}The job keeps running on the server.`, action: "retry", button: "Try now" };
}

const CAUSES = Object.freeze({
  away: "The server does not answer. ",
  refused: "The server takes no more live connections now. ",
});

function polling({ reason, everyMs }) {
  const often = `every ${elapsed(everyMs)}`;
  if (reason === "crowded") return `Four other generations are live in this browser, which is as many as it can hold open. This one refreshes ${often}.`;
  if (reason === "refused") return `The server takes no more live connections now. Refreshing ${often}.`;
  return `Live updates unavailable. Refreshing ${often}.`;
}

/** @returns {Note | null} */
function jobNote(state, now) {
  if (state.cancelling) return null;
  const found = health(state, now);
  if (found.kind === "silent") {
    const again = "It will restart from its last checkpoint.";
    return { kind: "silent", tone: "warn", text: `The worker has not answered for ${elapsed(found.workerMs)}. If it is lost, another one takes the job over. ${again}` };
  }
  if (found.kind === "stalled") {
    return {
      kind: "stalled", tone: "warn", action: "dismiss", button: "Keep waiting",
      text: `No progress for ${elapsed(found.idleMs)}. The worker answered ${elapsed(found.workerMs)} ago.`,
    };
  }
  const text = state.status === "running" ? resumed(state) : "";
  return text ? { kind: "resumed", tone: "calm", text } : null;
}

/** What need not be done again, thanks to an attempt before this one or to an earlier job. */
function resumed(state) {
  const found = strip(state);
  const kept = found?.kept ? `${whole(found.kept)} of ${count(found.total, "table")} kept` : "";
  if (state.attempt > 1) return `Resumed from checkpoint${kept && `: ${kept}`} (attempt ${state.attempt}).`;
  return kept && `${kept} from an earlier generation.`;
}

/** The pace of the work: "412 tokens, 31 per second", or "1.2 GB of 4.7 GB, 45.0 MB per second". */
export function pace({ tokens, tokensPerSecond, completed, total, bytesPerSecond }) {
  if (completed !== null) {
    const amount = total === null ? size(completed) : `${size(completed)} of ${size(total)}`;
    return [amount, bytesPerSecond ? `${size(bytesPerSecond)} per second` : ""].filter(Boolean).join(", ");
  }
  const written = tokens === null ? "" : count(tokens, "token");
  const speed = tokensPerSecond ? `${Math.round(tokensPerSecond)} per second` : "";
  return [written, speed].filter(Boolean).join(", ");
}

/** "31 of 59 tables described, 2 of them from facts alone"; empty while there is no telling. */
export function described(found) {
  if (found === null) return "";
  const facts = found.fallback ? `, ${whole(found.fallback)} of them from facts alone` : "";
  return `${whole(found.done)} of ${count(found.total, "table")} described${facts}`;
}

const IN_STRIP = new Set(["tables", "tablesDescribed", "keptTables", "fallbackTables"]);

/** Stats as [name, value] pairs; zeros and anything but numbers and short texts are left out. */
export function facts(stats) {
  return Object.entries(stats)
    .filter(([key, value]) => !IN_STRIP.has(key) && ((typeof value === "number" && value !== 0) || (typeof value === "string" && value.length < 60)))
    .map(([key, value]) => [noun(key, value), typeof value === "number" ? whole(value) : value]);
}
