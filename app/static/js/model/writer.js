/** Who will write the next context; pure. */

/** By what `GET /models` says of the model servers. */
export function writerWords({ items, hosts }) {
  const away = hosts.filter(({ reachable }) => !reachable).map(({ host }) => host);
  if (items.length > 0) return `Models that can write: ${items.map(({ name }) => name).join(", ")}.`;
  if (away.length === hosts.length) {
    return `No model server answers at ${away.join(", ")}: rules alone will write, and the context says so. Start Ollama to have a model write.`;
  }
  return "The model server has no model: rules alone will write, and the context says so. Pull one, for example with: ollama pull llama3.1:8b";
}
