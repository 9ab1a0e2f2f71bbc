/** The sign-in page: signs in, or creates an account, and leads back. */

import { enter, maybeSignedIn } from "../api.js";
import { find, say } from "../ui/dom.js";

const MODES = Object.freeze({
  in: { title: "Sign in", path: "/auth/login", complete: "current-password", ask: "No account yet?", other: "Create one" },
  up: { title: "Create account", path: "/auth/register", complete: "new-password", ask: "Have an account?", other: "Sign in" },
});

export function run() {
  const form = find("[data-sign-in]");
  const error = find("[data-error]", form);
  let mode = "in";

  function show() {
    const { title, complete, ask, other } = MODES[mode];
    say(find("[data-heading]"), title);
    say(find("[data-submit]"), title);
    say(find("[data-switch-text]"), ask);
    say(find("[data-switch]"), other);
    form.elements.password.autocomplete = complete;
    document.title = `${title} — Schemalore`;
    error.hidden = true;
  }

  async function submit() {
    const button = find("[data-submit]", form);
    button.disabled = true;
    error.hidden = true;
    const { email, password } = form.elements;
    try {
      await enter(MODES[mode].path, { email: email.value.trim(), password: password.value });
      location.replace(destination());
    } catch (problem) {
      if (problem.status === undefined) throw problem;
      error.textContent = problem.words;
      error.hidden = false;
      button.disabled = false;
      password.focus();
    }
  }

  find("[data-switch]").addEventListener("click", () => {
    mode = mode === "in" ? "up" : "in";
    show();
    form.elements.email.focus();
  });
  form.addEventListener("submit", (event) => {
    event.preventDefault();
    submit();
  });
  show();
  if (!maybeSignedIn()) form.elements.email.focus();
}

/** Where the person wanted to go; another site is never a place to go after signing in. */
function destination() {
  const asked = new URL(new URLSearchParams(location.search).get("next") ?? "/", location.href);
  return asked.origin === location.origin ? asked.pathname + asked.search : "/";
}
