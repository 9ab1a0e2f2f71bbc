/** The form of a new project, in a modal. */

import { request } from "../api.js";
import { closable } from "./dialogs.js";
import { find } from "./dom.js";

export class ProjectForm {
  #dialog = find("[data-project-dialog]");
  #form = find("[data-project-form]");
  #error = find("[data-error]", this.#form);

  constructor() {
    closable(this.#dialog);
    this.#form.addEventListener("change", () => this.#choose());
    this.#form.addEventListener("submit", (event) => {
      event.preventDefault();
      this.#submit();
    });
  }

  /** Open it; what was typed before is still there. */
  open() {
    this.#error.hidden = true;
    this.#choose();
    this.#dialog.showModal();
    find("[name=name]", this.#form).focus();
  }

  /** Show, and ask for, only what the chosen kind of source needs. */
  #choose() {
    const chosen = this.#form.elements.kind.value;
    for (const group of this.#form.querySelectorAll("[data-kind]")) {
      const wanted = group.dataset.kind === chosen;
      group.hidden = !wanted;
      for (const input of group.querySelectorAll("input, select, textarea")) {
        input.disabled = !wanted;
        input.required = wanted;
      }
    }
  }

  async #submit() {
    const button = find("[data-submit]", this.#form);
    if (button.disabled) return;
    button.disabled = true;
    this.#error.hidden = true;
    try {
      const { body } = await request("POST", "/projects", { body: this.#asked() });
      location.assign(`/projects/${encodeURIComponent(body.id)}`);
    } catch (problem) {
      if (problem.status === undefined) throw problem;
      this.#error.textContent = problem.words;
      this.#error.hidden = false;
      button.disabled = false;
      this.#error.scrollIntoView({ block: "nearest" });
    }
  }

  #asked() {
    const { name, kind, url, profile, dialect, ddl } = this.#form.elements;
    const sources = {
      demo: { kind: "demo" },
      url: { kind: "url", url: url.value.trim() },
      ddl: { kind: "ddl", dialect: dialect.value, ddl: ddl.value },
    };
    // A field of another kind of source is disabled, and says nothing.
    return { name: name.value.trim(), source: sources[kind.value], ...(profile.disabled ? {} : { profile: profile.value }) };
  }
}
