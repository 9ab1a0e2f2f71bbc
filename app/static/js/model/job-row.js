/** What a row of the history says of a job; pure. */

import { failureTitle } from "./failures.js";
import { duration, elapsed, moment } from "./format.js";
import { ended } from "./job-reducer.js";
import { activeStep } from "./steps.js";

const NOTHING = "–";

/**
 * @param {object} state of the reducer
 * @param {number} now the server's time in milliseconds
 * @returns {{started: string, duration: string, attempts: string, model: string}}
 */
export function rowWords(state, now) {
  const { startedAt, attempt } = state;
  return {
    started: startedAt === null ? NOTHING : moment(startedAt),
    duration: durationWords(state, now),
    attempts: attempt === 0 ? NOTHING : String(attempt),
    model: modelWords(state),
  };
}

/** What the job is about: a project's name, or a model that is pulled. */
export function subject({ kind, projectId, model }, projectNames) {
  if (kind === "pull_model") return `Pull of ${model}`;
  return projectNames.get(projectId) ?? "Deleted project";
}

/** How it stands: "52 % · Analyzing". */
export function statusWords(state) {
  if (state.cancelling) return "Cancelling…";
  if (state.status === "queued") return state.queuedAhead ? `Queued, ${state.queuedAhead} ahead` : "Queued";
  if (state.status === "running") return [`${state.progress} %`, activeStep(state)?.name].filter(Boolean).join(" · ");
  if (state.status === "failed") return failureTitle(state.failure ?? {});
  return state.status === "succeeded" ? "Succeeded" : "Cancelled";
}

function durationWords(state, now) {
  if (state.startedAt === null) return NOTHING;
  const from = Date.parse(state.startedAt);
  return ended(state) ? duration(Date.parse(state.finishedAt) - from) : elapsed(now - from);
}

function modelWords({ engine, model }) {
  return model ?? (engine === "structural" ? "Rules, no model" : NOTHING);
}
