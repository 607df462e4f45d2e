// Each page in both languages and both color schemes, on a desktop and a phone, with and without
// script: accessible, and nowhere wider than the screen. Keeps a picture of each.

import assert from "node:assert/strict";
import { join } from "node:path";
import axe from "axe-core";
import { Device } from "./device.mjs";
import { until } from "./wait.mjs";

const DESKTOP = { width: 1280, height: 800 };
const PHONE = { width: 390, height: 844 };
/** Width to which a page of 1280 pixels shrinks when it is magnified four times. */
const NARROWEST = { width: 320, height: 568 };

const GROUPS = { GID_lamps: 14, GID_sensors: 5, GID_gateways: 1 };

export async function looks(suite) {
  const { service } = suite;
  const devices = await fleet(service);
  const stop = chatter(devices);
  for (const language of ["en", "zh"]) {
    const person = await suite.person({ language });
    await visit(suite, person, language, outside());
    await person.open("/console/sign-in");
    await person.signIn(service.key);
    await person.page.waitForURL("**/console/instances");
    await visit(suite, person, language, inside(service.instance));
    await person.leave();
  }
  await withoutScript(suite, "zh");
  stop();
  await Promise.all(devices.map((device) => device.leave()));
}

/** Pages that need no sign-in. */
function outside() {
  return [
    ["home", "/console"],
    ["reference", "/console/reference/OnsMqttQueryMsgTransTrend"],
    ["chapter", "/console/reference/common_parameters"],
    ["errors", "/console/errors"],
    ["error", "/console/errors/BIZ_TOPIC_NOT_FOUND"],
    ["search", "/console/search?q=topic"],
    ["nothing-found", "/console/search?q=zzzzz"],
    ["unknown", "/console/reference/Nothing", 404],
    ["sign-in", "/console/sign-in"],
  ];
}

/** Pages of a person who is signed in; some need a click. */
function inside(instance) {
  const of = (rest) => `/console/instances/${instance}${rest}`;
  const run = async (page) => {
    await page.locator("main form .primary").click();
    await page.locator("#outcome").waitFor();
    // Until the style sheet is there, code is as wide as its lines.
    await page.waitForLoadState();
    await page.evaluate(() => scrollTo(0, 0));
  };
  const fill = (values) => async (page) => {
    for (const [name, value] of Object.entries(values)) await page.locator(`#p-${name}`).fill(value);
    await run(page);
  };
  return [
    ["overview", "/console/instances"],
    ["group", of("/groups/GID_lamps?minutes=720")],
    ["topic", of("/topics/test?minutes=720&parts=qos")],
    ["client", of("/clients?id=GID_lamps%40%40%40lamp-3")],
    ["unknown-client", of("/clients?id=GID_lamps%40%40%40nobody")],
    ["refusals", of("/refusals")],
    ["form", "/console/explorer/OnsMqttQueryMsgTransTrend"],
    ["explorer", "/console/explorer/OnsMqttQueryClientByGroupId", 200, fill({ GroupId: "GID_lamps" })],
    ["failure", "/console/explorer/OnsMqttQueryClientByGroupId", 200, fill({ GroupId: "GID_nobody" })],
    ["not-created", "/console/instances", 200, async (page) => {
      await page.locator("[name=group]").fill("lamps");
      await page.locator("main form button").first().click();
      await page.locator("[role=alert]").waitFor();
    }],
  ];
}

/** Checks pages in one language, and takes pictures of them. */
export async function visit(suite, person, language, pages) {
  const { page } = person;
  for (const [name, address, status = 200, prepare] of pages) {
    const picture = (kind) => page.screenshot({
      path: join(suite.folder, "pictures", `${name}.${language}.${kind}.png`),
      animations: "disabled",
    });
    await suite.check(`${name} in ${language}, light, dark and on a phone`, async () => {
      await page.setViewportSize(DESKTOP);
      await page.emulateMedia({ colorScheme: "light" });
      await person.open(address, status);
      await prepare?.(page);
      await assertFits(page, DESKTOP);
      await assertAccessible(page, "light");
      await picture("light");
      await page.emulateMedia({ colorScheme: "dark" });
      await assertAccessible(page, "dark");
      await picture("dark");
      await page.emulateMedia({ colorScheme: "light" });
      for (const screen of [NARROWEST, PHONE]) {
        await page.setViewportSize(screen);
        await assertFits(page, screen);
      }
      await picture("phone");
    });
  }
}

