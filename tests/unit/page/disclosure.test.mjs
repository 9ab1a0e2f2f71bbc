import assert from "node:assert/strict";
import { describe, it } from "node:test";

import { disclosureRows } from "../../../app/static/js/model/disclosure.js";

describe("what became known", () => {
  it("is told by kind of fact, in one and many", () => {
    const rows = disclosureRows({ embedder: "e", read: { names: 1200, foreignKeys: 1, codes: 0 }, sent: { names: 1 } });
    assert.deepEqual(rows, [
      ["Read", "1,200 names, 1 foreign key"],
      ["Told to the model", "1 name"],
      ["Told to the embedding model", "e, all names, comments and texts"],
    ]);
  });

  it("is nothing where nothing was told", () => {
    assert.deepEqual(disclosureRows({ embedder: null, read: {}, sent: {} }).map(([, words]) => words), ["nothing", "nothing", ""]);
  });
});
