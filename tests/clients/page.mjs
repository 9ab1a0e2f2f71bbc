// What a page in a browser runs; `say` is given by the test.
import { ended, watch } from "/watch.mjs";

export function follow({ client, url, token, leaves }) {
  const say = (step) => window.say(step);
  if (client === "EventSource") {
    watch(new EventSource(url, { withCredentials: true }), { say, leaves });
  } else {
    fetching({ url, token, leaves, say });
  }
}

class NoMore extends Error {}

async function fetching({ url, token, leaves, say }) {
  const { fetchEventSource } = await import("/fetch-event-source/index.js");
  const leaving = new AbortController();
  const following = fetchEventSource(url, {
    headers: { authorization: `Bearer ${token}` },
    signal: leaving.signal,
    async onopen(response) {
      say({ what: "open" });
      if (response.status === 204) throw new NoMore();
      if (!response.ok) throw new Error(`answered ${response.status}`);
    },
    // All events come here, named ones too.
    onmessage({ id, event: name, data }) {
      if (name === "heartbeat") {
        say({ what: "heartbeat" });
        return;
      }
      const event = JSON.parse(data);
      say({ what: "message", id, event });
      if (leaves && ended(event)) leaving.abort();
    },
    // Without this, it takes every orderly end of a stream as the end of all.
    onclose() {
      throw new Error("the stream ended early");
    },
    onerror(error) {
      if (error instanceof NoMore) throw error;
      say({ what: "error" });
    },
  });
  await following.catch((error) => {
    if (!(error instanceof NoMore)) throw error;
  });
  say({ what: "closed" });
}
