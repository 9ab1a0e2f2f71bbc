/** What the changes of a connection amount to: how often it was lost, and how it spent its time. */

/** @typedef {{reconnects: number, liveMs: number, pollingMs: number, lostMs: number}} LinkFigures */

const PARTS = Object.freeze({ live: "liveMs", polling: "pollingMs", waiting: "lostMs" });

/**
 * @param {{at: string, state: string}[]} links the changes, oldest first
 * @param {number} until up to when the last one counts, in milliseconds
 * @returns {LinkFigures} lost: neither live nor polling; the first connecting is nothing of them
 */
export function linkFigures(links, until) {
  const found = { reconnects: 0, liveMs: 0, pollingMs: 0, lostMs: 0 };
  let wasLive = false;
  for (const [index, { at, state }] of links.entries()) {
    const live = state === "live";
    if (live && wasLive && links[index - 1].state !== "live") found.reconnects += 1;
    wasLive ||= live;
    const end = index + 1 < links.length ? Date.parse(links[index + 1].at) : until;
    const part = PARTS[state] ?? (state === "connecting" && wasLive ? "lostMs" : null);
    if (part !== null) found[part] += Math.max(0, end - Date.parse(at));
  }
  return found;
}

/** @param {LinkFigures[]} all @returns {LinkFigures} */
export function total(all) {
  const sum = (name) => all.reduce((before, each) => before + each[name], 0);
  return { reconnects: sum("reconnects"), liveMs: sum("liveMs"), pollingMs: sum("pollingMs"), lostMs: sum("lostMs") };
}

/** Its time in words: "live 97 %, polling 2 %, lost 1 % of the time"; empty before there is any. @param {LinkFigures} figures */
export function timeWords({ liveMs, pollingMs, lostMs }) {
  const whole = liveMs + pollingMs + lostMs;
  if (whole === 0) return "";
  const parts = [["live", liveMs], ["polling", pollingMs], ["lost", lostMs]];
  const told = parts.filter(([, spent]) => Number(spent) > 0).map(([name, spent]) => `${name} ${percent(Number(spent) / whole)}`);
  return `${told.join(", ")} of the time`;
}

/** Only all is 100, only nothing is 0. */
function percent(share) {
  const rounded = Math.round(share * 100);
  return `${share > 0 && share < 1 ? Math.min(99, Math.max(1, rounded)) : rounded} %`;
}
