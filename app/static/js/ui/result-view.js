/** A context as people read it: what it is about, insights, questions with their SQL. */

import { copyButton } from "./copy-button.js";
import { h, icon } from "./dom.js";

/**
 * @param {object} result
 * @param {string} heading
 * @param {{folded?: boolean}} options folded: long texts and SQL are opened on demand
 * @returns {HTMLElement[]} sections with headings of the given level ("h3" in the modal)
 */
export function resultSections(result, heading, { folded = false } = {}) {
  const section = (name, title, ...content) =>
    h("section", { class: `result-${name}` }, h(heading, { class: "result-title" }, title), content);
  const sections = [];
  if (result.summary) sections.push(section("summary", "Summary", h("p", { class: "lede" }, result.summary)));
  const paragraphs = result.paragraphs.filter((text) => text !== result.summary).map(paragraph);
  if (paragraphs.length) {
    const text = h("div", { class: "prose" }, paragraphs);
    sections.push(section("context", "Context", folded ? fold("Read the whole context", text) : text));
  }
  if (result.insights.length) {
    sections.push(section("insights", "Key insights", h("ul", { class: "insights" }, result.insights.map(insight))));
  }
  if (result.prompts.length) {
    const items = result.prompts.map((item) => prompt(item, folded));
    sections.push(section("prompts", "Starting prompts", h("ol", { class: "prompts" }, items)));
  }
  return sections;
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

function fold(title, ...content) {
  return h("details", { class: "fold" }, h("summary", {}, icon("caret"), title), content);
}

function insight({ text, evidence }) {
  const facts = evidence.length ? h("p", { class: "evidence" }, `From ${evidence.join(", ")}`) : null;
  return h("li", { class: "insight" }, h("p", {}, text), facts);
}

function prompt({ question, sql, tables, difficulty, check }, folded) {
  const level = difficulty ? h("span", { class: `badge ${difficulty}` }, difficulty) : null;
  const asked = h("span", { class: "question" }, question, " ", level);
  const body = folded ? fold(asked) : h("div", {}, h("p", {}, asked));
  if (tables.length) body.append(h("p", { class: "evidence" }, `Uses ${tables.join(", ")}`));
  if (sql !== null) body.append(statement(sql, question));
  if (check) body.append(h("p", { class: "check" }, icon(sql === null ? "alert" : "done"), check));
  return h("li", { class: "prompt" }, body);
}

function statement(sql, question) {
  const code = h("code", {}, sql);
  // The text may be wider than its box: it scrolls, by keyboard too.
  return h("div", { class: "sql" }, h("pre", { tabindex: 0, role: "group", "aria-label": "SQL" }, code), copyButton(code, `Copy SQL: ${question}`));
}
