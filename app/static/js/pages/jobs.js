/** The history: all jobs of the account, filtered by what the address says. */

import { request } from "../api.js";
import { count } from "../model/format.js";
import { find, h, say } from "../ui/dom.js";
import { HistoryTable } from "../ui/history-table.js";
import * as toasts from "../ui/toasts.js";

const PAGE_SIZE = 25;
const LOOK_MS = 15_000; // how often it is asked whether there is a newer job
const FILTERS = ["status", "projectId"];

export async function run() {
  const page = new HistoryPage();
  await page.start();
}

class HistoryPage {
  #form = find("[data-filters]");
  #list = find("[data-history]");
  #newer = find("[data-newer]");
  #known = { names: new Map(), starter: "" };
  #table = null;
  #first = null; // the newest job that is shown
  #asked = 0; // counts loads: the answer to an earlier one is not shown over a later one

  async start() {
    this.#form.addEventListener("change", () => this.#go());
    this.#form.addEventListener("submit", (event) => event.preventDefault());
    globalThis.addEventListener("popstate", () => this.#load());
    find("button", this.#newer).addEventListener("click", () => this.#load());
    setInterval(() => this.#look(), LOOK_MS);
    await this.#load();
  }

  /** The filters into the address; the first page of what they leave. */
  #go() {
    const chosen = new URLSearchParams();
    for (const name of FILTERS) {
      const { value } = this.#form.elements[name];
      if (value !== "") chosen.set(name, value);
    }
    history.pushState(null, "", chosen.size ? `/jobs?${chosen}` : "/jobs");
    this.#load();
  }

  async #load() {
    const load = ++this.#asked;
    this.#list.setAttribute("aria-busy", "true");
    try {
      const [known, { body }] = await Promise.all([acquaintance(), request("GET", `/jobs?${asked(PAGE_SIZE)}`)]);
      if (load !== this.#asked) return;
      this.#known = known; // anew each time: a newer job may be of a newer project
      this.#offerProjects();
      this.#show(body);
    } catch (problem) {
      if (problem.status === undefined) throw problem;
      if (load !== this.#asked) return;
      this.#table?.close();
      this.#list.replaceChildren(h("p", { class: "notice bad" }, problem.words));
      toasts.fail("The jobs were not loaded", problem);
    }
    if (load === this.#asked) this.#list.removeAttribute("aria-busy");
  }

  #offerProjects() {
    const { projectId, status } = this.#form.elements;
    const options = [...this.#known.names].map(([value, name]) => h("option", { value }, name));
    projectId.replaceChildren(h("option", { value: "" }, "All"), ...options);
    const address = new URLSearchParams(location.search);
    status.value = address.get("status") ?? "";
    projectId.value = address.get("projectId") ?? "";
  }

  #show({ items, next }) {
    this.#table?.close();
    this.#table = new HistoryTable(items, this.#known);
    this.#first = items[0]?.id ?? null;
    this.#newer.hidden = true;
    say(find("[data-count]"), `${count(items.length, "job")} shown`);
    this.#list.replaceChildren(items.length ? this.#table.element : nothing(), pager(next));
  }

  /** A list that somebody reads does not jump: newer jobs are offered. */
  async #look() {
    if (document.visibilityState !== "visible" || isLaterPage()) return;
    const load = this.#asked;
    try {
      const { body } = await request("GET", `/jobs?${asked(1)}`);
      if (load === this.#asked) this.#newer.hidden = (body.items[0]?.id ?? null) === this.#first;
    } catch (problem) {
      if (problem.status === undefined) throw problem; // else: nobody knows of newer ones for now
    }
  }
}

async function acquaintance() {
  const [{ body: projects }, { body: me }] = await Promise.all([request("GET", "/projects"), request("GET", "/auth/me")]);
  return { names: new Map(projects.items.map(({ id, name }) => [id, name])), starter: me.email };
}

/** The address's own question, with a number of rows. */
function asked(limit) {
  const address = new URLSearchParams(location.search);
  const query = new URLSearchParams({ limit: String(limit) });
  for (const name of [...FILTERS, "before"]) {
    if (address.get(name)) query.set(name, address.get(name));
  }
  return query;
}

function isLaterPage() {
  return new URLSearchParams(location.search).has("before");
}

function pager(next) {
  const link = (text, before) => {
    const address = new URLSearchParams(location.search);
    if (before === null) address.delete("before");
    else address.set("before", before);
    return h("a", { class: "button", href: address.size ? `/jobs?${address}` : "/jobs" }, text);
  };
  const links = [isLaterPage() ? link("Newest jobs", null) : null, next === null ? null : link("Older jobs", next)];
  return links.some(Boolean) ? h("nav", { class: "pager", "aria-label": "Pages" }, links) : "";
}

function nothing() {
  const filtered = [...new URLSearchParams(location.search).keys()].length > 0;
  const words = filtered
    ? [h("h2", {}, "No job like this"), h("p", { class: "muted" }, "No job matches these filters."), h("a", { class: "button", href: "/jobs" }, "Show all jobs")]
    : [h("h2", {}, "No jobs yet"), h("p", { class: "muted" }, "A job is one generation of a project's context. Start the first one on a project's page."), h("a", { class: "button primary", href: "/" }, "Go to the projects")];
  return h("section", { class: "panel empty" }, words);
}
