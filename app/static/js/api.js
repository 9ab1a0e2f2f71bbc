/** The only module that speaks to the API. */

const ROOT = "/api/v1";
const REFRESH = "/auth/refresh";
const UNSAFE = new Set(["POST", "PUT", "PATCH", "DELETE"]);
const PATIENCE_MS = 30_000; // with reading; what is to be done takes as long as it takes

/** What the server (or its silence) said: `message` is the cause, `remedy` what to do. */
export class Problem extends Error {
  constructor({ status, message, remedy = "", code = "", cause = undefined }) {
    super(message, { cause });
    this.status = status;
    this.remedy = remedy;
    this.code = code;
  }

  /** Cause and remedy. */
  get words() {
    return [this.message, this.remedy].filter(Boolean).join(" ");
  }
}

/** Ask the API; signs in again silently once, and leads to the sign-in page when that fails. */
export async function request(method, path, /** @type {import("./types.js").Asking} */ options = {}) {
  try {
    return await requestQuietly(method, path, options);
  } catch (problem) {
    if (problem.status === 401) toSignIn();
    throw problem;
  }
}

/**
 * Like `request`, but a lost sign-in is only reported (status 401).
 *
 * @param {string} method
 * @param {string} path
 * @param {import("./types.js").Asking} [options]
 */
export async function requestQuietly(method, path, { body, headers } = {}) {
  // Without the readable half of the access cookie there is no sign-in left to try.
  if (cookie("csrf_access_token") === "") await refresh();
  let response = await send(method, path, { body, headers });
  if (response.status === 401 && (await refresh())) {
    response = await send(method, path, { body, headers });
  }
  return answer(response);
}

/** Sign in or up; a wrong password is the caller's to show. */
export async function enter(path, credentials) {
  return answer(await send("POST", path, { body: credentials }));
}

/** End the sign-in on the server, then show the sign-in page. */
export async function signOut() {
  await requestQuietly("POST", "/auth/logout").catch((problem) => {
    if (problem.status !== 401) throw problem; // 401: it had ended already
  });
  location.assign("/login");
}

/** Whether this browser holds anything to sign in with. */
export function maybeSignedIn() {
  return cookie("csrf_access_token") !== "" || cookie("csrf_refresh_token") !== "";
}

/** Show the sign-in page, which leads back here. */
export function toSignIn() {
  const next = location.pathname + location.search;
  location.replace(`/login?next=${encodeURIComponent(next)}`);
}

let refreshing = null;

/** Renew the sign-in; concurrent callers share one request. False when it was refused. */
export function refresh() {
  refreshing ??= renew().finally(() => {
    refreshing = null;
  });
  return refreshing;
}

async function renew() {
  const token = cookie("csrf_refresh_token");
  if (token === "") return false;
  const response = await send("POST", REFRESH, { headers: { "X-CSRF-TOKEN": token } });
  return response.ok;
}

/**
 * @param {string} method
 * @param {string} path
 * @param {import("./types.js").Asking} options
 */
async function send(method, path, { body, headers = {} }) {
  /** @type {Record<string, string>} */
  const sent = { Accept: "application/json", ...headers };
  if (body !== undefined) sent["Content-Type"] = "application/json";
  if (UNSAFE.has(method)) sent["X-CSRF-TOKEN"] ??= cookie("csrf_access_token");
  /** @type {RequestInit} */
  const options = { method, headers: sent, credentials: "same-origin" };
  if (body !== undefined) options.body = JSON.stringify(body);
  // A connection that only seems open answers nothing, and never says so.
  if (method === "GET" || path === REFRESH) options.signal = AbortSignal.timeout(PATIENCE_MS);
  return reach(() => fetch(ROOT + path, options));
}

/** What the network gave; an answer can break off in its middle too. */
async function reach(run) {
  try {
    return await run();
  } catch (error) {
    throw new Problem({
      status: 0,
      message: "The server did not answer.",
      remedy: "Check the connection and that Schemalore runs, then try again.",
      cause: error,
    });
  }
}

async function answer(response) {
  if (response.status === 204) return { status: 204, body: null };
  const isJson = /json/.test(response.headers.get("Content-Type") ?? "");
  const body = isJson ? await reach(() => response.json()) : null;
  if (response.ok) return { status: response.status, body };
  throw new Problem({
    status: response.status,
    message: body?.detail || body?.title || `The server answered ${response.status}.`,
    remedy: body?.remedy ?? "",
    code: body?.code ?? "",
  });
}

function cookie(name) {
  const found = document.cookie.split("; ").find((pair) => pair.startsWith(`${name}=`));
  return found ? decodeURIComponent(found.slice(name.length + 1)) : "";
}
