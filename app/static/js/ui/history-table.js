/** The table of jobs; rows of jobs that have not ended stay live. */

import { ended, unknown, withJob } from "../model/job-reducer.js";
import { rowWords, subject } from "../model/job-row.js";
import { h, say } from "./dom.js";
import { JobBadge } from "./job-badge.js";
import { followJob } from "./job-feed.js";

const COLUMNS = ["Project", "Status", "Started by", "Started", "Duration", "Attempts", "Model"];

export class HistoryTable {
  #rows = [];
  #clock = setInterval(() => this.#rows.forEach((row) => row.tick()), 1000);
  element;

  /**
   * @param {object[]} jobs as the API lists them
   * @param {{names: Map<string, string>, starter: string}} known names of projects by id, and who asks
   */
  constructor(jobs, known) {
    this.#rows = jobs.map((job) => new Row(job, known));
    const head = h("tr", { role: "row" }, COLUMNS.map((name) => h("th", { scope: "col", role: "columnheader" }, name)));
    this.element = h("table", { class: "history", role: "table", "aria-label": "Jobs" },
      h("thead", { role: "rowgroup" }, head),
      h("tbody", { role: "rowgroup" }, this.#rows.map(({ element }) => element)));
  }

  /** Let go of the connections. */
  close() {
    clearInterval(this.#clock);
    for (const row of this.#rows) row.close();
  }
}

/** The roles are kept in words: narrow windows lay the rows out as blocks, which would lose them. */
class Row {
  #state;
  #skew;
  #badge = new JobBadge();
  #cells = Object.fromEntries(["started", "duration", "attempts", "model"].map((name) => [name, h("span", {})]));
  #close = () => {};
  element;

  constructor(job, { names, starter }) {
    this.#state = withJob(unknown(job.id), job);
    this.#skew = Date.parse(job.now) - Date.now();
    const about = h("a", { href: `/jobs/${encodeURIComponent(job.id)}` }, subject(this.#state, names));
    const { started, duration, attempts, model } = this.#cells;
    this.element = h("tr", { role: "row", "data-job": job.id },
      h("th", { scope: "row", role: "rowheader" }, about),
      [this.#badge.element, h("span", { class: "starter", title: starter }, starter), started, duration, attempts, model].map((content, index) =>
        h("td", { role: "cell", "data-label": COLUMNS[index + 1] }, content)));
    this.#draw();
    if (!ended(this.#state)) this.#close = followJob(job.id, (state) => this.#take(state));
  }

  tick() {
    if (this.#state.status === "running") this.#draw();
  }

  close() {
    this.#close();
  }

  #take(state) {
    // The stream's state begins anew: what is listed stays until it knows more.
    if (state.known) this.#state = state;
    this.#draw();
  }

  #draw() {
    const words = rowWords(this.#state, Date.now() + this.#skew);
    this.#badge.show(this.#state);
    for (const [name, cell] of Object.entries(this.#cells)) say(cell, words[name]);
  }
}
