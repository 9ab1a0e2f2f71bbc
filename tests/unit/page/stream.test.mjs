import assert from "node:assert/strict";
import { describe, it } from "node:test";

import { backoff } from "../../../app/static/js/stream/backoff.js";
import { GenerationStream } from "../../../app/static/js/stream/generation-stream.js";

class FakeClock {
  time = 0;
  timers = [];

  now = () => this.time;

  setTimeout = (run, delay) => {
    const timer = { run, due: this.time + delay };
    this.timers.push(timer);
    return timer;
  };

  clearTimeout = (timer) => {
    this.timers = this.timers.filter((other) => other !== timer);
  };

  async pass(milliseconds) {
    const end = this.time + milliseconds;
    for (;;) {
      const [next] = this.timers.filter(({ due }) => due <= end).sort((a, b) => a.due - b.due);
      if (next === undefined) break;
      this.time = next.due;
      this.clearTimeout(next);
      next.run();
      await settle();
    }
    this.time = end;
  }
}

class FakeSource extends EventTarget {
  static all = [];
  closed = false;

  constructor(url) {
    super();
    this.url = url;
    FakeSource.all.push(this);
  }

  close() {
    this.closed = true;
  }

  send(event) {
    this.dispatchEvent(Object.assign(new Event("message"), { data: JSON.stringify(event) }));
  }
}

const settle = () => new Promise((resolve) => setImmediate(resolve));
const milestone = (seq, step = "analyzing") => ({ jobId: "j", seq, at: "", step, progress: 50, message: "" });

function follow(changes = {}) {
  FakeSource.all = [];
  const stored = { events: [], job: { status: "running" }, refresh: true, problem: null, ...changes };
  const asked = [];
  const answer = (value) => (stored.problem ? Promise.reject(stored.problem) : Promise.resolve(value));
  const transport = {
    job: () => (asked.push("job"), answer(stored.job)),
    events: (_id, after) => answer({ items: stored.events.filter(({ seq }) => seq > after) }),
    refresh: () => (asked.push("refresh"), Promise.resolve(stored.refresh)),
  };
  const clock = new FakeClock();
  const stream = new GenerationStream("j", { transport, relay: "http://r", rng: () => 1, create: (url) => new FakeSource(url), clock });
  const seen = [];
  const links = [];
  stream.addEventListener("progress", ({ detail }) => seen.push(detail.seq ?? "tick"));
  stream.addEventListener("link", ({ detail }) => links.push(detail.state));
  return { stream, stored, asked, clock, seen, links, last: () => FakeSource.all.at(-1), count: () => FakeSource.all.length };
}

async function live(changes) {
  const all = follow(changes);
  await all.stream.start();
  all.last().dispatchEvent(new Event("open"));
  return all;
}

describe("GenerationStream", () => {
  it("loads what is stored first and streams from there", async () => {
    const { seen, last } = await live({ events: [milestone(1), milestone(2)] });
    assert.deepEqual(seen, [1, 2]);
    assert.equal(last().url, "http://r/api/v1/jobs/j/stream?lastEventId=j%3A2");
  });

  it("drops duplicates and passes ticks on", async () => {
    const { seen, last } = await live({ events: [milestone(1)] });
    last().send(milestone(1));
    last().send({ jobId: "j", at: "", step: "analyzing", progress: 51, message: "" });
    last().send(milestone(2));
    assert.deepEqual(seen, [1, "tick", 2]);
  });

  it("fills a hole from what is stored, in order", async () => {
    const { seen, last, stored } = await live({ events: [milestone(1)] });
    stored.events = [1, 2, 3, 4].map((seq) => milestone(seq));
    last().send(milestone(4));
    await settle();
    assert.deepEqual(seen, [1, 2, 3, 4]);
  });

  it("closes at the terminal event", async () => {
    const { links, last, clock } = await live();
    last().send(milestone(1, "complete"));
    assert.equal(last().closed, true);
    assert.deepEqual([links.at(-1), clock.timers.length], ["done", 0]);
  });

  it("learns from the job itself that it ended while the stream was away", async () => {
    const { links, last, stored, seen } = await live();
    stored.events = [milestone(1, "error")];
    last().dispatchEvent(new Event("error"));
    await settle();
    assert.deepEqual([links.at(-1), seen], ["done", [1]]);
  });

  it("waits before it tries again, and polls after three failures in a row", async () => {
    const { links, last, clock, count } = await live();
    for (const expected of ["waiting", "waiting", "polling"]) {
      last().dispatchEvent(new Event("error"));
      await settle();
      assert.equal(links.at(-1), expected);
      if (expected === "waiting") await clock.pass(2000);
    }
    assert.equal(count(), 3);
    await clock.pass(40_000);
    assert.equal(count(), 4, "it probes the stream again while it polls");
    last().dispatchEvent(new Event("open"));
    assert.equal(links.at(-1), "live");
  });

  it("delivers news while it polls", async () => {
    const { last, clock, stored, seen } = await live();
    for (let failure = 0; failure < 3; failure += 1) {
      last().dispatchEvent(new Event("error"));
      await settle();
      if (failure < 2) await clock.pass(2000);
    }
    stored.events = [milestone(1)];
    await clock.pass(10_000);
    assert.deepEqual(seen, [1]);
  });

  it("renews an expired sign-in once", async () => {
    const { links, last, asked, count } = await live();
    last().dispatchEvent(new Event("auth_expired"));
    await settle();
    assert.equal(count(), 2);
    last().dispatchEvent(new Event("auth_expired"));
    await settle();
    assert.deepEqual([links.at(-1), asked.filter((what) => what === "refresh").length], ["signedOut", 1]);
  });

  it("gives a silent stream up after 40 seconds", async () => {
    const { links, clock } = await live();
    await clock.pass(39_000);
    assert.equal(links.at(-1), "live");
    await clock.pass(2000);
    assert.notEqual(links.indexOf("waiting"), -1);
  });

  it("says that a job is gone instead of trying for ever", async () => {
    const { stream, links, clock } = follow({ problem: { status: 404 } });
    await stream.start();
    assert.deepEqual([links.at(-1), clock.timers.length], ["gone", 0]);
  });
});

describe("backoff", () => {
  it("doubles up to thirty seconds and is spread over the second half", () => {
    assert.deepEqual([backoff(0, () => 0), backoff(0, () => 1), backoff(3, () => 1), backoff(9, () => 1)], [500, 1000, 8000, 30000]);
  });
});
