/** What is left of a job, in words that do not flicker and claim nothing without a basis. Pure. */

import { count, span } from "./format.js";
import { health } from "./health.js";

const FINISHING_SECONDS = 5;
const REDRAW_MS = 5000;
const CHANGE = 0.15;
const LATE_PROGRESS = 20; // by then the size of the schema is known, and an estimate would be there

/**
 * What the server's estimate says at this moment.
 *
 * @param {object} state of the reducer: `eta` {seconds, low, high, runs}, made at `etaAt`
 * @param {number} now the server's time in milliseconds
 * @returns {{kind: "none"|"unknown"|"left"|"finishing"|"late", low?: number, high?: number, runs?: number}}
 */
export function outlook(state, now) {
  const { status, cancelling, eta, etaAt, startedAt, progress } = state;
  if (status !== "running" || cancelling || health(state, now).kind === "silent") return { kind: "none" };
  if (eta === null) return { kind: progress < LATE_PROGRESS ? "unknown" : "none" };
  const since = (now - etaAt) / 1000;
  const low = Math.max(0, eta.low - since);
  const high = eta.high - since;
  if (high < 0) {
    const before = (etaAt - Date.parse(startedAt)) / 1000;
    return { kind: "late", low: before + eta.low, high: before + eta.high, runs: eta.runs };
  }
  if (high < FINISHING_SECONDS) return { kind: "finishing" };
  return { kind: "left", low, high, runs: eta.runs };
}

/** Keep what is shown unless it is old and has changed by more than a reader would notice. */
export function settle(shown, found, now) {
  if (shown === null || shown.kind !== found.kind) return { ...found, at: now };
  if (found.kind !== "left" || now - shown.at < REDRAW_MS) return shown;
  const change = Math.abs(found.high - shown.high) / Math.max(shown.high, 1);
  return change > CHANGE ? { ...found, at: now } : shown;
}

/** The words; empty when there is nothing to say. */
export function remaining({ kind, low, high, runs }) {
  const basis = runs ? `, from ${count(runs, "similar run")}` : "";
  if (kind === "unknown") return "Estimating…";
  if (kind === "finishing") return "Finishing…";
  if (kind === "late") return `Longer than usual: similar runs took ${span(low, high)}`;
  return kind === "left" ? `about ${span(low, high)} left${basis}` : "";
}
