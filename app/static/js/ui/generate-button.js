/** The button that starts a generation: one click, one job. */

import { find, say } from "./dom.js";
import * as toasts from "./toasts.js";

export class GenerateButton {
  #button = find("[data-generate]");
  #hint = find("[data-generate-hint]");
  #actions;
  /** @type {{running: boolean, hasContext: boolean} | null} */
  #known = null; // until it is, the button is disabled: nobody could say what a click means
  /** @type {string | null} */
  #basis = null; // asked for: the hint waits, since one that grows would move
  #submitting = false;

  /** @param {{start: (options: object) => Promise<void>, view: () => void}} actions */
  constructor(actions) {
    this.#actions = actions;
    this.#button.addEventListener("click", () => this.press());
  }

  show(known) {
    this.#known = known;
    this.#draw();
  }

  /** Say what is known of how long it takes; "" when that is nothing. */
  expect(basis) {
    this.#basis = basis;
    this.#draw();
  }

  /**
   * Start, or show what runs. `force` asks the model anew for what it has answered before; `retry` is
   * the ended job whose work is taken up again.
   */
  async press({ force = this.#known?.hasContext, retry = null } = {}) {
    if (this.#submitting || this.#known === null) return;
    if (this.#known.running) {
      this.#actions.view();
      return;
    }
    this.#submitting = true;
    this.#draw();
    try {
      const headers = { "Idempotency-Key": oneTimeKey() };
      await this.#actions.start(retry === null ? { headers, body: { force } } : { headers, retry });
    } catch (problem) {
      if (problem.status === undefined) throw problem;
      toasts.fail("The generation did not start", problem);
    } finally {
      this.#submitting = false;
      this.#draw();
    }
  }

  #draw() {
    if (this.#known === null) return;
    const { running, hasContext } = this.#known;
    const idle = hasContext ? "Regenerate" : "Generate AI context";
    const waiting = running ? "View running generation" : idle;
    say(find("[data-label]", this.#button), this.#submitting ? "Starting…" : waiting);
    // aria-disabled keeps the focus where it is; `disabled` would throw it away.
    this.#button.setAttribute("aria-disabled", String(this.#submitting));
    this.#button.classList.toggle("primary", !running && !hasContext);
    this.#button.hidden = false;
    const kept = hasContext ? "Accepted and edited text is kept." : "";
    say(this.#hint, running || this.#basis === null ? "" : [kept, this.#basis].filter(Boolean).join(" "));
  }
}

/** Random also on plain http, where crypto.randomUUID is missing. */
export function oneTimeKey() {
  const bytes = crypto.getRandomValues(new Uint8Array(16));
  return Array.from(bytes, (byte) => byte.toString(16).padStart(2, "0")).join("");
}
