/** <sl-debug>: what came when, how the connection fared, and real against simulated step times. */

import { comparison } from "../model/dummy.js";
import { stepDurations } from "../model/job-reducer.js";
import { linkFigures, timeWords } from "../model/link-figures.js";
import { copyWords } from "./clipboard.js";
import { h, say } from "./dom.js";
import { wantsDebug } from "./preferences.js";
import { timesChart } from "./times-chart.js";

const SHOWN = 50;

/** Show the panel when `?debug=1` or the account's setting asks for it, or Alt+Shift+D. */
export function offerDebug(place, watch) {
  const asked = new URLSearchParams(location.search).get("debug") === "1" || wantsDebug();
  const panel = new DebugPanel();
  const toggle = () => {
    if (panel.isConnected) panel.remove();
    else place.append(panel);
  };
  panel.watch(watch);
  if (asked) toggle();
  const stopped = new AbortController();
  document.addEventListener("keydown", ({ code, altKey, shiftKey }) => {
    if (code === "KeyD" && altKey && shiftKey) toggle();
  }, { signal: stopped.signal });
  return () => {
    stopped.abort();
    panel.remove();
  };
}

export class DebugPanel extends HTMLElement {
  #watch = null;
  #timer = null;
  #parts = {
    role: h("p", { class: "debug-role" }),
    line: h("p", { class: "debug-line" }),
    times: h("div", { class: "debug-times" }),
    links: h("ol", { class: "debug-list mono" }),
    events: h("tbody", {}),
    copy: h("button", { type: "button", class: "button small" }, "Copy JSON"),
  };

  /** @param {import("./job-watch.js").JobWatch} watch whose log is shown */
  watch(watch) {
    this.#watch = watch;
  }

  connectedCallback() {
    if (this.children.length === 0) this.append(this.#build());
    this.#parts.copy.onclick = () => this.#copy();
    this.#timer = setInterval(() => this.#draw(), 500);
    this.#draw();
  }

  disconnectedCallback() {
    clearInterval(this.#timer);
  }

  #build() {
    const { role, line, times, links, events, copy } = this.#parts;
    const head = h("tr", {}, ["Seq", "Type", "Step", "%", "Delay"].map((name) => h("th", { scope: "col" }, name)));
    const part = (title, ...content) => h("section", {}, h("h3", {}, title), content);
    return h("section", { class: "panel debug", "aria-label": "Debug" },
      h("header", { class: "section-head" }, h("h2", {}, "Debug"), copy),
      role,
      part("Real against simulated time per step", times),
      part("Connection", line, links),
      part(`Last ${SHOWN} events`, h("div", { class: "scroll", tabindex: 0, role: "group", "aria-label": "Events" },
        h("table", { class: "debug-events" }, h("thead", {}, head), events))));
  }

  #draw() {
    const { log, state } = this.#watch;
    const role = log.links.at(-1)?.role ?? "none";
    say(this.#parts.role, `Role of this tab: ${role}. Clock difference: ${Math.round(log.skew)} ms.`);
    const figures = linkFigures(log.links, Date.now());
    say(this.#parts.line, [`Reconnects: ${figures.reconnects}`, timeWords(figures)].filter(Boolean).join("; "));
    this.#drawOnce(this.#parts.times, JSON.stringify(comparison(stepDurations(state))), () => timesChart(comparison(stepDurations(state))));
    this.#drawOnce(this.#parts.links, JSON.stringify(log.links), () => log.links.slice(-SHOWN).map(linkRow));
    const last = log.events.slice(-SHOWN).reverse();
    this.#drawOnce(this.#parts.events, JSON.stringify(last[0] ?? null) + log.events.length, () => last.map(eventRow));
  }

  #drawOnce(element, key, build) {
    if (element.dataset.drawn === key) return;
    element.dataset.drawn = key;
    element.replaceChildren(...build());
  }

  async #copy() {
    const { log, state } = this.#watch;
    const steps = comparison(stepDurations(state));
    const connection = linkFigures(log.links, Date.now());
    const copied = await copyWords(JSON.stringify(log.report({ steps, connection }), null, 2));
    say(this.#parts.copy, copied ? "Copied" : "Not copied");
    setTimeout(() => say(this.#parts.copy, "Copy JSON"), 2000);
  }
}

function linkRow({ at, state, reason, role, error }) {
  return h("li", {}, [at.slice(11, 23), role, state, reason, error].filter(Boolean).join("  "));
}

function eventRow({ seq, type, step, progress, delay }) {
  return h("tr", {}, [seq ?? "–", type, step, progress, `${delay} ms`].map((value) => h("td", {}, String(value))));
}

customElements.define("sl-debug", DebugPanel);
