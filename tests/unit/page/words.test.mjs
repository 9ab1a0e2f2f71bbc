import assert from "node:assert/strict";
import { describe, it } from "node:test";

import { count, duration, label, span } from "../../../app/static/js/model/format.js";
import { badge, moreEvidence, provenance, reviewed } from "../../../app/static/js/model/items.js";
import { entriesOf, matching, matchingColumns } from "../../../app/static/js/model/schema.js";

describe("format", () => {
  it("writes times as people say them", () => {
    assert.deepEqual([38, 400, 12_000, 192_000, 4_800_000].map(duration), ["38 ms", "0.4 s", "12 s", "3 min 12 s", "1 h 20 min"]);
  });

  it("writes ranges in one unit", () => {
    assert.deepEqual([span(40, 90), span(120, 240), span(290, 310), span(0, 1)], ["40–90 s", "2–4 min", "5 min", "1 s"]);
  });

  it("writes counts and names", () => {
    assert.deepEqual([count(1, "table"), count(1234, "column"), label("foreignKeys")], ["1 table", "1,234 columns", "foreign keys"]);
  });
});

describe("the table filter", () => {
  const tables = entriesOf([
    { id: "sales.orders", view: false, text: "", columns: ["id", "customer_id"] },
    { id: "customer", view: false, text: "", columns: ["id"] },
  ]);

  it("finds tables by their own and by their columns' names", () => {
    assert.deepEqual(matching(tables, "CUSTOMER").map(({ id }) => id), ["sales.orders", "customer"]);
    assert.deepEqual(matchingColumns(tables[0], "customer"), ["customer_id"]);
  });

  it("wants every word", () => {
    assert.deepEqual(matching(tables, "sales customer").map(({ id }) => id), ["sales.orders"]);
  });
});

describe("what people decided", () => {
  const item = { target: "summary", state: "draft", stale: false, text: "It sells.", written: "It sells.", source: "model", confidence: null, evidence: [] };
  const after = (state, text = null) => reviewed(item, new Map([["summary", { state, text, stale: true }]]));

  it("is laid over what was written", () => {
    assert.deepEqual([after("edited", "We sell.").text, after("discarded").text, after("accepted", "It sells.").stale], ["We sell.", "", true]);
    assert.equal(reviewed(after("edited", "We sell."), new Map()).text, "It sells.");
  });

  it("is told by the badge and the line below", () => {
    assert.deepEqual([item, after("accepted"), after("edited", "x"), { ...item, source: "template" }].map((each) => badge(each).word), ["AI draft", "Accepted", "Edited", "Draft"]);
    assert.equal(provenance({ ...item, evidence: ["keys"], confidence: "low" }), "Written by the model · from keys · low confidence");
    assert.equal(provenance(after("edited", "x")), "Written by a person");
  });

  it("names many facts in two parts, and each in one of them", () => {
    const many = { ...item, evidence: Array.from({ length: 12 }, (_, index) => `f${index}`) };
    assert.equal(provenance(many), "Written by the model · from f0, f1, f2, f3, f4, 7 more");
    assert.deepEqual(moreEvidence(many), ["f5", "f6", "f7", "f8", "f9", "f10", "f11"]);
    assert.deepEqual(moreEvidence(item), []);
  });
});
