import assert from "node:assert/strict";
import { describe, it } from "node:test";

import { Parser } from "../../../app/static/js/stream/parser.js";

function parsed(...pieces) {
  const events = [];
  const parser = new Parser((event) => events.push(event));
  for (const piece of pieces) parser.push(piece);
  return events;
}

const TEXT = 'retry: 1500\ndata: {"a":1}\nid: j:1\n\n: a comment\nevent: heartbeat\ndata: one\ndata: two\n\n';
const EVENTS = [
  { name: "message", data: '{"a":1}', retryMs: 1500 },
  { name: "heartbeat", data: "one\ntwo", retryMs: undefined },
];

describe("the parser", () => {
  it("reads events, however the text is cut", () => {
    for (let at = 0; at <= TEXT.length; at += 1) {
      assert.deepEqual(parsed(TEXT.slice(0, at), TEXT.slice(at)), EVENTS);
    }
    assert.deepEqual(parsed(...TEXT), EVENTS);
  });

  it("takes all three line ends, also when a piece ends between CR and LF", () => {
    for (const end of ["\r\n", "\r", "\n"]) {
      const text = TEXT.replaceAll("\n", end);
      assert.deepEqual(parsed(text), EVENTS, JSON.stringify(end));
      assert.deepEqual(parsed(...text), EVENTS, JSON.stringify(end));
    }
  });

  it("tells nothing of an event that was cut off", () => {
    assert.deepEqual(parsed("data: half\n"), []);
  });

  it("takes off one space only, and ignores what it does not know", () => {
    assert.deepEqual(parsed("data:  x\nfoo: y\nretry: soon\n\n"), [{ name: "message", data: " x", retryMs: undefined }]);
  });

  it("refuses an event without an end", () => {
    const parser = new Parser(() => {});
    const piece = "x".repeat(16 * 1024 * 1024);
    assert.deepEqual([1, 2, 3, 4, 5].map(() => parser.push(piece)), [true, true, true, true, false]);
  });
});
