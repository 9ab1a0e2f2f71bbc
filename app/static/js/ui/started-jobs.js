/** The jobs that this tab started: only here a result opens by itself, even after a reload. */

const PREFIX = "schemalore:started:";

export function remember(projectId, jobId) {
  sessionStorage.setItem(PREFIX + projectId, jobId);
}

/** The job of this project that this tab started and whose end it has not shown, or null. */
export function of(projectId) {
  return sessionStorage.getItem(PREFIX + projectId);
}

export function forget(projectId) {
  sessionStorage.removeItem(PREFIX + projectId);
}
