/** How GenerationStream asks our API. */

import { refresh, requestQuietly } from "../api.js";

export const TRANSPORT = Object.freeze({
  job: async (id) => (await requestQuietly("GET", `/jobs/${encodeURIComponent(id)}`)).body,
  events: async (id, after) =>
    (await requestQuietly("GET", `/jobs/${encodeURIComponent(id)}/events?after=${after}`)).body,
  refresh: () => refresh().catch(() => true), // nobody answered: the next attempt tells why
});
