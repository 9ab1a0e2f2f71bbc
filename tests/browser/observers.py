"""Scripts that note what happens on a page while a test looks elsewhere."""

#: Notes every value that the bar ever shows, in `window.shown`.
BAR = """() => {
  window.shown = [];
  new MutationObserver((changes) => {
    for (const { target } of changes) {
      if (target.matches("progress")) window.shown.push(target.value);
    }
  }).observe(document, { subtree: true, attributes: true, attributeFilter: ["value"] });
}"""

#: Notes everything that is said aloud, in `window.said`.
WORDS = """() => {
  window.said = [];
  for (const region of document.querySelectorAll("[data-announce]")) {
    new MutationObserver(() => region.textContent && window.said.push(region.textContent))
      .observe(region, { childList: true, characterData: true, subtree: true });
  }
}"""

#: Notes when this tab came to hold the connection and to be live, in `window.leads`, by the
#: machine's clock in milliseconds; its chip's details are to be open.
LEADS = """(holds) => {
  delete window.leads;
  const connection = document.querySelector("sl-connection");
  new MutationObserver(() => {
    const led = connection.querySelector("dd").textContent === holds
      && connection.querySelector(".chip").textContent.startsWith("Live");
    if (led) window.leads ??= Date.now();
  }).observe(connection, { subtree: true, childList: true, characterData: true });
}"""

#: Lets the page wait for answers a sixth as long as it would; to be there before the page is.
IMPATIENCE = """
const patient = AbortSignal.timeout.bind(AbortSignal);
AbortSignal.timeout = (milliseconds) => patient(milliseconds / 6);
"""

#: Notes what moved without anybody's doing, in `window.moved`; to be there before the page is.
SHIFTS = """
window.moved = [];
new PerformanceObserver((list) => {
  for (const { value, hadRecentInput, sources } of list.getEntries()) {
    const told = sources.map(({ node, previousRect: before, currentRect: now }) =>
      `${node?.nodeName} from ${[before.x, before.y]} to ${[now.x, now.y]}`);
    if (!hadRecentInput) window.moved.push(`${value.toFixed(4)}: ${told.join("; ")}`);
  }
}).observe({ type: "layout-shift", buffered: true });
"""
