import assert from "node:assert/strict";
import { describe, it } from "node:test";

import { linkFigures, timeWords, total } from "../../../app/static/js/model/link-figures.js";

const START = Date.UTC(2027, 0, 1, 8, 0, 0);
const links = (...changes) => changes.map(([seconds, state]) => ({ at: new Date(START + seconds * 1000).toISOString(), state }));
const figures = (...changes) => linkFigures(links(...changes), START + 100_000);

describe("the figures of a connection", () => {
  it("count what is live again after it was lost, and not the first time", () => {
    assert.equal(figures([0, "connecting"], [1, "live"]).reconnects, 0);
    assert.equal(figures([0, "connecting"], [1, "live"], [50, "waiting"], [52, "live"], [60, "polling"], [90, "live"]).reconnects, 2);
    assert.equal(figures([0, "connecting"], [1, "waiting"], [2, "live"]).reconnects, 0, "it was never lost");
    assert.equal(figures([0, "live"], [5, "live"]).reconnects, 0, "only its role is another");
  });

  it("tell how the time was spent, up to its end or to now", () => {
    assert.deepEqual(figures([0, "connecting"], [2, "live"], [42, "waiting"], [45, "connecting"], [46, "polling"], [86, "live"], [90, "done"]), {
      reconnects: 1, liveMs: 44_000, pollingMs: 40_000, lostMs: 4000,
    });
    assert.equal(figures([0, "connecting"], [2, "live"]).liveMs, 98_000);
  });

  it("say nothing of a job that had ended before", () => {
    assert.equal(timeWords(figures([0, "connecting"], [1, "done"])), "");
  });

  it("of several jobs are their sum, in words that hide no little", () => {
    const all = total([figures([0, "live"]), figures([0, "live"], [99.9, "polling"])]);
    assert.deepEqual(all, { reconnects: 0, liveMs: 199_900, pollingMs: 100, lostMs: 0 });
    assert.equal(timeWords(all), "live 99 %, polling 1 % of the time");
    assert.equal(timeWords(figures([0, "live"])), "live 100 % of the time");
  });
});
