import assert from "node:assert/strict";
import { describe, it } from "node:test";

import { comparison, simulatedStep } from "../../../app/static/js/model/dummy.js";
import { outlook, remaining, settle } from "../../../app/static/js/model/eta.js";
import { failureDetails, failureTitle, missingModel } from "../../../app/static/js/model/failures.js";
import { health } from "../../../app/static/js/model/health.js";
import { JobLog } from "../../../app/static/js/model/job-log.js";
import { reduce, unknown, withJob } from "../../../app/static/js/model/job-reducer.js";
import { missedBeats, quality } from "../../../app/static/js/model/quality.js";
import { strip } from "../../../app/static/js/model/strip.js";
import * as words from "../../../app/static/js/ui/card-words.js";

const START = Date.UTC(2027, 0, 1, 8, 0, 0);
const at = (seconds) => new Date(START + seconds * 1000).toISOString();
const ms = (seconds) => START + seconds * 1000;
const job = (changes) => ({ projectId: "p", status: "running", progress: 0, message: "", lastSeq: 0, attempt: 1, stats: null, createdAt: at(0), startedAt: at(0), now: at(0), workerSeenAt: at(0), ...changes });
const milestone = (seq, seconds, step, progress, more = {}) => ({ jobId: "j", seq, at: at(seconds), step, progress, message: `${step} ${progress}`, ...more });
const ETA = { seconds: 180, low: 120, high: 240, runs: 14 };

/** A job that came to fifty percent within thirty seconds. */
function analyzing(more = {}) {
  const events = [milestone(1, 0, "scanning", 0), milestone(2, 10, "scanning", 20, { stats: { tables: 59, columns: 450 } }), milestone(3, 30, "analyzing", 50, more)];
  return events.reduce(reduce, withJob(unknown("j"), job()));
}

describe("what is left", () => {
  const left = (state, seconds) => remaining(outlook(state, ms(seconds)));

  it("counts down from when it was estimated, with its basis", () => {
    const state = analyzing({ eta: ETA });
    assert.equal(left(state, 30), "about 2–4 min left, from 14 similar runs");
    assert.equal(left(state, 150), "about 1–2 min left, from 14 similar runs");
    assert.equal(left(state, 266), "Finishing…");
  });

  it("says that it takes longer, and how long it usually does", () => {
    assert.equal(left(analyzing({ eta: ETA }), 300), "Longer than usual: similar runs took 3–5 min");
  });

  it("guesses nothing", () => {
    assert.equal(left(withJob(unknown("j"), job()), 1), "Estimating…");
    assert.equal(left(analyzing(), 40), "", "there is no similar run: estimating would be for ever");
  });

  it("is nothing of a job that ends, or whose worker says nothing", () => {
    const state = analyzing({ eta: ETA });
    assert.equal(left({ ...state, cancelling: true }, 31), "");
    assert.equal(left(withJob(state, job({ lastSeq: 3, now: at(60), workerSeenAt: at(31) })), 60), "");
  });

  it("is redrawn every five seconds at most, for what a reader notices", () => {
    const shown = settle(null, { kind: "left", low: 100, high: 200 }, 0);
    assert.equal(settle(shown, { kind: "left", low: 50, high: 90 }, 4000), shown);
    assert.equal(settle(shown, { kind: "left", low: 90, high: 180 }, 9000), shown);
    assert.equal(settle(shown, { kind: "left", low: 50, high: 90 }, 9000).high, 90);
    assert.equal(settle(shown, { kind: "finishing" }, 1).kind, "finishing");
  });
});

describe("the health of a job", () => {
  it("is well while there is progress", () => {
    assert.equal(health(withJob(analyzing(), job({ lastSeq: 3, now: at(60), workerSeenAt: at(59) })), ms(60)).kind, "well");
  });

  it("stalls without progress, though the worker lives", () => {
    const state = withJob(analyzing(), job({ lastSeq: 3, now: at(130), workerSeenAt: at(129) }));
    assert.deepEqual(health(state, ms(130)), { kind: "stalled", idleMs: 100_000, workerMs: 1000 });
  });

  it("is not set back by a tick that comes late", () => {
    const state = withJob(analyzing(), job({ lastSeq: 3, now: at(60), workerSeenAt: at(59) }));
    const late = reduce(state, { jobId: "j", at: at(5), step: "analyzing", progress: 50, message: "", data: {} });
    assert.equal(late.progressAt, ms(30));
  });

  it("waits longer where pauses are usual", () => {
    const slow = [milestone(4, 130, "analyzing", 55), milestone(5, 230, "analyzing", 58)].reduce(reduce, analyzing());
    assert.equal(health(withJob(slow, job({ lastSeq: 5, now: at(340), workerSeenAt: at(339) })), ms(340)).kind, "stalled");
    const slower = [milestone(6, 330, "analyzing", 59), milestone(7, 430, "analyzing", 60)].reduce(reduce, slow);
    assert.equal(health(withJob(slower, job({ lastSeq: 7, now: at(560), workerSeenAt: at(559) })), ms(560)).kind, "well");
  });

  it("knows of a silent worker only from the server", () => {
    const state = analyzing();
    assert.equal(health(state, ms(75)).kind, "well", "nobody has told us anything for 45 s");
    assert.deepEqual(health(withJob(state, job({ lastSeq: 3, now: at(75), workerSeenAt: at(30) })), ms(75)), { kind: "silent", workerMs: 45_000 });
  });
});

