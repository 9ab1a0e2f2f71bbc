/** How long the steps take where nothing tells how far a generation is: a guess, never a measurement. */

import { STEPS } from "./steps.js";

/** Milliseconds per step. */
export const DUMMY = Object.freeze({ scanning: 3000, indexing: 4000, analyzing: 8000, generating: 5000, optimizing: 2000 });

/** Which step the simulation is at; the last one waits for the answer. */
export function simulatedStep(elapsedMs) {
  let left = elapsedMs;
  const index = STEPS.findIndex(({ id }) => (left -= DUMMY[id]) < 0);
  return index === -1 ? STEPS.length - 1 : index;
}

/** Real against simulated seconds per step, for the steps that are done. */
export function comparison(durations) {
  return STEPS.filter(({ id }) => durations[id] !== undefined).map(({ id, name }) => {
    const real = durations[id] / 1000;
    const dummy = DUMMY[id] / 1000;
    return { id, name, real, dummy, difference: real - dummy, ratio: real / dummy };
  });
}
