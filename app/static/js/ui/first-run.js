/** What somebody sees who has nothing yet: where to begin, and what comes next. */

import { request } from "../api.js";
import { writerWords } from "../model/writer.js";
import { h, icon, say } from "./dom.js";

const STEPS = [
  ["Connect", "Name a database, paste its DDL, or take the bundled demo: a business with 59 tables. Nothing is changed in it."],
  ["Generate", "Tables and columns are read and described, live before your eyes. A local model writes; nothing leaves the house."],
  ["Use it", "Accept or edit what was written, copy questions with checked SQL, export it for your assistant or your team."],
];

/** @param {{create: () => void, demo: () => void}} actions */
export function firstRun({ create, demo }) {
  return h("section", { class: "panel first-run", "aria-labelledby": "first-run-title" },
    h("h2", { id: "first-run-title" }, "No projects yet"),
    h("p", { class: "muted" }, "Three steps lead to the context of your database:"),
    h("ol", { class: "first-steps" }, STEPS.map(([name, text]) =>
      h("li", {}, h("h3", {}, name), h("p", { class: "muted" }, text)))),
    h("div", { class: "first-actions" },
      h("button", { type: "button", class: "button primary", onclick: create }, icon("plus"), "Create the first project"),
      h("button", { type: "button", class: "button", onclick: demo }, "Look around with the demo")));
}

/** A project without a context: what will be read and who will write, as far as the server knows. */
export function noContext(writer) {
  return h("section", { class: "panel empty" },
    h("h2", {}, "No context yet"),
    h("p", { class: "muted" }, "Generate it: the schema is read first, then every table is described."),
    h("p", { class: "hint", "data-writer": "" }, writer));
}

/** Asked beside everything else: a model server that is away takes seconds to be sure of. */
export async function nameWriter() {
  try {
    const words = writerWords((await request("GET", "/models")).body);
    const place = document.querySelector("[data-writer]");
    if (place !== null) say(place, words);
  } catch (problem) {
    if (problem.status === undefined) throw problem; // else: nobody knows who will write
  }
}