describe("the connection's quality", () => {
  it("follows the round trip and missed heartbeats", () => {
    assert.deepEqual([quality(42, 0), quality(151, 0), quality(601, 0), quality(null, 0)], ["good", "fair", "poor", "poor"]);
    assert.deepEqual([missedBeats(16_000), missedBeats(18_000), quality(42, 18_000), quality(42, 33_000)], [0, 1, "fair", "poor"]);
  });
});

const tally = (cells) => cells.reduce((found, kind) => ({ ...found, [kind]: (found[kind] ?? 0) + 1 }), {});

describe("the strip of tables", () => {
  it("is not there before the tables are counted", () => {
    assert.equal(strip(unknown("j")), null);
  });

  it("has a cell per table, and groups them in large schemas", () => {
    const described = (tables, tablesDescribed) => strip({ stats: { tables, tablesDescribed }, progress: 55, status: "running" });
    const { cells, ...rest } = described(59, 31);
    assert.deepEqual(rest, { total: 59, done: 31, fallback: 0, kept: 0 });
    assert.deepEqual(tally(cells), { done: 31, working: 1, waiting: 27 });
    assert.deepEqual(tally(described(1000, 499).cells), { done: 99, working: 1, waiting: 100 });
  });

  it("tells what the model had no words for, and where the work broke off", () => {
    const stats = { tables: 59, tablesDescribed: 31, fallbackTables: 2 };
    assert.deepEqual(tally(strip({ stats, progress: 55, status: "failed" }).cells), { done: 29, fallback: 2, failed: 1, waiting: 27 });
    assert.deepEqual(tally(strip({ stats, progress: 55, status: "cancelled" }).cells), { done: 29, fallback: 2, waiting: 28 });
    assert.equal(words.described(strip({ stats, progress: 55, status: "running" })), "31 of 59 tables described, 2 of them from facts alone");
    const many = { tables: 5000, tablesDescribed: 2500, fallbackTables: 1 };
    assert.deepEqual(tally(strip({ stats: many, progress: 60, status: "running" }).cells), { done: 99, fallback: 1, working: 1, waiting: 99 });
  });

  it("is full when the analysis is over", () => {
    assert.equal(strip({ stats: { tables: 59 }, progress: 70, status: "running" }).done, 59);
  });
});

