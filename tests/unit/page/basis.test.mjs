import assert from "node:assert/strict";
import { describe, it } from "node:test";

import { basis, standing } from "../../../app/static/js/model/basis.js";

describe("what earlier runs tell", () => {
  const engine = (changes) => ({ model: "llama3.1:8b", succeeded: 14, seconds: { p10: 240, p90: 420 }, ...changes });

  it("names how many, with what, and the range of their times", () => {
    assert.equal(basis({ engines: [engine()] }), "14 earlier runs with llama3.1:8b took 4–7 min.");
    assert.equal(basis({ engines: [engine({ model: null, succeeded: 1, seconds: { p10: 0.2, p90: 0.4 } })] }), "1 earlier run without a model took less than a second.");
  });

  it("guesses nothing", () => {
    assert.equal(basis({ engines: [] }), "No earlier run to estimate from.");
    assert.equal(basis({ engines: [engine({ succeeded: 0, seconds: null })] }), "No earlier run to estimate from.");
  });
});

describe("a job in the place of another", () => {
  it("is told from a new one", () => {
    assert.equal(standing(202, { status: "queued" }, "0 s"), "");
    assert.equal(standing(200, { status: "running" }, "2 min"), "Already running, started 2 min ago by you. You are watching it.");
    assert.match(standing(200, { status: "succeeded" }, "2 min"), /^Nothing has changed/);
  });
});
