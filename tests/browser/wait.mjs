// Waits for conditions and promises, but not forever.

import { setTimeout as sleep } from "node:timers/promises";

/** Longest wait in milliseconds. */
export const PATIENCE = 20_000;

/** Waits until a condition holds. */
export async function until(what, condition) {
  const end = Date.now() + PATIENCE;
  while (!(await condition())) {
    if (Date.now() > end) throw new Error(`${what} is late`);
    await sleep(50);
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
