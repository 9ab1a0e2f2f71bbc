/** One EventSource whose retries are ours: the built-in ones never tell why a stream ended. */

const CONNECT_MS = 15_000;
const SILENCE_MS = 40_000; // heartbeats come every 15 s

/**
 * Open a stream. Exactly one of `lost` and `expired` is called, at most once, and then it is closed.
 *
 * @param {string} url
 * @param {{opened: () => void, frame: (text: string) => void, lost: () => void, expired: () => void}} on
 * @param {{create: (url: string) => EventSource, clock: {setTimeout: Function, clearTimeout: Function}}} using
 * @returns {() => void} closes the stream without telling anybody
 */
export function openSource(url, on, { create, clock }) {
  const source = create(url);
  let watchdog = clock.setTimeout(() => finish(on.lost), CONNECT_MS);
  let open = true;

  function close() {
    open = false;
    clock.clearTimeout(watchdog);
    source.close();
  }
  function finish(tell) {
    if (!open) return;
    close();
    tell();
  }
  function heard() {
    clock.clearTimeout(watchdog);
    watchdog = clock.setTimeout(() => finish(on.lost), SILENCE_MS);
  }

  source.addEventListener("open", () => {
    if (!open) return;
    heard();
    on.opened();
  });
  source.addEventListener("message", ({ data }) => {
    if (!open) return;
    heard();
    on.frame(data);
  });
  source.addEventListener("heartbeat", () => open && heard());
  source.addEventListener("auth_expired", () => finish(on.expired));
  source.addEventListener("error", () => finish(on.lost));
  return close;
}
