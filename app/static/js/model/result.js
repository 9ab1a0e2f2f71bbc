/** One shape for a context, whether it came with the job's last event or from the API. */

/** @param {Record<string, any>} data of the `complete` event */
export function fromEvent(data) {
  return {
    version: data.contextVersion ?? null,
    engine: data.engine ?? null,
    model: data.model ?? null,
    createdAt: null,
    stale: false,
    ...texts(data.aiGeneratedContext, data.contextSummary),
    insights: insights(data.keyInsights),
    prompts: prompts(data.initialPrompts),
    tables: new Map(),
  };
}

/** @param {Record<string, any>} body of `GET /projects/{id}/context` */
export function fromContext(body) {
  const { context } = body;
  return {
    version: body.version,
    engine: body.engine,
    model: body.model,
    createdAt: body.createdAt,
    stale: body.stale,
    ...texts(context.description, context.summary),
    insights: insights(context.insights),
    prompts: prompts(context.prompts),
    tables: new Map((context.tables ?? []).map((table) => [table.id, described(table)])),
  };
}

/** Who wrote it, in words. */
export function author({ engine, model }) {
  if (engine === "structural") return "written from the schema's structure, without a model";
  return model ? `written by ${model}` : "";
}

function texts(description, summary) {
  const paragraphs = (description ?? "").split(/\n\s*\n/).map((text) => text.trim());
  return { paragraphs: paragraphs.filter(Boolean), summary: summary ?? "" };
}

function insights(items) {
  return (items ?? []).map(({ text, evidence }) => ({ text, evidence: evidence ?? [] }));
}

function prompts(items) {
  return (items ?? []).map(({ question, sql, tables, difficulty, check }) => ({
    question,
    sql: sql ?? null,
    tables: tables ?? [],
    difficulty: difficulty ?? "",
    check: check ?? "",
  }));
}

function described(table) {
  const columns = (table.columns ?? []).map(({ name, description }) => [name, description?.text ?? ""]);
  return { text: table.description?.text ?? "", columns: new Map(columns) };
}
