/** A snapshot of a schema as the table list needs it. */

/** @param {Record<string, any>} snapshot of `GET /projects/{id}/schema` */
export function tablesOf(snapshot) {
  return snapshot.tables.map((table) => {
    const { id, columns } = table;
    return {
      id,
      isView: table.kind === "view",
      comment: table.comment ?? "",
      columns,
      primaryKey: new Set(table.primaryKey),
      references: references(table.foreignKeys),
      haystack: [id, ...columns.map(({ name }) => name)].join("\n").toLowerCase(),
    };
  });
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
  const names = table.columns.map(({ name }) => name);
  return names.filter((name) => missing.some((word) => name.toLowerCase().includes(word)));
}

function references(foreignKeys) {
  const targets = new Map();
  for (const { columns, target, targetColumns } of foreignKeys) {
    columns.forEach((name, index) => {
      const column = targetColumns[index];
      targets.set(name, column ? `${target}.${column}` : target);
    });
  }
  return targets;
}
