/** <sl-connection>: how the news arrives. It speaks of the transport, never of the job. */

import { h, say } from "./dom.js";

const WORDS = Object.freeze({
  connecting: "Connecting…",
  live: "Live",
  polling: "Polling",
  gone: "Not found",
  signedOut: "Signed out",
});

export class Connection extends HTMLElement {
  #dot = h("span", { class: "chip-dot", "aria-hidden": "true" });
  #text = h("span");
  #link = null;
  #timer = null;

  connectedCallback() {
    this.classList.add("chip");
    this.append(this.#dot, this.#text);
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

  #draw() {
    if (this.#link === null) return;
    const { state, offline, retryAt } = this.#link;
    this.hidden = state === "done" || state === "closed";
    if (this.hidden) return;
    const away = state === "waiting" || state === "polling";
    this.dataset.state = offline && away ? "offline" : state;
    say(this.#text, offline && away ? "Offline" : (WORDS[state] ?? reconnecting(retryAt)));
  }
}

function reconnecting(retryAt) {
  const seconds = retryAt === null ? 0 : Math.ceil((retryAt - Date.now()) / 1000);
  return seconds > 0 ? `Reconnecting, next try in ${seconds} s` : "Reconnecting…";
}

customElements.define("sl-connection", Connection);
