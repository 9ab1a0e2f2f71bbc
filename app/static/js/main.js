/** Starts the page: what all pages share, then the one that this is. */

import { maybeSignedIn, request, signOut, toSignIn } from "./api.js";
import * as job from "./pages/job.js";
import * as login from "./pages/login.js";
import * as project from "./pages/project.js";
import * as projects from "./pages/projects.js";
import { find, say } from "./ui/dom.js";
import * as toasts from "./ui/toasts.js";

const PAGES = Object.freeze({ job, login, project, projects });
const YEAR_SECONDS = 365 * 24 * 3600;

function switchTheme() {
  const root = document.documentElement;
  const dark = root.dataset.theme ? root.dataset.theme === "dark" : matchMedia("(prefers-color-scheme: dark)").matches;
  root.dataset.theme = dark ? "light" : "dark";
  document.cookie = `theme=${root.dataset.theme}; path=/; max-age=${YEAR_SECONDS}; samesite=lax`;
}

async function showAccount() {
  const { body } = await request("GET", "/auth/me");
  say(find("[data-account]"), body.email ?? body.user?.email ?? "");
}

function shareHeader() {
  find("[data-theme-switch]").addEventListener("click", switchTheme);
  find("[data-sign-out]").addEventListener("click", () => {
    signOut().catch((problem) => toasts.fail("You are still signed in", problem));
  });
  // The page itself says what it could not load; the header only lacks a name then.
  showAccount().catch((problem) => {
    if (problem.status === undefined) throw problem;
  });
}

const name = document.body.dataset.page;
if (name === "login") {
  login.run();
} else if (maybeSignedIn()) {
  shareHeader();
  PAGES[name].run();
} else {
  toSignIn();
}
