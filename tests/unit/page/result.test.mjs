import assert from "node:assert/strict";
import { describe, it } from "node:test";

import { layout } from "../../../app/static/js/model/diagram.js";
import { scoreGroups } from "../../../app/static/js/model/scores.js";
import { wordDiff } from "../../../app/static/js/model/word-diff.js";

const join = (table, target, declared = true) => ({ table, target, declared, columns: ["x"], targetColumns: ["id"] });

describe("the diagram of a domain", () => {
  const tables = ["lines", "orders", "customers", "notes"];
  const joins = [join("orders", "customers"), join("lines", "orders"), join("lines", "customers"), join("lines", "elsewhere")];
  const row = (drawn, id) => drawn.nodes.find((node) => node.id === id).y;

  it("puts what is referred to above what refers to it", () => {
    const drawn = layout(tables, joins, 1000);
    assert.ok(row(drawn, "customers") < row(drawn, "orders") && row(drawn, "orders") < row(drawn, "lines"));
    assert.deepEqual(drawn.edges.map(({ from, to }) => [from, to]), [["orders", "customers"], ["lines", "orders"], ["lines", "customers"]]);
  });

  it("is the same whatever the order of what it is given", () => {
    assert.deepEqual(layout([...tables].reverse(), joins, 700).nodes, layout(tables, joins, 700).nodes);
  });

  it("fits a narrow window, without two tables in one place", () => {
    const many = Array.from({ length: 40 }, (_, index) => `table_${index}`);
    const drawn = layout(many, many.slice(1).map((id) => join(id, "table_0")), 320);
    assert.ok(drawn.width <= 320);
    assert.equal(new Set(drawn.nodes.map(({ x, y }) => `${x} ${y}`)).size, 40);
  });

  it("draws circles and tables that refer to themselves", () => {
    const drawn = layout(["a", "b"], [join("a", "b"), join("b", "a"), join("a", "a")], 500);
    assert.deepEqual([drawn.nodes.length, drawn.edges.length], [2, 2]);
  });

  it("shortens a long name in its middle", () => {
    const [{ label }] = layout([`x${"y".repeat(300)}z`], [], 500).nodes;
    assert.match(label, /^xy+…y+z$/);
    assert.ok(label.length <= 20);
  });
});

describe("the differences of two texts", () => {
  it("are told word by word", () => {
    assert.deepEqual(wordDiff("Orders link customers.", "Orders link all customers."), [
      { kind: "same", text: "Orders link " }, { kind: "new", text: "all " }, { kind: "same", text: "customers." },
    ]);
  });

  it("make both texts again", () => {
    const [before, after] = ["a b c  d e", "b c x\nd"];
    const parts = wordDiff(before, after);
    const without = (kind) => parts.filter((part) => part.kind !== kind).map(({ text }) => text).join("");
    assert.deepEqual([without("new"), without("gone")], [before, after]);
  });

  it("of long texts are the texts", () => {
    const long = "word ".repeat(2000);
    assert.deepEqual(wordDiff(long, "new").map(({ kind }) => kind), ["gone", "new"]);
  });
});

describe("scores", () => {
  it("are written by what they measure, nested ones in groups", () => {
    const scores = {
      coverage: 1, groundedShare: 0.975, selfRetrieval: null,
      factsAlone: { coverage: 0.5 },
      steps: [{ step: "analyzing", seconds: 12.4, modelCalls: 9, promptTokens: 51234, outputTokens: 0 }],
    };
    assert.deepEqual(scoreGroups(scores), [
      { title: "", rows: [{ name: "Coverage", value: "100 %" }, { name: "Grounded share", value: "97.5 %" }] },
      { title: "Facts alone", rows: [{ name: "Coverage", value: "50 %" }] },
      { title: "Analyzing", rows: [{ name: "Seconds", value: "12 s" }, { name: "Model calls", value: "9" }, { name: "Prompt tokens", value: "51,234" }] },
    ]);
  });
});