describe("the card's words", () => {
  const LINK = { state: "live", reason: null, retryAt: null, heardAt: ms(60), lostAt: null, latency: 5 };
  const note = (state, seconds, link = {}) => words.note(state, { ...LINK, ...link }, { here: ms(seconds), server: ms(seconds) });

  it("claim nothing before the server has said anything", () => {
    assert.deepEqual([words.title(unknown("j")), words.message(unknown("j"))], ["Generation", "Asking the server…"]);
  });

  it("tell the place in the queue", () => {
    const queued = (queuedAhead) => words.message(withJob(unknown("j"), job({ status: "queued", attempt: 0, queuedAhead })));
    assert.deepEqual([queued(2), queued(0)], ["Queued. 2 jobs ahead.", "Queued. Next in line."]);
  });

  it("tell how old the picture is while the connection is away", () => {
    const lost = { state: "waiting", lostAt: ms(66) };
    assert.equal(note(analyzing(), 72, { ...lost, reason: "stream" }).text, "Showing progress from 12 s ago. The job keeps running on the server.");
    assert.match(note(analyzing(), 72, { ...lost, reason: "away" }).text, /The server does not answer\./);
  });

  it("tell how often the server is asked while there is no stream", () => {
    assert.equal(note(analyzing(), 72, { state: "polling", everyMs: 5000 }).text, "Live updates unavailable. Refreshing every 5 s.");
  });

  it("do not tell of a connection that is likely to be back soon", () => {
    const lost = { state: "waiting", lostAt: ms(66) };
    assert.equal(note(analyzing(), 70, { ...lost, reason: "stream" }), null);
    assert.equal(note(analyzing(), 70, { ...lost, reason: "offline" }).kind, "offline");
  });

  it("tell what is kept of an earlier job", () => {
    const state = withJob(analyzing({ stats: { tables: 59, tablesDescribed: 31, keptTables: 31 } }), job({ lastSeq: 3, now: at(31), workerSeenAt: at(31) }));
    assert.equal(note(state, 31).text, "31 of 59 tables kept from an earlier generation.");
    assert.equal(note(analyzing(), 31), null);
  });

  it("tell a resumed attempt with what it kept", () => {
    const state = withJob(analyzing({ stats: { tables: 59, tablesDescribed: 31, keptTables: 31 } }), job({ lastSeq: 3, attempt: 2, now: at(31), workerSeenAt: at(31) }));
    assert.equal(note(state, 31).text, "Resumed from checkpoint: 31 of 59 tables kept (attempt 2).");
  });

  it("put the connection before the worker", () => {
    const state = withJob(analyzing(), job({ lastSeq: 3, now: at(75), workerSeenAt: at(30) }));
    assert.equal(note(state, 75).kind, "silent");
    assert.equal(note(state, 75, { state: "waiting", reason: "offline" }).kind, "offline");
  });

  it("keep what was finished in a cancelled job", () => {
    const state = reduce(analyzing({ stats: { tables: 59, tablesDescribed: 31 } }), milestone(4, 60, "error", 0, { code: "cancelled" }));
    assert.match(words.message(state), /^Cancelled by you at \d\d:\d\d\. 31 descriptions are kept\.$/);
  });
});

describe("the pace", () => {
  it("is told in tokens or bytes, and never in what is not known", () => {
    const pace = (data) => words.pace(reduce(analyzing(), { jobId: "j", at: at(31), step: "analyzing", progress: 50, message: "", data }).tick);
    assert.equal(pace({ tokens: 412, tokensPerSecond: 31.4 }), "412 tokens, 31 per second");
    assert.equal(pace({ completed: 1.2e9, total: 4.7e9, bytesPerSecond: 45e6 }), "1.2 GB of 4.7 GB, 45.0 MB per second");
    assert.equal(pace({ completed: 512, total: null, bytesPerSecond: null }), "512 B");
    assert.equal(pace({ tail: "x" }), "");
  });
});

describe("failures", () => {
  it("have a name, a model to pull where one is missing, and details without secrets", () => {
    const failed = { code: "model_missing", action: "pull", message: "It is not installed. Pull it.", model: "nomic-embed-text" };
    const state = { ...reduce(analyzing(), milestone(4, 60, "error", 0, failed)), model: "llama3.1:8b" };
    assert.equal(failureTitle(state.failure), "The model is not installed");
    assert.equal(missingModel(state), "nomic-embed-text", "which need not be the one that writes");
    assert.equal(missingModel({ failure: { ...failed, action: undefined } }), null);
    assert.equal(missingModel({ failure: null }), null);
    assert.match(failureDetails(state), /^job: j\nstatus: failed\ncode: model_missing\n/);
  });
});

describe("the simulation", () => {
  it("spends 3, 4, 8, 5 and 2 seconds, and waits in the last step", () => {
    assert.deepEqual([0, 2999, 3000, 7000, 15_000, 20_000, 22_000, 9e9].map(simulatedStep), [0, 0, 1, 2, 3, 4, 4, 4]);
  });

  it("is compared with what was measured", () => {
    assert.deepEqual(comparison({ scanning: 6000 }), [{ id: "scanning", name: "Scanning", real: 6, dummy: 3, difference: 3, ratio: 2 }]);
  });
});

describe("the log", () => {
  it("keeps the last five hundred events with their delay, and changes of the connection only", () => {
    const log = new JobLog("j");
    log.skew = 100;
    for (let seq = 1; seq <= 600; seq += 1) log.event({ seq, step: "analyzing", progress: 50, at: at(0) }, ms(0));
    const link = { state: "live", reason: null, role: "leader", error: "" };
    for (let turn = 0; turn < 3; turn += 1) log.link(link, ms(turn));
    log.link({ ...link, state: "waiting" }, ms(9));
    assert.deepEqual([log.events.length, log.events[0], log.links.length], [500, { seq: 101, type: "milestone", step: "analyzing", progress: 50, at: at(0), delay: 100 }, 2]);
  });
});
