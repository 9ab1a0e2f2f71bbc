/** What earlier runs tell about the next one, in words; pure. */

import { count, span } from "./format.js";

const LEAST_SECONDS = 1;

/**
 * @param {{engines: {model: string|null, succeeded: number, seconds: {p10: number, p90: number}|null}[]}} figures
 *   of `GET /stats/generations`, the most used engine first
 */
export function basis({ engines }) {
  const known = engines.find(({ seconds }) => seconds !== null);
  if (known === undefined) return "No earlier run to estimate from.";
  const { model, succeeded, seconds } = known;
  const how = model === null ? "without a model" : `with ${model}`;
  const took = seconds.p90 < LEAST_SECONDS ? "less than a second" : span(seconds.p10, seconds.p90);
  return `${count(succeeded, "earlier run")} ${how} took ${took}.`;
}

/** What to tell about a job that stood in the place of the one that was asked for; "" for a new one. */
export function standing(status, job, age) {
  if (status !== 200) return "";
  if (job.status === "succeeded") return "Nothing has changed since this context was written. Regenerate asks the model anew.";
  const active = job.status === "queued" || job.status === "running";
  return active ? `Already running, started ${age} ago by you. You are watching it.` : "";
}
