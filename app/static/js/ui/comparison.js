/** How two versions of a context differ: texts word by word, scores, and the schemas. */

import { count, label, whole } from "../model/format.js";
import { written } from "../model/scores.js";
import { wordDiff } from "../model/word-diff.js";
import { h } from "./dom.js";

const AT_ONCE = 40;

/** @param {Record<string, any>} body of the comparison @returns {HTMLElement[]} */
export function comparisonView({ before, after, texts, scores, schema }) {
  const title = h("p", { class: "comparison-title" }, `From version ${before.version} to version ${after.version}: ${count(texts.length, "text")} changed`);
  return [title, schemaChanges(schema), scoreChanges(scores), textChanges(texts)].filter((part) => part !== null);
}

function textChanges(texts) {
  const list = h("ul", { class: "changes" }, texts.slice(0, AT_ONCE).map(change));
  if (texts.length <= AT_ONCE) return list;
  let shown = AT_ONCE;
  const more = h("button", { type: "button", class: "button small" });
  const say = () => more.replaceChildren(`Show more of ${whole(texts.length)}`);
  more.addEventListener("click", () => {
    list.append(...texts.slice(shown, shown + AT_ONCE).map(change));
    shown += AT_ONCE;
    if (shown >= texts.length) more.remove();
  });
  say();
  return h("div", {}, list, more);
}

function change({ target, before, after }) {
  const words = wordDiff(before ?? "", after ?? "").map(({ kind, text }) => {
    if (kind === "same") return text;
    return kind === "gone" ? h("del", {}, text) : h("ins", {}, text);
  });
  const became = { true: "came", false: "changed" }[before === null];
  return h("li", { class: "change" }, h("p", { class: "change-target" }, name(target), " ", h("span", { class: "badge" }, after === null ? "went" : became)), h("p", { class: "change-words" }, words));
}

/** A prompt's and an insight's target is its text, which stands below already. */
function name(target) {
  const [kind, ...rest] = target.split(":");
  const words = rest.join(":");
  const known = { description: "Context", summary: "Summary", insight: "Key insight", prompt: "Starting prompt", table: "Table", column: "Column", domain: "Domain" };
  const title = known[kind] ?? kind;
  return ["insight", "prompt"].includes(kind) || !words ? title : [`${title} `, h("code", {}, words)];
}

function scoreChanges(scores) {
  if (scores.length === 0) return null;
  return h("ul", { class: "facts-list" }, scores.map(({ score, before, after }) => h("li", {}, `${label(score)}: ${written(score, before)} → ${written(score, after)}`)));
}

function schemaChanges(schema) {
  if (schema === null) return h("p", { class: "muted" }, "The schema of one of them is no longer kept.");
  const lines = [
    ["Tables that came", schema.added],
    ["Tables that went", schema.removed],
    ["Tables with another name", schema.renamed.map(({ before, after }) => `${before} → ${after}`)],
    ["Tables that changed", schema.changed.map(({ table }) => table)],
  ].filter(([, items]) => items.length);
  if (lines.length === 0) return h("p", { class: "muted" }, "Both describe the same schema.");
  return h("ul", { class: "facts-list" }, lines.map(([title, items]) => h("li", {}, `${title}: `, h("code", {}, items.join(", ")))));
}
