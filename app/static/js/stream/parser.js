/** Server-Sent Events out of pieces of text, cut anywhere (WHATWG HTML, section 9.2). */

const LONGEST = 64 * 1024 * 1024; // characters; the context of a huge schema fits, an endless line must not

/** Calls `tell({name, data, retryMs})` for each event, also for those without data. */
export class Parser {
  #tell;
  #pieces = []; // of a line that is not whole yet
  #length = 0;
  #afterReturn = false; // the last piece ended in CR: a LF that follows belongs to it
  #event = empty();

  constructor(tell) {
    this.#tell = tell;
  }

  /** Take in the next piece; false when an event is longer than anybody may send. */
  push(text) {
    const rest = this.#afterReturn && text.startsWith("\n") ? text.slice(1) : text;
    if (text !== "") this.#afterReturn = text.endsWith("\r");
    const lines = rest.split(/\r\n|\n|\r/);
    const unfinished = lines.pop();
    for (const line of lines) {
      this.#line(this.#pieces.join("") + line);
      this.#pieces = [];
    }
    if (unfinished) this.#pieces.push(unfinished);
    this.#length += rest.length;
    return this.#length <= LONGEST;
  }

  #line(line) {
    if (line === "") {
      const { name, data, retryMs } = this.#event;
      this.#event = empty();
      this.#length = 0;
      this.#tell({ name: name || "message", data: data.join("\n"), retryMs });
      return;
    }
    const [, field, value] = /^([^:]*):? ?(.*)$/s.exec(line);
    if (field === "data") this.#event.data.push(value);
    if (field === "event") this.#event.name = value;
    if (field === "retry" && /^[0-9]+$/.test(value)) this.#event.retryMs = Number(value);
  }
}

function empty() {
  return { name: "", data: [], retryMs: undefined };
}
