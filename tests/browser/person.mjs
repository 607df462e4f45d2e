// A person in front of a browser. Whatever goes wrong in their pages is noted.

import assert from "node:assert/strict";
import { PATIENCE, until } from "./wait.mjs";

/** Begin of the line that Chromium logs for any status from 400 on; checks look at the status. */
const STATUS = "Failed to load resource: the server responded with a status of";

/** A person with a browser context: their own cookies, language, color scheme and screen. */
export class Person {
  /** Everything that went wrong in their pages since the last check. */
  problems = [];
  /** Problem that a check provokes. */
  expected = undefined;

  static async arrive(browser, origin, { language = "en", ...options } = {}) {
    const person = new Person();
    person.origin = origin;
    person.context = await browser.newContext({
      baseURL: origin,
      locale: { en: "en-US", zh: "zh-CN" }[language],
      viewport: { width: 1280, height: 800 },
      ...options,
    });
    person.context.setDefaultTimeout(PATIENCE);
    await person.watch();
    person.page = await person.context.newPage();
    return person;
  }

  /** Notes errors, and stops every request that leaves this machine. */
  async watch() {
    const note = (problem) => {
      if (!this.expected?.test(problem)) this.problems.push(problem);
    };
    const isForeign = (url) => !["127.0.0.1", "localhost", "evil.example"].includes(url.hostname);
    await this.context.route(isForeign, (route) => {
      note(`request to another host: ${route.request().url()}`);
      return route.abort();
    });
    this.context.on("console", (message) => {
      const text = message.text();
      if (message.type() === "error" && !text.startsWith(STATUS)) note(`console: ${text}`);
    });
    this.context.on("weberror", (error) => note(`script: ${error.error().message}`));
    this.context.on("dialog", (dialog) => {
      note(`a script ran: ${dialog.message()}`);
      return dialog.dismiss();
    });
    this.context.on("response", (response) => {
      const isPage = response.request().isNavigationRequest();
      if (response.status() >= 400 && !isPage) note(`${response.status()} for ${response.url()}`);
    });
  }

  /** Opens a page, and checks the status of the answer. */
  async open(address, status = 200) {
    const response = await this.page.goto(address);
    assert.equal(response.status(), status, `status of ${address}`);
  }

  /** Signs in with an access key on the page of the sign-in. */
  async signIn({ id, secret }) {
    await this.page.locator("main [name=id]").fill(id);
    await this.page.locator("main [name=secret]").fill(secret);
    await this.page.locator("main button").click();
  }

  /** Waits until a text is on the page; loads the page again until then. */
  async sees(selector, expected) {
    const locator = this.page.locator(selector).first();
    await until(`${expected} in ${selector}`, async () => {
      if ((await locator.count()) > 0 && (await locator.innerText()) === expected) return true;
      await this.page.reload();
      return false;
    });
  }

  /** Returns the path of the page. */
  get path() {
    return new URL(this.page.url()).pathname;
  }

  async leave() {
    await this.context.close();
  }
}
