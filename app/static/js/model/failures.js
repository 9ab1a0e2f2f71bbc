/** What a failure is called in a heading; its cause and remedy are the server's own words. */

const TITLES = Object.freeze({
  model_missing: "The model is not installed",
  model_unreachable: "The model server did not answer",
  model_overloaded: "The model server is busy",
  output_truncated: "The model stopped before it had finished",
  output_invalid: "The model's answer could not be used",
  database_unreachable: "The database could not be reached",
  database_refused: "The database refused the connection",
  schema_empty: "There are no tables to describe",
  worker_lost: "The worker was lost",
  internal: "Unexpected error",
});

/** A heading for a failed job. */
export function failureTitle({ code }) {
  return TITLES[code] ?? "Generation failed";
}

/** The model that could be pulled, where that is what is missing; null otherwise. */
export function missingModel({ failure }) {
  return failure?.action === "pull" ? (failure.model ?? null) : null;
}

/** All that a person who is asked for help needs, as text; nothing of it is secret. */
export function failureDetails(state) {
  const facts = {
    job: state.jobId,
    status: state.status,
    code: state.failure?.code,
    message: state.failure?.message,
    progress: `${state.progress} %`,
    attempt: state.attempt,
    engine: state.engine,
    model: state.model,
    created: state.createdAt,
    started: state.startedAt,
    finished: state.finishedAt,
  };
  const told = Object.entries(facts).filter(([, value]) => value !== null && value !== undefined);
  return told.map(([name, value]) => `${name}: ${value}`).join("\n");
}
