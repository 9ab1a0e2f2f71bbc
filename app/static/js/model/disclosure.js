/** What became known of a database or of a table, and to whom. */

import { noun, whole } from "./format.js";

/**
 * As [name, words]; the embedding model's own counts are not kept, since it got all.
 * @param {{embedder: string | null, read: Record<string, number>, sent: Record<string, number>}} disclosed
 * @returns {string[][]}
 */
export function disclosureRows({ embedder, read, sent }) {
  return [
    ["Read", amounts(read) || "nothing"],
    ["Told to the model", amounts(sent) || "nothing"],
    ["Told to the embedding model", embedder ? `${embedder}, all names, comments and texts` : ""],
  ];
}

/** {tables: 2, foreignKeys: 1, views: 0} -> "2 tables, 1 foreign key" @param {Record<string, number>} counts */
export function amounts(counts) {
  const some = Object.entries(counts).filter(([, number]) => number);
  return some.map(([name, number]) => `${whole(number)} ${noun(name, number)}`).join(", ");
}
