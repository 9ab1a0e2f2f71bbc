import assert from "node:assert/strict";
import { describe, it } from "node:test";

import { unknown, withJob } from "../../../app/static/js/model/job-reducer.js";
import { rowWords, statusWords, subject } from "../../../app/static/js/model/job-row.js";

const START = Date.UTC(2027, 0, 1, 8, 0, 0);
const at = (seconds) => new Date(START + seconds * 1000).toISOString();
const words = (job, now = START + 72_000) => {
  const state = withJob(unknown("j"), { projectId: "p", status: "running", progress: 0, message: "", lastSeq: 0, attempt: 1, stats: null, createdAt: at(0), startedAt: at(0), now: at(0), ...job });
  return { status: statusWords(state), ...rowWords(state, now) };
};

describe("a row of the history", () => {
  it("claims nothing of a job that has not begun", () => {
    const found = words({ status: "queued", startedAt: null, attempt: 0, queuedAhead: 2 });
    assert.deepEqual(found, { status: "Queued, 2 ahead", started: "–", duration: "–", attempts: "–", model: "–" });
  });

  it("says how far a running one is, and for how long it runs", () => {
    const found = words({ progress: 62, model: "llama3.1:8b", attempt: 2 });
    assert.equal(found.status, "62 % · Analyzing");
    assert.equal(found.duration, "1 min 12 s");
    assert.deepEqual([found.attempts, found.model], ["2", "llama3.1:8b"]);
  });

  it("says how one ended", () => {
    const end = { finishedAt: at(341), progress: 62 };
    assert.equal(words({ ...end, status: "succeeded", engine: "structural" }).model, "Rules, no model");
    assert.equal(words({ ...end, status: "succeeded" }).duration, "5 min 41 s");
    assert.equal(words({ ...end, status: "failed", error: { code: "worker_lost" } }).status, "The worker was lost");
    assert.equal(words({ ...end, status: "cancelled" }).status, "Cancelled");
    assert.equal(words({ cancelRequestedAt: at(4) }).status, "Cancelling…");
  });

  it("names what the job is about", () => {
    const names = new Map([["p", "Shop"]]);
    assert.equal(subject({ kind: "generate", projectId: "p" }, names), "Shop");
    assert.equal(subject({ kind: "generate", projectId: "q" }, names), "Deleted project");
    assert.equal(subject({ kind: "pull_model", model: "m:8b" }, names), "Pull of m:8b");
  });
});
