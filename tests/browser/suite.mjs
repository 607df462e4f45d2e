// A suite of checks, with the people who visit the pages in it.

import { join } from "node:path";
import { Person } from "./person.mjs";

/** Counts checks. After each one, no page may have had a problem. */
export class Suite {
  constructor(name, browser, service, folder) {
    this.name = name;
    this.browser = browser;
    this.service = service;
    this.folder = folder;
    this.people = [];
    this.passed = 0;
    this.failed = 0;
  }

  /** Returns a new person, with a browser context of their own. */
  async person(options = {}) {
    const person = await Person.arrive(this.browser, this.service.origin, options);
    this.people.push(person);
    return person;
  }

  /** Makes a check and prints its outcome. A failure does not stop later checks. */
  async check(what, task) {
    const start = Date.now();
    let failure;
    try {
      await task();
    } catch (error) {
      failure = error;
    }
    const problems = this.people.flatMap((person) => person.problems.splice(0));
    const seconds = ((Date.now() - start) / 1000).toFixed(1);
    if (failure === undefined && problems.length === 0) {
      this.passed += 1;
      console.log(`  ok      ${this.name}: ${what} (${seconds} s)`);
      return;
    }
    this.failed += 1;
    console.log(`  FAILED  ${this.name}: ${what} (${seconds} s)`);
    for (const text of [failure && described(failure), ...problems]) {
      if (text !== undefined) console.log(text.replace(/^/gm, "          "));
    }
    await this.picture();
  }

  /** Keeps what people saw when a check failed. */
  async picture() {
    for (const [number, { page }] of this.people.entries()) {
      const name = `${this.name}-${this.failed}-${number}.png`;
      await page.screenshot({ path: join(this.folder, "failures", name) }).catch(() => {});
    }
  }
}

/** Returns the message of an error, and the line of the script that made the check. */
function described(error) {
  const lines = String(error.stack ?? error).split("\n");
  const isCall = (line) => line.startsWith("    at ");
  const place = lines.find((line) => isCall(line) && !line.includes("node_modules"));
  return [...lines.filter((line) => !isCall(line)), place].join("\n");
}
