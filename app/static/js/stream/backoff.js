/** How long to wait before the next attempt. */

const LONGEST_SECONDS = 30;
const EAGER_MS = 30_000;

/**
 * Milliseconds before attempt `failures + 1`: doubling from one second up to thirty, of which
 * a random half is taken off, so that a thousand pages do not come back in the same instant.
 *
 * @param {number} failures how many attempts have failed before this one
 * @param {() => number} rng uniform in [0, 1)
 */
export function backoff(failures, rng) {
  const longest = Math.min(LONGEST_SECONDS, 2 ** failures);
  return Math.round((0.5 + rng() / 2) * longest * 1000);
}

/** Milliseconds before the next poll: quick after a short outage and while there is news, then slower. */
export function pollDelay(quietPolls, downMs) {
  if (downMs < EAGER_MS) return 2000;
  return [2000, 5000, 10000][Math.min(quietPolls, 2)];
}

/** Milliseconds before the stream is tried again while we poll: with each poll after a short outage. */
export function probeDelay(downMs) {
  return downMs < EAGER_MS ? 0 : 30_000;
}
