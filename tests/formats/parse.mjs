// Reads diagrams as a JSON list of texts from its input, and writes what Mermaid says of each:
// the kind of diagram, or the error.
import { readFileSync } from "node:fs";
import { JSDOM } from "jsdom";

const { window } = new JSDOM("");
globalThis.window = window;
globalThis.document = window.document;
const { default: mermaid } = await import("mermaid");

const found = [];
for (const text of JSON.parse(readFileSync(0, "utf8"))) {
  try {
    found.push((await mermaid.parse(text)).diagramType);
  } catch (error) {
    found.push(String(error));
  }
}
console.log(JSON.stringify(found));
