/** Names with what they stand for. */

import { h } from "./dom.js";

/** @param {string[][]} rows name and words, of which those without words are left out */
export function definitions(rows) {
  const told = rows.filter(([, words]) => words);
  return h("dl", { class: "making" }, told.map(([name, words]) => h("div", {}, h("dt", {}, name), h("dd", {}, words))));
}
