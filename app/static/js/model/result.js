/** Words about a context as a whole. */

/** Who wrote it. @param {{engine: string | null, model: string | null}} context */
export function author({ engine, model }) {
  if (engine === "structural") return "written from the schema's structure, without a model";
  return model ? `written by ${model}` : "";
}
