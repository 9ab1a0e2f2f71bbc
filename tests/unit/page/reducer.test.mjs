import assert from "node:assert/strict";
import { describe, it } from "node:test";

import { reduce, stepDurations, unknown, withJob } from "../../../app/static/js/model/job-reducer.js";
import { activeStep, stepStates } from "../../../app/static/js/model/steps.js";

const at = (seconds) => new Date(Date.UTC(2027, 0, 1, 8, 0, seconds)).toISOString();
const milestone = (seq, step, progress, more = {}) => ({ jobId: "j", seq, at: at(seq), step, progress, message: `${step} ${progress}`, ...more });
const after = (...events) => events.reduce(reduce, unknown("j"));

describe("steps", () => {
  it("finish only when their last progress has arrived", () => {
    assert.deepEqual(stepStates(19, "running"), ["active", "waiting", "waiting", "waiting", "waiting"]);
    assert.deepEqual(stepStates(20, "running"), ["done", "active", "waiting", "waiting", "waiting"]);
    assert.deepEqual(stepStates(69, "running"), ["done", "done", "active", "waiting", "waiting"]);
    assert.deepEqual(stepStates(70, "failed"), ["done", "done", "done", "failed", "waiting"]);
  });

  it("wait while the job is queued", () => {
    assert.equal(activeStep({ kind: "generate", progress: 0, status: "queued" }), null);
  });
});

describe("the reducer", () => {
  it("ignores a milestone that it has seen", () => {
    const state = after(milestone(1, "scanning", 0), milestone(2, "scanning", 20));
    assert.equal(reduce(state, milestone(1, "scanning", 0)), state);
  });

  it("never lets the bar go back", () => {
    const state = after(milestone(1, "analyzing", 60), milestone(2, "scanning", 0));
    assert.equal(state.progress, 60);
  });

  it("keeps the bar where the work stopped when a job fails", () => {
    const failed = after(milestone(1, "indexing", 40), milestone(2, "error", 0, { error: true, code: "internal", message: "It broke." }));
    assert.deepEqual([failed.status, failed.progress, failed.failure.message], ["failed", 40, "It broke."]);
  });

  it("tells a cancelled job from a failed one", () => {
    assert.equal(after(milestone(1, "error", 0, { error: true, code: "cancelled" })).status, "cancelled");
  });

  it("stays at the end when a tick comes late", () => {
    const done = after(milestone(1, "complete", 100, { data: { contextSummary: "x" } }));
    const tick = { jobId: "j", at: at(9), step: "analyzing", progress: 55, message: "", data: { tokens: 1 } };
    assert.equal(reduce(done, tick), done);
  });

  it("is not turned back by a snapshot that is older than the events", () => {
    const state = after(milestone(1, "scanning", 0), milestone(2, "analyzing", 70));
    const job = { projectId: "p", status: "queued", progress: 0, message: "", lastSeq: 1, stats: null, createdAt: at(0), startedAt: at(1) };
    assert.deepEqual([withJob(state, job).status, withJob(state, job).progress], ["running", 70]);
  });

  it("measures a step from the end of the one before, by the server's clock", () => {
    const state = after(milestone(1, "scanning", 0), milestone(3, "scanning", 20), milestone(7, "indexing", 40));
    assert.deepEqual(stepDurations(state), { scanning: 2000, indexing: 4000 });
  });

  it("tells no times of steps that nobody kept", () => {
    const job = { projectId: "p", status: "succeeded", progress: 100, message: "", lastSeq: 9, stats: null, createdAt: at(0), startedAt: at(1), finishedAt: at(9) };
    const end = milestone(9, "complete", 100, { data: { contextSummary: "x" }, truncated: true });
    const state = reduce(withJob(unknown("j"), job), end);
    assert.deepEqual([state.status, state.result.contextSummary, state.truncated], ["succeeded", "x", true]);
    assert.deepEqual(stepDurations(state), {});
    assert.deepEqual(stepStates(state.progress, state.status), Array(5).fill("done"));
  });
});
