// Tests the web pages in Chromium.
//
// Argument: a JSON object that `cargo xtask browser` writes. Prints one line per check, and the
// number of checks. Packages are found in a folder `node_modules` beside this file.

import { mkdirSync, rmSync } from "node:fs";
import { join } from "node:path";
import { chromium } from "playwright-core";
import { attacks } from "./attacks.mjs";
import { actions } from "./actions.mjs";
import { looks } from "./looks.mjs";
import { nodes } from "./nodes.mjs";
import { scenario } from "./scenario.mjs";
import { Suite } from "./suite.mjs";

/** No name leads to another machine; one name of an attacker leads to this one. */
const HOSTS = "MAP evil.example 127.0.0.1, MAP * ~NOTFOUND, EXCLUDE 127.0.0.1, EXCLUDE localhost";

const setting = JSON.parse(process.argv[2]);
for (const name of ["failures", "pictures"]) {
  rmSync(join(setting.folder, name), { recursive: true, force: true });
  mkdirSync(join(setting.folder, name), { recursive: true });
}

const start = Date.now();
const browser = await chromium.launch({
  executablePath: setting.chromium,
  args: [`--host-resolver-rules=${HOSTS}`],
});
const { fresh, filled, node } = setting;
const suites = [
  [scenario, fresh],
  [actions, fresh],
  [attacks, fresh],
  [looks, filled],
  [nodes, node],
].map(async ([test, service]) => {
  const suite = new Suite(test.name, browser, service, setting.folder);
  await test(suite).catch((error) => suite.check("the suite ends", () => { throw error; }));
  return suite;
});
const ended = await Promise.all(suites);
await browser.close();

const sum = (name) => ended.reduce((sum, suite) => sum + suite[name], 0);
const seconds = ((Date.now() - start) / 1000).toFixed(0);
console.log(`\n${sum("passed")} passed, ${sum("failed")} failed, ${seconds} s`);
process.exit(sum("failed") === 0 ? 0 : 1);
