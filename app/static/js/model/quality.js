/** How good a connection is, by what was measured of it. */

const GOOD_MS = 150;
const FAIR_MS = 600;
const BEAT_MS = 15_000; // how often the relay shows that it lives
const LATE_MS = 2500;

export const PATIENCE_MS = 5000; // most outages are over by then

/** Whether the stream was lost only just now, and is likely to be back soon. */
export function passing({ state, reason, lostAt }, now) {
  return state === "waiting" && reason !== "offline" && lostAt !== null && now - lostAt < PATIENCE_MS;
}

/** How many heartbeats should have come by now and did not. */
export function missedBeats(silentMs) {
  return Math.max(0, Math.floor((silentMs - LATE_MS) / BEAT_MS));
}

/**
 * @param {number|null} latency of the last round trip in milliseconds; null when it failed
 * @param {number} silentMs since anything was heard
 * @returns {"good"|"fair"|"poor"}
 */
export function quality(latency, silentMs) {
  const missed = missedBeats(silentMs);
  if (latency === null || latency > FAIR_MS || missed > 1) return "poor";
  return latency > GOOD_MS || missed === 1 ? "fair" : "good";
}
