/** The tables of a schema as one looks for them. */

/**
 * @param {{id: string, view: boolean, text: string, columns: string[]}[]} items of `GET /projects/{id}/tables`
 */
export function entriesOf(items) {
  return items.map((item) => ({ ...item, haystack: [item.id, ...item.columns].join("\n").toLowerCase() }));
}

/** The tables that have all words of the query in their own or their columns' names. */
export function matching(tables, query) {
  const words = query.toLowerCase().split(/\s+/).filter(Boolean);
  return tables.filter(({ haystack }) => words.every((word) => haystack.includes(word)));
}

/** The columns, other than by the table's own name, that made a table match. */
export function matchingColumns(table, query) {
  const words = query.toLowerCase().split(/\s+/).filter(Boolean);
  const missing = words.filter((word) => !table.id.toLowerCase().includes(word));
  if (missing.length === 0) return [];
  return table.columns.filter((name) => missing.some((word) => name.toLowerCase().includes(word)));
}
