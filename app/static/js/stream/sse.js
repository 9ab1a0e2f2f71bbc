/** One stream, read with fetch: unlike an EventSource it tells why it was refused and when to return. */

import { Alarm } from "./alarm.js";
import { Parser } from "./parser.js";

const CONNECT_MS = 15_000;
const SILENCE_MS = 40_000; // heartbeats come every 15 s

/**
 * @typedef {{why: "refused"|"silent"|"closed"|"broken", status?: number, retryMs: number}} Loss
 *   `retryMs`: how long the server asked us to stay away; 0 when it did not
 */

/**
 * Open a stream. Exactly one of `lost` and `expired` is called, at most once, and then it is closed.
 *
 * @param {string} url
 * @param {{opened: () => void, frame: (text: string) => void, beat: () => void,
 *   lost: (loss: Loss) => void, expired: () => void}} on
 * @param {{fetch: typeof fetch, clock: {setTimeout: Function, clearTimeout: Function}}} using
 * @returns {() => void} closes the stream without telling anybody
 */
export function openSource(url, on, { fetch, clock }) {
  const source = new Source(on, clock);
  source.read(url, fetch);
  return () => source.close();
}

class Source {
  #on;
  #watchdog;
  #aborting = new AbortController();
  #retryMs = 0;

  constructor(on, clock) {
    this.#on = on;
    this.#watchdog = new Alarm(clock);
  }

  close() {
    this.#watchdog.stop();
    this.#aborting.abort();
  }

  async read(url, fetch) {
    this.#watch(CONNECT_MS);
    const { signal } = this.#aborting;
    // cookies, because the relay may have an origin of its own
    const options = { credentials: "include", cache: "no-store", headers: { Accept: "text/event-stream" }, signal };
    const response = await this.#reach(() => fetch(url, options));
    if (response === null) return;
    const kind = response.headers.get("Content-Type") ?? "";
    if (response.status === 200 && kind.startsWith("text/event-stream")) await this.#follow(response.body);
    else this.#end("refused", { status: response.status, retryMs: retryAfter(response) });
  }

  async #follow(body) {
    this.#watch(SILENCE_MS);
    this.#on.opened();
    const parser = new Parser((event) => this.#take(event));
    const reader = body.getReader();
    const decoder = new TextDecoder();
    for (;;) {
      const piece = await this.#reach(() => reader.read());
      if (piece === null) return;
      if (piece.done) break;
      this.#watch(SILENCE_MS);
      if (!parser.push(decoder.decode(piece.value, { stream: true }))) break;
    }
    this.#end("closed");
  }

  /** What the network gave, or null when the stream has ended by that. */
  async #reach(run) {
    try {
      const found = await run();
      return this.#aborting.signal.aborted ? null : found;
    } catch (error) {
      if (this.#aborting.signal.aborted) return null; // by ourselves
      if (!(error instanceof TypeError)) throw error; // fetch's word for a connection that failed
      this.#end("broken");
      return null;
    }
  }

  #take({ name, data, retryMs }) {
    if (this.#aborting.signal.aborted) return;
    this.#retryMs = retryMs ?? this.#retryMs;
    if (name === "message" && data) this.#on.frame(data);
    if (name === "heartbeat") this.#on.beat();
    if (name === "auth_expired") {
      this.close();
      this.#on.expired();
    }
  }

  #watch(delay) {
    this.#watchdog.set(() => this.#end("silent"), delay);
  }

  /**
   * @param {Loss["why"]} why
   * @param {{status?: number, retryMs?: number}} more
   */
  #end(why, { status, retryMs = this.#retryMs } = {}) {
    if (this.#aborting.signal.aborted) return;
    this.close();
    this.#on.lost({ why, status, retryMs });
  }
}

/** Milliseconds of a Retry-After in seconds; browsers show it across origins only where it is exposed. */
function retryAfter(response) {
  const seconds = Number(response.headers.get("Retry-After") ?? 0);
  return Number.isFinite(seconds) ? seconds * 1000 : 0;
}
