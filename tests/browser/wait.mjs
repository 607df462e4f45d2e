// Waits for conditions and promises, but not forever.

import { setTimeout as sleep } from "node:timers/promises";

const PATIENCE = 20_000; // milliseconds

/** Waits between two looks at a condition. */
export const pause = () => sleep(50);

/** Waits until a condition holds. */
export async function until(what, condition) {
  const end = Date.now() + PATIENCE;
  while (!(await condition())) {
    if (Date.now() > end) throw new Error(`${what} is late`);
    await pause();
  }
}

/** Waits for a promise. */
export async function soon(what, promise) {
  const late = new AbortController();
  const limit = sleep(PATIENCE, undefined, { signal: late.signal, ref: false });
  try {
    return await Promise.race([
      promise,
      limit.then(() => Promise.reject(new Error(`${what} is late`))),
    ]);
  } finally {
    late.abort();
    limit.catch(() => {});
  }
}
