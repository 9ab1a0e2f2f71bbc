import assert from "node:assert/strict";
import { describe, it } from "node:test";

import { count, duration, label, span } from "../../../app/static/js/model/format.js";
import { matching, matchingColumns, tablesOf } from "../../../app/static/js/model/schema.js";

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
  const column = (name) => ({ name, type: "int" });
  const tables = tablesOf({
    tables: [
      { id: "sales.orders", columns: [column("id"), column("customer_id")], primaryKey: ["id"], foreignKeys: [{ columns: ["customer_id"], target: "customer", targetColumns: ["id"] }] },
      { id: "customer", columns: [column("id")], primaryKey: ["id"], foreignKeys: [] },
    ],
  });

  it("finds tables by their own and by their columns' names", () => {
    assert.deepEqual(matching(tables, "CUSTOMER").map(({ id }) => id), ["sales.orders", "customer"]);
    assert.deepEqual(matchingColumns(tables[0], "customer"), ["customer_id"]);
  });

  it("wants every word", () => {
    assert.deepEqual(matching(tables, "sales customer").map(({ id }) => id), ["sales.orders"]);
  });

  it("knows where a column refers to", () => {
    assert.equal(tables[0].references.get("customer_id"), "customer.id");
  });
});