/** Checks that a page cannot be scrolled sideways, and that nothing in it is cut off or broken in vain. */
async function assertFits(page, { width }) {
  assert.deepEqual(await page.evaluate(cutOff), [], `cut off at ${width} pixels`);
  const wide = await page.evaluate((width) => {
    if (document.documentElement.scrollWidth <= width) return [];
    const isWide = (element) => element.getBoundingClientRect().right > width + 0.5;
    const wide = [...document.querySelectorAll("main, main *, header *, nav *")].filter(isWide);
    return wide.slice(0, 3).map((element) => element.outerHTML.slice(0, 80));
  }, width);
  assert.deepEqual(wide, [], `wider than ${width} pixels`);
}

/**
 * Names lists without room for their longest choice, tables of the console that are wider than their
 * frame (those of the reference may be), and code on several lines that one line has room for.
 */
function cutOff() {
  const all = (selector) => [...document.querySelectorAll(`main ${selector}`)];
  /** Returns the size of an element while it has a style of its own. */
  const sizeWith = (element, style) => {
    element.style.cssText = style;
    const { offsetHeight, offsetWidth, scrollWidth } = element;
    element.style.cssText = "";
    return { height: offsetHeight, width: offsetWidth, content: scrollWidth };
  };
  const lists = all("select").filter((list) => sizeWith(list, "width: max-content").width > list.offsetWidth);
  const frames = all(".table:has(table[class])").filter((frame) => frame.scrollWidth > frame.clientWidth);
  const codes = all(".rows li > code").filter((code) => {
    const padding = parseFloat(getComputedStyle(code.parentElement).paddingInlineStart);
    const room = code.parentElement.clientWidth - 2 * padding;
    const line = sizeWith(code, "white-space: nowrap");
    return line.height < code.offsetHeight && line.content <= room;
  });
  return [...lists, ...frames, ...codes].map((element) => element.outerHTML.slice(0, 80));
}

async function assertAccessible(page, scheme) {
  if (!(await page.evaluate(() => "axe" in window))) await page.evaluate(axe.source);
  const { violations } = await page.evaluate(() => axe.run(document, { resultTypes: ["violations"], preload: false }));
  const found = violations
    .filter(({ impact }) => ["serious", "critical"].includes(impact))
    .map(({ id, nodes }) => `${id}: ${nodes[0].html} ${nodes[0].any[0]?.message ?? ""}`);
  assert.deepEqual(found, [], `axe, ${scheme}`);
}

/** Visits each page without script, and does with forms what a person does. */
async function withoutScript(suite, language) {
  const { service } = suite;
  const person = await suite.person({ language, javaScriptEnabled: false });
  await suite.check(`every page in ${language} without script`, async () => {
    for (const [, address, status] of outside()) await shows(person, address, status);
    await person.signIn(service.key);
    await person.page.waitForURL("**/console/instances");
    for (const [, address, status, prepare] of inside(service.instance)) {
      await shows(person, address, status);
      if (prepare !== undefined) await prepare(person.page);
      await assertFits(person.page, DESKTOP);
    }
  });
  await person.leave();
}

async function shows(person, address, status) {
  await person.open(address, status);
  await person.page.locator("main h1").waitFor();
  await assertFits(person.page, DESKTOP);
}

/** Connects devices, and others that are refused. */
async function fleet(service) {
  const devices = [];
  for (const [group, count] of Object.entries(GROUPS)) {
    const name = group.slice("GID_".length, -1);
    for (let number = 1; number <= count; number += 1) {
      const id = `${group}@@@${name}-${number}`;
      devices.push(await Device.join(service, id, [`test/${name}s/all`, `test/${name}s/${number}/#`]));
    }
  }
  await Device.refused(service, "GID_lamps@@@lamp-99", { secret: "wrong" });
  await Device.refused(service, "GID_doors@@@door-1");
  await Device.refused(service, "thermometer");
  await Device.refused(service, "GID_sensors@@@sensor 7");
  return devices;
}

/** Lets devices publish until the returned function is called. */
function chatter(devices) {
  let turn = 0;
  const timer = setInterval(() => {
    const device = devices[turn % devices.length];
    turn += 1;
    device.client.publish(`test/lamps/${turn % 10}`, "on", { qos: turn % 3 === 0 ? 0 : 1 });
  }, 100);
  return () => clearInterval(timer);
}
