/** What people decide about a context: saved at once, and told to all who show it. */

import { request } from "../api.js";

/** Dispatches "changed" (detail: the context's body) after each decision that was saved. */
export class ReviewStore extends EventTarget {
  #path;
  #version;
  /** @type {Promise<unknown>} */
  #saving = Promise.resolve();

  /** @param {string} path the project's, below /api/v1 @param {number} version that is shown */
  constructor(path, version) {
    super();
    this.#path = `${path}/context`;
    this.#version = version;
  }

  /** The context without its tables, as people left it. */
  async load() {
    const { body } = await request("GET", `${this.#path}?tables=false&version=${this.#version}`);
    return body;
  }

  /** @param {{target: string, state: string, text?: string}[]} edits saved all or none; rejects with a Problem */
  decide(edits) {
    return this.#save("PUT", this.#path, { edits });
  }

  /** Take the last decision about a target back. */
  undo(target) {
    return this.#save("POST", `${this.#path}/undo`, { target });
  }

  /** One after the other: what the last answer says is then the last that was decided. */
  #save(method, path, body) {
    const saved = this.#saving.then(() => request(method, `${path}?tables=false`, { body }));
    this.#saving = saved.catch(() => {}); // its caller shows why; the next is saved all the same
    return saved.then((answer) => this.dispatchEvent(new CustomEvent("changed", { detail: answer.body })));
  }
}
