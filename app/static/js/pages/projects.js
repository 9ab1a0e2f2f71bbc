/** The list of projects. */

import { request } from "../api.js";
import { count, moment } from "../model/format.js";
import { find, h, icon } from "../ui/dom.js";
import { firstRun } from "../ui/first-run.js";
import { ProjectForm } from "../ui/project-form.js";
import * as toasts from "../ui/toasts.js";

const KINDS = Object.freeze({ demo: "Demo database", url: "Live database", ddl: "DDL text" });

export async function run() {
  const list = find("[data-projects]");
  const form = new ProjectForm();
  const create = find("[data-new-project]");
  create.addEventListener("click", () => form.open());
  try {
    const { body } = await request("GET", "/projects");
    create.hidden = body.items.length === 0; // the first project has a button of its own
    list.replaceChildren(body.items.length ? rows(body.items) : firstRun({ create: () => form.open(), demo: lookAround }));
  } catch (problem) {
    if (problem.status === undefined) throw problem;
    list.replaceChildren(h("p", { class: "notice bad" }, problem.words));
    toasts.fail("The projects were not loaded", problem);
  }
  list.removeAttribute("aria-busy");
}

function rows(items) {
  return h("ul", { class: "panel rows" }, items.map(row));
}

function row(project) {
  const size = project.tables === null
    ? "Not scanned yet"
    : `${count(project.tables, "table")}, ${count(project.columns, "column")}`;
  return h("li", { class: "project-row" },
    h("a", { class: "project-link", href: `/projects/${encodeURIComponent(project.id)}` }, project.name),
    h("span", { class: "project-kind" }, [KINDS[project.kind], project.dialect].filter(Boolean).join(" · ")),
    h("span", { class: "project-size" }, size),
    state(project));
}

function state({ activeJobId, contextVersion, createdAt }) {
  if (activeJobId !== null) return h("span", { class: "badge active" }, h("span", { class: "chip-dot", "aria-hidden": "true" }), "Generating");
  if (contextVersion !== null) return h("span", { class: "badge good" }, icon("done"), `Context v${contextVersion}`);
  return h("span", { class: "project-date" }, `Created ${moment(createdAt)}`);
}

async function lookAround() {
  try {
    const { body } = await request("POST", "/projects", { body: { name: "Demo shop", source: { kind: "demo" } } });
    location.assign(`/projects/${encodeURIComponent(body.id)}`);
  } catch (problem) {
    if (problem.status === undefined) throw problem;
    toasts.fail("The demo project was not created", problem);
  }
}
