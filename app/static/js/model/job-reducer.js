/** What is known of a job, built from its snapshot and its events. Pure: no clock, no page. */

import { STEPS } from "./steps.js";

const GAPS_KEPT = 20;
const NO_TICK = Object.freeze({ tokens: null, tokensPerSecond: null, tail: "", completed: null, total: null, bytesPerSecond: null });
const KEEP_TICK = new Set(["analyzing", "pulling"]); // steps of many milestones
const ENDED = new Set(["succeeded", "failed", "cancelled"]);

/** The state before anything was heard. */
export function unknown(jobId) {
  return {
    jobId,
    known: false, // whether the server has said anything
    kind: "generate",
    projectId: null,
    status: "queued",
    progress: 0,
    message: "",
    stats: {},
    eta: null,
    etaAt: null,
    seq: 0,
    attempt: 0,
    queuedAhead: null,
    engine: null,
    model: null,
    cancelling: false,
    seenAt: 0, // when the server last told how the job stands, by its own clock, in milliseconds
    workerAt: null, // when its worker last renewed its lease
    progressAt: null, // when it last got on: a milestone or a tick
    milestoneAt: null,
    gaps: [], // milliseconds between the last milestones
    createdAt: null,
    startedAt: null,
    finishedAt: null,
    said: {},
    doneAt: {},
    tick: null,
    failure: null,
    result: null,
    truncated: false,
  };
}

/** Whether nothing more will happen. */
export function ended(state) {
  return ENDED.has(state.status);
}

/**
 * Take in what `GET /jobs/{id}` said. Events win over an older snapshot, so a slow answer
 * never turns the picture back.
 */
export function withJob(state, job) {
  const next = {
    ...state,
    known: true,
    kind: job.kind ?? state.kind,
    projectId: job.projectId,
    attempt: job.attempt ?? 0,
    engine: job.engine ?? state.engine,
    model: job.model ?? state.model,
    createdAt: job.createdAt,
    startedAt: job.startedAt ?? state.startedAt,
    seenAt: time(job.now) ?? state.seenAt,
    workerAt: time(job.workerSeenAt) ?? state.workerAt,
    progressAt: state.progressAt ?? time(job.startedAt),
  };
  if ((job.lastSeq ?? 0) < state.seq || ended(state)) return next;
  return {
    ...next,
    status: job.status,
    progress: Math.max(state.progress, job.progress ?? 0),
    message: job.message || state.message,
    stats: { ...state.stats, ...job.stats },
    queuedAhead: job.queuedAhead ?? null,
    cancelling: Boolean(job.cancelRequestedAt) && !ENDED.has(job.status),
    finishedAt: job.finishedAt ?? state.finishedAt,
    failure: job.error ?? state.failure,
  };
}

/**
 * Take in one event; a milestone that is already known changes nothing.
 *
 * @param {import("../types.js").JobEvent} event
 */
export function reduce(state, event) {
  const milestone = event.seq !== undefined && event.seq !== null;
  if (ended(state) && state.seq > 0 && !(milestone && event.seq > state.seq)) return state;
  if (!milestone) return withTick(state, event);
  if (event.seq <= state.seq) return state;
  const heard = {
    ...state,
    known: true,
    seq: event.seq,
    message: event.message,
    stats: { ...state.stats, ...event.stats },
    eta: event.eta ?? null,
    etaAt: time(event.at),
    ...gotOn(state, event.at),
    milestoneAt: time(event.at),
    gaps: gaps(state, event.at),
    tick: KEEP_TICK.has(event.step) ? state.tick : null,
    startedAt: state.startedAt ?? event.at,
    queuedAhead: null,
    truncated: state.truncated || Boolean(event.truncated),
  };
  if (event.step === "error") return withFailure(heard, event);
  if (event.step === "complete") {
    const done = { progress: event.progress, status: "succeeded", finishedAt: event.at };
    return { ...heard, ...done, eta: null, cancelling: false, result: event.data ?? null };
  }
  const progress = Math.max(state.progress, event.progress);
  return {
    ...heard,
    status: "running",
    progress,
    said: { ...state.said, [event.step]: event.message },
    doneAt: finishTimes(state.doneAt, event),
  };
}

function withTick(state, event) {
  return {
    ...state,
    ...gotOn(state, event.at),
    status: "running",
    progress: Math.max(state.progress, event.progress ?? 0),
    tick: { ...NO_TICK, ...event.data, message: event.message },
  };
}

/** What a sign of progress tells; one that came late does not turn time back. */
function gotOn({ progressAt, workerAt }, at) {
  const moment = time(at) ?? 0;
  return { progressAt: Math.max(progressAt ?? 0, moment), workerAt: Math.max(workerAt ?? 0, moment) };
}

function gaps({ gaps: known, milestoneAt }, at) {
  const gap = milestoneAt === null ? 0 : (time(at) ?? 0) - milestoneAt;
  return gap > 0 ? [...known, gap].slice(-GAPS_KEPT) : known;
}

function time(iso) {
  const milliseconds = Date.parse(iso ?? "");
  return Number.isNaN(milliseconds) ? null : milliseconds;
}

/** The bar stays where the work stopped: an error's progress of 0 is not a step back. */
function withFailure(state, event) {
  const { code, message, retryable = false, action, model } = event;
  return {
    ...state,
    status: code === "cancelled" ? "cancelled" : "failed",
    failure: { code, message, retryable, action, model },
    finishedAt: event.at,
    eta: null,
    tick: null,
    cancelling: false,
  };
}

function finishTimes(doneAt, event) {
  const times = { ...doneAt };
  for (const step of STEPS) {
    if (event.progress >= step.doneAt) times[step.id] ??= event.at;
  }
  return times;
}

/** Milliseconds each finished step really took, from the server's own times. */
export function stepDurations(state) {
  const durations = {};
  let before = state.startedAt;
  for (const { id } of STEPS) {
    const at = state.doneAt[id];
    if (at === undefined || before === null) break;
    durations[id] = Math.max(0, Date.parse(at) - Date.parse(before));
    before = at;
  }
  return durations;
}
