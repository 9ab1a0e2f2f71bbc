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
  const element = h("li", { class: "project-row" },
    h("a", { class: "project-link", href: `/projects/${encodeURIComponent(project.id)}` }, project.name),
    h("span", { class: "project-kind" }, [KINDS[project.kind], project.product].filter(Boolean).join(" · ")),
    h("span", { class: "project-size" }, size),
    state(project));
  if (project.activeJobId !== null) follow(project, element);
  return element;
}

function state({ activeJobId, contextVersion, createdAt }) {
  if (activeJobId !== null) return h("span", { class: "badge active" }, h("span", { class: "chip-dot", "aria-hidden": "true" }), "Generating");
  if (contextVersion !== null) return h("span", { class: "badge good" }, icon("done"), `Context v${contextVersion}`);
  return h("span", { class: "project-date" }, `Created ${moment(createdAt)}`);
}

/** Let the row tell how far its job is, and at the end what became of the project. */
async function follow({ id, activeJobId }, element) {
  const { followJob, JobBadge, ended } = await import("../ui/row-parts.js");
  const badge = new JobBadge();
  let over = false;
  followJob(activeJobId, (job) => {
    if (!job.known || over) return;
    badge.show(job);
    if (!badge.element.isConnected) element.lastElementChild.replaceWith(badge.element);
    over = ended(job);
    if (over) drawAgain(id, element);
  });
}

async function drawAgain(id, element) {
  try {
    const { body } = await request("GET", `/projects/${encodeURIComponent(id)}`);
    element.replaceWith(row(body));
  } catch (problem) {
    if (problem.status === undefined) throw problem; // else: what the row says is true, if not all
  }
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
