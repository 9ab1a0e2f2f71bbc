import assert from "node:assert/strict";
import { describe, it } from "node:test";

import { backoff, pollDelay } from "../../../app/static/js/stream/backoff.js";
import { live, milestone, settle, world } from "./stream_world.mjs";

const refusal = (status, headers = {}) => () => new Response("{}", { status, headers });

describe("GenerationStream", () => {
  it("loads what is stored first and streams from there", async () => {
    const { seen, relay, states } = await live({ events: [milestone(1), milestone(2)] });
    assert.deepEqual([seen, states()], [[1, 2], ["connecting", "live"]]);
    assert.equal(relay.last.url, "http://r/api/v1/jobs/j/stream?lastEventId=j%3A2");
  });

  it("drops duplicates and passes ticks on", async () => {
    const { seen, relay } = await live({ events: [milestone(1)] });
    await relay.last.send(milestone(1));
    await relay.last.send({ jobId: "j", at: "", step: "analyzing", progress: 51, message: "" });
    await relay.last.send(milestone(2));
    assert.deepEqual(seen, [1, "tick", 2]);
  });

  it("fills a hole from what is stored, in order", async () => {
    const { seen, relay, stored } = await live({ events: [milestone(1)] });
    stored.events = [1, 2, 3, 4].map((seq) => milestone(seq));
    await relay.last.send(milestone(4));
    assert.deepEqual(seen, [1, 2, 3, 4]);
  });

  it("fills a hole that it heard of while it was asking", async () => {
    const { seen, relay, stored } = await live({ events: [milestone(1)] });
    stored.events = [1, 2, 3].map((seq) => milestone(seq));
    stored.hold = true; // the answer is made, and stays on its way
    await relay.last.send(milestone(3));
    stored.events = [1, 2, 3, 4, 5].map((seq) => milestone(seq));
    await relay.last.send(milestone(5));
    stored.release();
    await settle();
    assert.deepEqual(seen, [1, 2, 3, 4, 5]);
  });

  it("closes at the terminal event", async () => {
    const { states, relay, clock } = await live();
    await relay.last.send(milestone(1, "complete"));
    assert.deepEqual([relay.last.closed, states().at(-1), clock.timers.length], [true, "done", 0]);
  });

  it("learns from the job itself that it ended while the stream was away", async () => {
    const { states, relay, stored, seen } = await live();
    stored.events = [milestone(1, "error")];
    await relay.last.cut();
    assert.deepEqual([states().at(-1), seen], ["done", [1]]);
  });

  it("waits before it tries again, and polls after three failures in a row", async () => {
    const { states, links, relay, clock } = await live();
    for (const expected of ["waiting", "waiting", "polling"]) {
      await relay.last.cut();
      assert.equal(states().at(-1), expected);
      if (expected === "waiting") await clock.pass(2000);
    }
    assert.deepEqual([relay.count, links.at(-1).reason], [3, "stream"]);
    await clock.pass(2000);
    assert.deepEqual([relay.count, states().at(-1)], [4, "live"]);
  });

  it("says how often it polls: less often after long, and the more so the less happens", async () => {
    const { relay, clock, links, stored } = await live();
    relay.answer = () => new TypeError("network error");
    await relay.last.cut();
    await clock.pass(60_000);
    stored.events = [milestone(1)];
    await clock.pass(30_000);
    const often = links.filter(({ state }) => state === "polling").map(({ everyMs }) => everyMs);
    assert.deepEqual(often.filter((each, index) => each !== often[index - 1]), [2000, 10_000, 2000, 5000, 10_000]);
    relay.answer = () => null;
    await clock.pass(31_000);
    assert.deepEqual([links.at(-1).state, links.at(-1).everyMs], ["live", null]);
  });

  it("delivers news while it polls, and the stream is tried every half minute", async () => {
    const { relay, clock, stored, seen, states } = await live();
    relay.answer = () => new TypeError("network error");
    await relay.last.cut();
    await clock.pass(40_000);
    stored.events = [milestone(1)];
    await clock.pass(10_000);
    assert.deepEqual([seen, states().at(-1)], [[1], "polling"]);
    relay.answer = () => null;
    await clock.pass(31_000);
    assert.equal(states().at(-1), "live");
  });

  it("tells a server that is away from a stream that is", async () => {
    const { relay, links, stored, clock, states } = await live();
    stored.problem = { status: 0 };
    relay.answer = () => new TypeError("network error");
    await relay.last.cut();
    await clock.pass(60_000);
    assert.deepEqual([states().at(-1), links.at(-1).reason], ["waiting", "away"]);
    stored.problem = null;
    relay.answer = () => null;
    await clock.pass(31_000);
    assert.equal(states().at(-1), "live");
  });

  it("polls while the relay has no room, and stays away as long as it was asked to", async () => {
    const { stream, relay, clock, states, links } = world();
    relay.answer = refusal(429, { "Retry-After": "60" });
    await stream.start();
    await settle();
    assert.deepEqual([states().at(-1), links.at(-1).reason, links.at(-1).error], ["polling", "refused", "refused with 429"]);
    await clock.pass(55_000);
    assert.equal(relay.count, 1);
    relay.answer = () => null;
    await clock.pass(20_000);
    assert.equal(states().at(-1), "live");
  });

  it("renews an expired sign-in once", async () => {
    const { states, relay, stored } = await live();
    await relay.last.write("event: auth_expired\ndata: {}\n\n");
    assert.equal(relay.count, 2);
    await relay.last.write("event: auth_expired\ndata: {}\n\n");
    assert.deepEqual([states().at(-1), stored.asked.filter((what) => what === "refresh").length], ["signedOut", 1]);
  });

  it("renews a sign-in that the relay refuses at the door", async () => {
    const all = world();
    const answers = [refusal(401), () => null];
    all.relay.answer = () => answers.shift()();
    await all.stream.start();
    await settle();
    assert.deepEqual([all.states().at(-1), all.stored.asked.includes("refresh")], ["live", true]);
  });

  it("renews it again after a stream that lasted", async () => {
    const { states, relay, clock, stored } = await live();
    for (let turn = 0; turn < 2; turn += 1) {
      await relay.last.write("event: auth_expired\ndata: {}\n\n");
      await clock.pass(11_000);
    }
    assert.deepEqual([states().at(-1), stored.asked.filter((what) => what === "refresh").length], ["live", 2]);
  });

  it("can be started again after a new sign-in, and goes on where it was", async () => {
    const { stream, relay, seen, states } = await live({ events: [milestone(1)], refresh: false });
    await relay.last.write("event: auth_expired\ndata: {}\n\n");
    assert.equal(states().at(-1), "signedOut");
    await stream.start();
    await settle();
    assert.deepEqual([states().at(-1), seen, relay.last.url.endsWith("j%3A1")], ["live", [1], true]);
  });

  it("gives a silent stream up after 40 seconds", async () => {
    const { states, clock, relay } = await live();
    await clock.pass(39_000);
    assert.equal(states().at(-1), "live");
    relay.answer = () => new TypeError("network error");
    await clock.pass(1500);
    assert.equal(states().at(-1), "waiting");
  });

  it("does not give up a stream that only has heartbeats", async () => {
    const { states, clock, relay, links } = await live();
    for (let beat = 0; beat < 5; beat += 1) {
      await clock.pass(15_000);
      await relay.last.write('event: heartbeat\ndata: {"at":""}\n\n');
    }
    assert.deepEqual([states(), relay.count, links.at(-1).heardAt], [["connecting", "live"], 1, 75_000]);
  });

  it("doubts a stream only when the page wakes and nothing was heard for long", async () => {
    const { stream, clock, relay } = await live();
    await clock.pass(19_000);
    stream.retryNow();
    await settle();
    assert.equal(relay.count, 1);
    await clock.pass(2000);
    stream.retryNow();
    await settle();
    assert.deepEqual([relay.count, relay.exchanges[0].closed], [2, true]);
  });

  it("says that a job is gone instead of trying for ever", async () => {
    const { stream, states, clock } = world({ problem: { status: 404 } });
    await stream.start();
    assert.deepEqual([states().at(-1), clock.timers.length], ["gone", 0]);
  });

  it("measures the way to the server, and asks more often while the worker is silent", async () => {
    const at = (second) => new Date(second * 1000).toISOString();
    const { clock, stored, links } = await live({ job: { status: "running", now: at(60), workerSeenAt: at(59) } });
    assert.equal(links.at(-1).latency, 0);
    const asked = () => stored.asked.length;
    const before = asked();
    await clock.pass(14_000);
    assert.equal(asked(), before);
    stored.job = { status: "running", now: at(60), workerSeenAt: at(40) };
    await clock.pass(1000);
    await clock.pass(5000);
    assert.equal(asked(), before + 2);
  });

  it("takes the end from the snapshot when the stream does not tell it", async () => {
    const { clock, stored, seen, states } = await live();
    stored.events = [milestone(1, "complete")];
    stored.job = { status: "succeeded" };
    await clock.pass(15_000);
    assert.deepEqual([seen, states().at(-1)], [[1], "done"]);
  });
});

describe("backoff", () => {
  it("doubles up to thirty seconds and is spread over the second half", () => {
    assert.deepEqual([backoff(0, () => 0), backoff(0, () => 1), backoff(3, () => 1), backoff(9, () => 1)], [500, 1000, 8000, 30000]);
  });

  it("polls quickly after a short outage and ever more slowly without news", () => {
    assert.deepEqual([pollDelay(9, 10_000), pollDelay(0, 60_000), pollDelay(1, 60_000), pollDelay(2, 60_000)], [2000, 2000, 5000, 10000]);
  });
});
