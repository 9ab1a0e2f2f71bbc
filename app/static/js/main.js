/** Starts the page: what all pages share, then the one that this is. */

import { maybeSignedIn, request, signOut, toSignIn } from "./api.js";
import { find, say } from "./ui/dom.js";
import * as toasts from "./ui/toasts.js";

/** Loaded when they are needed: nobody waits for the code of another page. */
const PAGES = Object.freeze({
  context: () => import("./pages/context.js"),
  job: () => import("./pages/job.js"),
  login: () => import("./pages/login.js"),
  project: () => import("./pages/project.js"),
  projects: () => import("./pages/projects.js"),
  table: () => import("./pages/table.js"),
});
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

async function start(name) {
  if (name !== "login") {
    if (!maybeSignedIn()) {
      toSignIn();
      return;
    }
    shareHeader();
  }
  const page = await PAGES[name]();
  page.run();
}

start(document.body.dataset.page);
