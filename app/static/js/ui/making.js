/** How a context came about: its scores, what was read and sent, by whom it was written. */

import { amounts, disclosureRows } from "../model/disclosure.js";
import { author } from "../model/result.js";
import { scoreGroups } from "../model/scores.js";
import { definitions } from "./definitions.js";
import { h } from "./dom.js";

/** @param {Record<string, any>} context body of the API @returns {HTMLElement | null} null: there are no scores */
export function scoresPanel({ scores }) {
  const groups = scoreGroups(scores);
  if (groups.length === 0) return null;
  const lists = groups.map(({ title, rows }) => h("div", { class: "score-group" },
    title ? h("h3", {}, title) : null,
    h("dl", { class: "scores" }, rows.map(({ name, value }) => h("div", { class: "score" }, h("dt", {}, name), h("dd", {}, value))))));
  return h("section", { class: "panel", "aria-labelledby": "scores-title" }, h("h2", { id: "scores-title", class: "panel-title" }, "Scores"), h("div", { class: "score-groups" }, lists));
}

/** What was read, and what the model was told. @param {Record<string, any>} body of the API */
export function sentPanel({ context, engine, model, promptHash, fingerprint, disclosed, jobId }) {
  const rows = [
    ["Written by", model ?? author({ engine, model }).replace("written ", "")],
    ["Language", context.language],
    ["The schema", amounts(context.stats ?? {})],
    ...(disclosed ? [["Level of the profile", disclosed.level], ...disclosureRows(disclosed)] : []),
    ["Fingerprint of the schema", fingerprint],
    ["Fingerprint of what was asked", promptHash ?? "the model was asked nothing"],
  ];
  return h("section", { class: "panel", "aria-labelledby": "sent-title" },
    h("h2", { id: "sent-title", class: "panel-title" }, model ? "What was read, and what the model was told" : "What was read"),
    context.notes.length ? h("ul", { class: "notes" }, context.notes.map((note) => h("li", {}, note))) : null,
    definitions(rows),
    h("p", {}, h("a", { href: `/jobs/${encodeURIComponent(jobId)}` }, "The generation that wrote it")));
}
