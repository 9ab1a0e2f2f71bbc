/** How each kind of text looks, apart from what can be decided about it. */

import { copyButton } from "./copy-button.js";
import { h, icon } from "./dom.js";

/** @param {import("../model/items.js").Item} item @returns {HTMLElement} */
export function itemView(item) {
  const view = VIEWS[item.kind] ?? plain;
  return view(item);
}

const VIEWS = Object.freeze({
  description: ({ text }) => h("div", { class: "prose" }, text.split(/\n\s*\n/).map((part) => paragraph(part.trim()))),
  summary: ({ text }) => h("p", { class: "lede" }, text),
  prompt,
});

function plain({ text }) {
  return h("p", { class: "item-text" }, text);
}

/** Lines that begin with a dash are a list; other lines stay lines. */
function paragraph(text) {
  const parts = [];
  for (const line of text.split("\n")) {
    const item = /^\s*[-*] (.*)$/.exec(line);
    const last = parts.at(-1);
    if (item === null) parts.push(h("p", {}, line));
    else if (last?.tagName === "UL") last.append(h("li", {}, item[1]));
    else parts.push(h("ul", {}, h("li", {}, item[1])));
  }
  return h("div", { class: "paragraph" }, parts);
}

function prompt({ text, sql, tables, difficulty, check }) {
  const level = difficulty ? h("span", { class: `badge ${difficulty}` }, difficulty) : null;
  return h("div", { class: "prompt" },
    h("p", { class: "question-line" }, h("span", { class: "question" }, text), " ", level),
    tables.length ? h("p", { class: "evidence" }, `Uses ${tables.join(", ")}`) : null,
    sql === null ? null : statement(sql, text),
    check ? h("p", { class: "check" }, icon(sql === null ? "alert" : "done"), check) : null);
}

function statement(sql, question) {
  const code = h("code", {}, sql);
  // The text may be wider than its box: it scrolls, by keyboard too.
  return h("div", { class: "sql" }, h("pre", { tabindex: 0, role: "group", "aria-label": "SQL" }, code), copyButton(code, `Copy SQL: ${question}`));
}
