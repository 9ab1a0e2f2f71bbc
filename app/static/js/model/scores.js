/** Scores of a context in words: shares in percent, seconds as times, the rest as numbers. */

import { duration, label, whole } from "./format.js";

const SHARES = /share|coverage|retrieval|precision|recall|ratio|rate$/i;

/**
 * @param {Record<string, unknown>} scores numbers by name; groups of them may be nested, also as a
 *   list of steps; what was not measured (null) is left out
 * @returns {{title: string, rows: {name: string, value: string}[]}[]} the ungrouped ones first, without a title
 */
export function scoreGroups(scores) {
  const groups = [];
  collect(scores, [], groups);
  return groups;
}

function collect(scores, path, groups) {
  const rows = [];
  groups.push({ title: path.join(" · "), rows });
  for (const [name, value] of Object.entries(scores)) {
    if (typeof value === "number") rows.push({ name: sentence(label(name)), value: written(name, value) });
    else if (Array.isArray(value)) value.forEach((item) => collect(spent(item), [...path, sentence(label(item.step))], groups));
    else if (value !== null && typeof value === "object") collect(value, [...path, sentence(label(name))], groups);
  }
  if (rows.length === 0) groups.splice(groups.findIndex((group) => group.rows === rows), 1);
}

/** A step that asked no model spent no tokens: nothing needs to be said of them. */
function spent(step) {
  return Object.fromEntries(Object.entries(step).filter(([, amount]) => amount !== 0));
}

/** @param {number | null} value null: it was not measured */
export function written(name, value) {
  if (value === null) return "not measured";
  if (/seconds/i.test(name)) return duration(value * 1000);
  if (SHARES.test(name) && value >= 0 && value <= 1) return `${Number((value * 100).toFixed(1))} %`;
  return Number.isInteger(value) ? whole(value) : value.toFixed(2);
}

function sentence(words) {
  return words.charAt(0).toUpperCase() + words.slice(1);
}
