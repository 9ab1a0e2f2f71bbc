/** A clock that tests turn, and a relay that answers as they say; the web's own Response and streams. */

import { GenerationStream } from "../../../app/static/js/stream/generation-stream.js";

export const settle = async () => {
  for (let turn = 0; turn < 8; turn += 1) await new Promise((resolve) => setImmediate(resolve));
};

export class FakeClock {
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

/** One answered request: `send` writes into its body. */
class Exchange {
  constructor(url, signal) {
    this.url = url;
    this.closed = false;
    signal.addEventListener("abort", () => {
      this.closed = true;
    });
    const body = new ReadableStream({
      start: (controller) => {
        this.controller = controller;
      },
    });
    this.response = new Response(body, { headers: { "Content-Type": "text/event-stream" } });
  }

  async send(event) {
    await this.write(`data: ${JSON.stringify(event)}\n\n`);
  }

  async write(text) {
    this.controller.enqueue(new TextEncoder().encode(text));
    await settle();
  }

  /** The connection breaks. */
  async cut() {
    this.controller.error(new TypeError("network error"));
    await settle();
  }
}

export class FakeRelay {
  exchanges = [];
  answer = () => null; // null: a stream

  fetch = async (url, { signal }) => {
    const given = this.answer();
    if (given instanceof Error) throw given;
    const exchange = new Exchange(url, signal);
    this.exchanges.push(exchange);
    return given ?? exchange.response;
  };

  get last() {
    return this.exchanges.at(-1);
  }

  get count() {
    return this.exchanges.length;
  }
}

export const milestone = (seq, step = "analyzing") => ({ jobId: "j", seq, at: "", step, progress: 50, message: "" });

/** An API that knows one job; `stored` may be changed at any time. */
export function api(changes = {}) {
  const stored = { events: [], job: { status: "running" }, refresh: true, problem: null, asked: [], ...changes };
  const answer = (value) => (stored.problem ? Promise.reject(stored.problem) : Promise.resolve(value()));
  const lastSeq = () => stored.events.at(-1)?.seq ?? 0;
  return {
    stored,
    transport: {
      job: () => (stored.asked.push("job"), answer(() => ({ lastSeq: lastSeq(), ...stored.job }))),
      events: async (_id, after) => {
        const page = await answer(() => ({ items: stored.events.filter(({ seq }) => seq > after), lastSeq: lastSeq() }));
        if (stored.hold) await new Promise((resolve) => Object.assign(stored, { hold: false, release: resolve }));
        return page;
      },
      refresh: () => (stored.asked.push("refresh"), Promise.resolve(stored.refresh)),
    },
  };
}

/** A stream that has not started, and everything around it. */
export function world(changes = {}, { share = null, clock = new FakeClock(), server = api(changes), relay = new FakeRelay() } = {}) {
  const stream = new GenerationStream("j", { transport: server.transport, relay: "http://r", share, rng: () => 1, fetch: relay.fetch, clock });
  const seen = [];
  const links = [];
  stream.addEventListener("progress", ({ detail }) => seen.push(detail.seq ?? "tick"));
  stream.addEventListener("link", ({ detail }) => links.push(detail));
  const states = () => links.map(({ state }) => state).filter((state, index, all) => state !== all[index - 1]);
  return { stream, stored: server.stored, relay, clock, seen, links, states };
}

export async function live(changes, options) {
  const all = world(changes, options);
  await all.stream.start();
  await settle();
  return all;
}
