/** The elements of a progress card, in their places. */

import "./connection.js";
import { copyButton } from "./copy-button.js";
import { h } from "./dom.js";
import { StepList } from "./step-list.js";
import { TableStrip } from "./table-strip.js";

/**
 * @param {string} id unlike any other card's
 * @param {(name: string) => void} ask what a pressed button asks the page to do
 */
export function buildCard(id, ask) {
  const button = (text, kind, name) => h("button", { type: "button", class: `button ${kind}`, hidden: true, onclick: () => ask(name) }, text);
  /** @type {Record<string, any>} */
  const parts = {
    heading: h("h2", { id, tabindex: -1 }),
    connection: document.createElement("sl-connection"),
    message: h("p", { class: "card-message" }),
    percent: h("span", { class: "meter-percent" }),
    bar: h("progress", { id: `${id}-bar`, max: 100, "aria-describedby": `${id}-time` }),
    time: h("p", { class: "card-time", id: `${id}-time` }),
    steps: new StepList(),
    tables: new TableStrip(),
    pace: h("p", { class: "life-pace" }),
    tail: h("span", {}),
    facts: h("dl", { class: "facts-list", hidden: true }),
    cancel: button("Cancel generation", "", "sl-cancel-ask"),
    stop: button("Stop", "danger", "sl-cancel"),
    keep: button("Keep running", "", "sl-cancel-keep"),
    resume: button("Resume", "primary", "sl-resume"),
    over: button("Start over", "", "sl-over"),
    copy: button("Copy details", "", "sl-copy"),
    review: button("Review result", "primary", "sl-review"),
    ...noteParts(ask),
    ...failureParts(ask),
  };
  parts.stop.hidden = parts.keep.hidden = false;
  parts.life = h("div", { class: "life", hidden: true }, parts.pace, h("p", { class: "life-tail", "aria-hidden": "true" }, parts.tail));
  parts.sure = h("div", { class: "sure", hidden: true, role: "group", "aria-label": "Cancel generation" },
    h("span", {}, "Stop this generation? Finished tables are kept."), parts.stop, parts.keep);
  parts.root = assembled(id, parts);
  return parts;
}

function assembled(id, parts) {
  const meter = h("div", { class: "meter" },
    h("div", { class: "meter-head" }, h("label", { for: `${id}-bar` }, "Overall progress"), parts.percent),
    parts.bar,
    parts.time);
  return h("section", { class: "panel card", "aria-labelledby": id },
    h("header", { class: "card-head" }, parts.heading, parts.connection),
    parts.message, parts.failure, parts.note, meter, parts.steps.element, parts.tables.element, parts.life, parts.facts,
    h("footer", { class: "card-actions" }, parts.review, parts.resume, parts.over, parts.copy, parts.cancel, parts.sure));
}

function noteParts(ask) {
  const noteText = h("p", { class: "card-note-text" });
  const noteAction = h("button", { type: "button", class: "button small", hidden: true });
  noteAction.addEventListener("click", () => ask(`sl-${noteAction.dataset.action}`));
  const note = h("div", { class: "card-note", hidden: true }, noteText, noteAction);
  return { note, noteText, noteAction };
}

function failureParts(ask) {
  const failureText = h("p", { class: "card-failure-text" });
  const commandText = h("code", {});
  const pull = h("button", { type: "button", class: "button small primary", onclick: () => ask("sl-pull") });
  const command = h("div", { class: "card-command", hidden: true }, pull, h("span", {}, "or"), commandText, copyButton(commandText, "Copy the command"));
  const failure = h("div", { class: "card-failure", hidden: true }, failureText, command);
  return { failure, failureText, command, commandText, pull };
}
