import assert from "node:assert/strict";
import { afterEach, describe, it } from "node:test";

import { Lease } from "../../../app/static/js/stream/lease.js";
import { TabShare } from "../../../app/static/js/stream/tab-share.js";
import { FakeClock, FakeRelay, api, milestone, settle, world } from "./stream_world.mjs";

/** What localStorage does, without a browser. */
class Storage {
  #entries = new Map();

  getItem(name) {
    return this.#entries.get(name) ?? null;
  }

  setItem(name, value) {
    this.#entries.set(name, value);
  }

  removeItem(name) {
    this.#entries.delete(name);
  }
}

const opened = [];
afterEach(() => opened.splice(0).forEach((close) => close()));

/** Several tabs of one browser on one job, sharing by leases and this Node's own BroadcastChannel. */
class Browser {
  clock = new FakeClock();
  relay = new FakeRelay();
  server = api();
  storage = new Storage();
  #keys = 0;

  async open({ jobId = "j", visible = () => true } = {}) {
    const keys = [0.5, 0.25, 0.75, 0.125, 0.875, 0.0625];
    const tab = { frozen: false, due: [] }; // a frozen tab's timers run when it is thawed
    const clock = {
      now: this.clock.now,
      setTimeout: (run, delay) => this.clock.setTimeout(() => (tab.frozen ? tab.due.push(run) : run()), delay),
      clearTimeout: this.clock.clearTimeout,
    };
    tab.thaw = () => {
      tab.frozen = false;
      tab.due.splice(0).forEach((run) => run());
    };
    const locks = new Lease(this.storage, { clock, rng: () => keys[this.#keys++ % keys.length] });
    const openChannel = (name) => {
      const channel = new BroadcastChannel(name);
      opened.push(() => channel.close());
      return channel;
    };
    const share = new TabShare(jobId, { locks, openChannel, clock, rng: () => 0.5, visible });
    const { server, relay } = this;
    Object.assign(tab, world({}, { share, clock, server, relay }));
    opened.push(() => tab.stream.close());
    await tab.stream.start();
    await settle();
    await this.pass(200);
    return tab;
  }

  async pass(milliseconds) {
    for (let left = milliseconds; left > 0; left -= 100) {
      await this.clock.pass(Math.min(100, left));
      await settle();
    }
  }

  get connections() {
    return this.relay.exchanges.filter(({ closed }) => !closed).length;
  }

  publish(event) {
    this.server.stored.events = [...this.server.stored.events, event];
    return this.relay.exchanges.findLast(({ closed }) => !closed).send(event);
  }
}

const roles = (tabs) => tabs.map(({ stream }) => stream.role);

describe("tabs of one browser", () => {
  it("share one connection and all see the same", async () => {
    const browser = new Browser();
    const tabs = [await browser.open(), await browser.open(), await browser.open()];
    await browser.publish(milestone(1));
    await browser.publish(milestone(2));
    assert.deepEqual([browser.connections, roles(tabs)], [1, ["leader", "follower", "follower"]]);
    assert.deepEqual(tabs.map(({ seen }) => seen), [[1, 2], [1, 2], [1, 2]]);
    assert.deepEqual(tabs.map(({ states }) => states().at(-1)), ["live", "live", "live"]);
  });

  it("lead on when the leader closes, without a gap", async () => {
    const browser = new Browser();
    const tabs = [await browser.open(), await browser.open()];
    await browser.publish(milestone(1));
    tabs[0].stream.close();
    await browser.pass(1000);
    await browser.publish(milestone(2));
    assert.deepEqual([browser.connections, roles(tabs)], [1, ["none", "leader"]]);
    assert.deepEqual(tabs[1].seen, [1, 2]);
  });

  it("take over from a leader that is frozen, which follows when it wakes", async () => {
    const browser = new Browser();
    const tabs = [await browser.open(), await browser.open(), await browser.open()];
    tabs[0].frozen = true;
    await browser.pass(2000);
    assert.deepEqual(roles(tabs), ["leader", "follower", "follower"]);
    await browser.pass(3000);
    assert.deepEqual(roles(tabs), ["leader", "leader", "follower"], "the first does not know yet");
    await browser.publish(milestone(1));
    tabs[0].thaw();
    await browser.pass(1500);
    assert.deepEqual([roles(tabs), browser.connections], [["follower", "leader", "follower"], 1]);
    assert.deepEqual(tabs.map(({ seen }) => seen), [[1], [1], [1]]);
  });

  it("hand over from a hidden tab to a visible one", async () => {
    const browser = new Browser();
    let seen = true;
    const tabs = [await browser.open({ visible: () => seen }), await browser.open()];
    assert.deepEqual(roles(tabs), ["leader", "follower"]);
    seen = false;
    await browser.pass(4000);
    assert.deepEqual([roles(tabs), browser.connections], [["follower", "leader"], 1]);
    tabs[1].stream.close();
    await browser.pass(5000);
    assert.deepEqual([roles(tabs), browser.connections], [["leader", "none"], 1]);
    tabs[0].stream.close();
    await browser.pass(5000);
    assert.equal(browser.connections, 0, "nobody waits for a turn that is not wanted any more");
  });

  it("fetch what was told while they were not listening", async () => {
    const browser = new Browser();
    const first = await browser.open();
    await browser.publish(milestone(1));
    const late = await browser.open();
    await browser.publish(milestone(2));
    assert.deepEqual([first.seen, late.seen], [[1, 2], [1, 2]]);
  });

  it("end together", async () => {
    const browser = new Browser();
    const tabs = [await browser.open(), await browser.open()];
    await browser.publish(milestone(1, "complete"));
    await browser.pass(2000);
    assert.deepEqual(tabs.map(({ states, seen }) => [states().at(-1), seen]), [["done", [1]], ["done", [1]]]);
    assert.deepEqual([browser.connections, browser.relay.count], [0, 1]);
  });

  it("hold at most four connections, and the fifth job is polled until there is room", async () => {
    const browser = new Browser();
    const tabs = [];
    for (const jobId of ["a", "b", "c", "d", "e"]) tabs.push(await browser.open({ jobId }));
    await browser.pass(1000);
    assert.deepEqual(tabs.map(({ states }) => states().at(-1)), ["live", "live", "live", "live", "polling"]);
    assert.deepEqual([browser.connections, tabs[4].links.at(-1).reason], [4, "crowded"]);
    tabs[0].stream.close();
    await browser.pass(40_000);
    assert.deepEqual([browser.connections, tabs[4].states().at(-1)], [4, "live"]);
  });
});

describe("a lease", () => {
  const claim = (storage, clock, key, options) => new Lease(storage, { clock, rng: () => key }).claim("n", { how: "try", ...options });

  it("is held by one, renewed, and given back", async () => {
    const [storage, clock] = [new Storage(), new FakeClock()];
    const held = claim(storage, clock, 0.1);
    await clock.pass(100);
    const give = await held;
    await clock.pass(9000);
    assert.equal(await claim(storage, clock, 0.2), null);
    give();
    const second = claim(storage, clock, 0.3);
    await clock.pass(100);
    assert.notEqual(await second, null);
  });

  it("is lost to a thief, who is not bothered any more", async () => {
    const [storage, clock] = [new Storage(), new FakeClock()];
    let lost = 0;
    const first = claim(storage, clock, 0.1, { onLost: () => (lost += 1) });
    await clock.pass(100);
    const give = await first;
    const stolen = claim(storage, clock, 0.2, { how: "steal" });
    await clock.pass(5000);
    assert.notEqual(await stolen, null);
    give();
    assert.deepEqual([lost, storage.getItem("n") === null], [1, false]);
  });

  it("is not believed in before it has settled", async () => {
    const [storage, clock] = [new Storage(), new FakeClock()];
    const first = claim(storage, clock, 0.1);
    const thief = claim(storage, clock, 0.2, { how: "steal" });
    await clock.pass(100);
    assert.deepEqual([await first, await thief === null], [null, false]);
  });

  it("goes to one of two that reach for it at once", async () => {
    const [storage, clock] = [new Storage(), new FakeClock()];
    const both = [claim(storage, clock, 0.1), claim(storage, clock, 0.2)];
    await clock.pass(100);
    assert.equal((await Promise.all(both)).filter((give) => give !== null).length, 1);
  });
});
