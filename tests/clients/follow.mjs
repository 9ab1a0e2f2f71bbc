// Follows a stream from Node with the client named as argument, and ends when that has nothing to do.
import process from "node:process";

import { ended, watch } from "./watch.mjs";

const { STREAM_URL: url, STREAM_TOKEN: token } = process.env;
const leaves = process.env.STREAM_LEAVES === "yes";
const authorization = `Bearer ${token}`;
const say = (step) => process.stdout.write(`${JSON.stringify(step)}\n`);

const clients = {
  async eventsource() {
    const { EventSource } = await import("eventsource");
    const withToken = (input, init) =>
      fetch(input, { ...init, headers: { ...init.headers, authorization } });
    watch(new EventSource(url, { fetch: withToken }), { say, leaves });
  },

  async "eventsource-2"() {
    const { default: EventSource } = await import("eventsource-2");
    watch(new EventSource(url, { headers: { authorization } }), { say, leaves });
  },

  async "eventsource-client"() {
    const { createEventSource } = await import("eventsource-client");
    const source = createEventSource({
      url,
      headers: { authorization },
      onConnect: () => say({ what: "open" }),
      onScheduleReconnect: () => say({ what: "error" }),
      // All events come here, named ones too.
      onMessage: ({ id, event: name, data }) => {
        if (name === "heartbeat") {
          say({ what: "heartbeat" });
          return;
        }
        const event = JSON.parse(data);
        say({ what: "message", id, event });
        if (leaves && ended(event)) source.close();
      },
    });
    process.on("exit", () => source.readyState === "closed" && say({ what: "closed" }));
  },

  // Node's own takes no headers, but (beyond the standard) the dispatcher of its requests.
  async node() {
    const dispatcher = {
      dispatch(options, handler) {
        const all = globalThis[Symbol.for("undici.globalDispatcher.1")];
        return all.dispatch({ ...options, headers: { ...options.headers, authorization } }, handler);
      },
    };
    // Its wait before a reconnect does not keep the process alive: a script would just end.
    const alive = setInterval(() => {}, 1000);
    let last = "";
    let done = false;
    const open = () => {
      const source = new EventSource(last ? `${url}?lastEventId=${last}` : url, { dispatcher });
      watch(source, { say: heard, leaves });
    };
    const heard = (step) => {
      last = step.id ?? last;
      done ||= step.what === "message" && ended(step.event);
      if (step.what !== "closed") {
        say(step);
      } else if (done) {
        say(step);
        clearInterval(alive);
      } else {
        // It gives up for good where a reconnect is refused, as during a restart: open another.
        say({ what: "error" });
        setTimeout(open, 500);
      }
    };
    open();
  },
};

await clients[process.argv[2]]();
