/** <sl-connection>: how the news arrives. It speaks of the transport, never of the job. */

import { elapsed } from "../model/format.js";
import { passing, quality } from "../model/quality.js";
import { h, say } from "./dom.js";

const WORDS = Object.freeze({
  connecting: "Connecting…",
  gone: "Not found",
  signedOut: "Signed out",
});
const ROLES = Object.freeze({
  alone: "This tab has its own connection",
  leader: "This tab holds the connection of all tabs",
  follower: "Another tab holds the connection",
  none: "No connection is held",
});
const QUALITIES = Object.freeze({ good: "Good", fair: "Fair", poor: "Poor" });
const OVER = new Set(["done", "closed"]);

let chips = 0;

export class Connection extends HTMLElement {
  #text = h("span");
  #details = h("dl", { class: "chip-details", id: `connection-${++chips}`, hidden: true });
  #button = h("button", { type: "button", class: "chip", "aria-expanded": "false", "aria-controls": this.#details.id },
    h("span", { class: "chip-dot", "aria-hidden": "true" }), this.#text);
  #link = null;
  #timer = null;

  connectedCallback() {
    if (!this.#button.isConnected) this.append(this.#button, this.#details);
    this.#button.onclick = () => this.#toggle(this.#details.hidden);
    this.onkeydown = ({ key }) => {
      if (key === "Escape" && !this.#details.hidden) this.#toggle(false);
    };
    this.#timer = setInterval(() => this.#draw(), 1000);
  }

  disconnectedCallback() {
    clearInterval(this.#timer);
  }

  /** @param {import("../types.js").Link} link */
  show(link) {
    this.#link = link;
    this.#draw();
  }

  #toggle(open) {
    this.#details.hidden = !open;
    this.#button.setAttribute("aria-expanded", String(open));
    if (!open) this.#button.focus();
    this.#draw();
  }

  #draw() {
    if (this.#link === null) return;
    this.hidden = OVER.has(this.#link.state);
    if (this.hidden) return;
    const { state, reason, heardAt, latency } = this.#link;
    this.#button.dataset.state = reason === "offline" ? "offline" : state;
    if (state === "live") this.#button.dataset.quality = quality(latency, silence(heardAt));
    else delete this.#button.dataset.quality;
    say(this.#text, words(this.#link));
    if (!this.#details.hidden) this.#drawDetails();
  }

  #drawDetails() {
    const { state, role, heardAt, attempts, error, latency } = this.#link;
    const rows = [
      ["Role", ROLES[role] ?? role],
      ["Quality", state === "live" ? QUALITIES[quality(latency, silence(heardAt))] : "–"],
      ["Last heard", heardAt === null ? "not yet" : `${elapsed(silence(heardAt))} ago`],
      ["Failed attempts", String(attempts)],
      ["Last error", error || "none"],
    ];
    if (this.#details.children.length === 0) {
      this.#details.append(...rows.map(([name]) => h("div", {}, h("dt", {}, name), h("dd", {}))));
    }
    rows.forEach(([, value], index) => say(this.#details.children[index].lastChild, value));
  }
}

function silence(heardAt) {
  return heardAt === null ? 0 : Math.max(0, Date.now() - heardAt);
}

function words(link) {
  const { state, reason, retryAt, everyMs, latency, heardAt } = link;
  if (state === "live") return live(latency, heardAt);
  if (state === "polling") return `Polling · ${elapsed(everyMs)}`;
  if (state !== "waiting") return WORDS[state] ?? state;
  if (reason === "offline") return "Offline";
  const seconds = retryAt === null ? 0 : Math.ceil((retryAt - Date.now()) / 1000);
  // What is over soon changes no place: these words would not fit where "Live" was.
  return seconds > 0 && !passing(link, Date.now()) ? `Reconnecting, next try in ${seconds} s` : "Reconnecting…";
}

function live(latency, heardAt) {
  const poor = quality(latency, silence(heardAt)) === "poor";
  const parts = ["Live", latency === null ? "" : `${Math.round(latency)} ms`, poor ? "poor" : ""];
  return parts.filter(Boolean).join(" · ");
}

customElements.define("sl-connection", Connection);
