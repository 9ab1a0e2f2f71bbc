import assert from "node:assert/strict";
import { describe, it } from "node:test";

import { basis, standing } from "../../../app/static/js/model/basis.js";
import { writerWords } from "../../../app/static/js/model/writer.js";

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

describe("who will write", () => {
  const host = (reachable) => ({ host: "gpu:11434", reachable });

  it("is named as far as the servers tell", () => {
    assert.equal(writerWords({ items: [{ name: "a:1" }, { name: "b:2" }], hosts: [host(true)] }), "Models that can write: a:1, b:2.");
    assert.match(writerWords({ items: [], hosts: [host(false)] }), /^No model server answers at gpu:11434: rules alone/);
    assert.match(writerWords({ items: [], hosts: [host(true), host(false)] }), /^The model server has no model/);
  });
});
