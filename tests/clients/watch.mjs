// What page code does with an EventSource, as docs/events.md shows it; every step is told to `say`.
export function watch(source, { say, leaves }) {
  source.onopen = () => say({ what: "open" });
  let closed = false;
  const told = () => {
    if (closed) return;
    closed = source.readyState === 2;
    say({ what: closed ? "closed" : "error" });
  };
  // Later: some tell an error first and close then.
  source.onerror = () => setTimeout(told, 0);
  source.onmessage = ({ data, lastEventId }) => {
    const event = JSON.parse(data);
    say({ what: "message", id: lastEventId, event });
    if (leaves && ended(event)) {
      source.close();
      told();
    }
  };
  source.addEventListener("heartbeat", () => say({ what: "heartbeat" }));
}

export function ended(event) {
  return event.step === "complete" || event.step === "error";
}
