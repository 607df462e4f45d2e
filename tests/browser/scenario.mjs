// A person who uses the console, from the sign-in to the sign-out.

import assert from "node:assert/strict";
import { Device } from "./device.mjs";
import { until } from "./wait.mjs";

const GROUP = "GID_lamps";
const LAMP = `${GROUP}@@@lamp`;
const SESSION = "console_session";
const MESSAGES = 12;

export async function scenario(suite) {
  const { service } = suite;
  const person = await suite.person();
  const { page, context } = person;

  await suite.check("the printed link signs in", async () => {
    await person.open(service.link);
    assert.equal(person.path, "/console/instances");
    await page.getByText(service.instance, { exact: true }).first().waitFor();
  });
  await suite.check("the link signs in only once", async () => {
    const other = await suite.person();
    await other.open(service.link, 403);
    await other.page.locator("[role=alert]").waitFor();
    await other.leave();
  });
  await suite.check("a group is created", async () => {
    await page.locator("[name=group]").fill(GROUP);
    await page.getByRole("button", { name: "Create group" }).click();
    await page.getByRole("heading", { name: GROUP }).waitFor();
    assert.equal(await number(page), "0");
  });
  let lamp;
  await suite.check("a device comes online, and the live number moves", async () => {
    await person.open("/console/instances");
    const live = page.locator(`[data-live="${service.instance} ${GROUP}"]`);
    assert.equal(await live.innerText(), "0");
    lamp = await Device.join(service, LAMP, ["test/lamps/#"]);
    await until("a live number", async () => (await live.innerText()) === "1");
    await person.open(`/console/instances/${service.instance}/groups/${GROUP}`);
    assert.equal(await number(page), "1");
  });
  await suite.check("the group lists the device", async () => {
    await page.locator(".clients").getByText(LAMP).waitFor();
  });
  await suite.check("the curve moves", async () => {
    await until("a curve that rises", async () => {
      await page.reload();
      const points = (await page.locator(".curve").getAttribute("points")) ?? "";
      const heights = points.split(" ").map((point) => Number(point.split(",")[1]));
      return Math.min(...heights) < heights[0];
    });
  });
  await suite.check("the page of a device shows its connection and subscriptions", async () => {
    await person.open("/console/instances");
    await page.locator("main [name=id]").first().fill(LAMP);
    await page.getByRole("button", { name: "Look up" }).first().click();
    await page.getByRole("heading", { name: LAMP }).waitFor();
    await page.getByText("Online", { exact: true }).first().waitFor();
    await page.getByText("test/lamps/#").first().waitFor();
  });
  await suite.check("a trend counts messages", async () => {
    for (let sent = 0; sent < MESSAGES; sent += 1) await lamp.publish("test/lamps/one");
    await person.open(`/console/instances/${service.instance}/topics/test`);
    await person.sees(".numbers strong", String(MESSAGES));
  });
  for (const [what, values, sum] of [
    ["QoS 1", { qos: "1" }, MESSAGES],
    ["QoS 0", { qos: "0" }, 0],
    ["a sub topic", { sub: "/lamps/one" }, MESSAGES],
    ["another sub topic", { sub: "/lamps/two" }, 0],
    ["deliveries", { direction: "SUB" }, MESSAGES],
    ["point-to-point deliveries", { direction: "SUB", mode: "P2P" }, 0],
  ]) {
    await suite.check(`a trend is filtered by ${what}`, async () => {
      await person.open(`/console/instances/${service.instance}/topics/test`);
      for (const [name, value] of Object.entries(values)) await choose(page, name, value);
      await page.getByRole("button", { name: "Show", exact: true }).click();
      await page.waitForURL((url) => url.search.includes("minutes="));
      await person.sees(".numbers strong", String(sum));
    });
  }
  await suite.check("values are under the pointer, and a range is selected with it", async () => {
    await person.open(`/console/instances/${service.instance}/topics/test`);
    const chart = await page.locator("svg.chart").first().boundingBox();
    const at = (part) => [chart.x + chart.width * part, chart.y + chart.height / 2];
    await page.mouse.move(...at(0.3));
    await page.locator(".plot.pointed").waitFor();
    await page.mouse.down();
    await page.mouse.move(...at(0.9), { steps: 3 });
    await page.mouse.up();
    await page.waitForURL((url) => url.searchParams.has("from") && url.searchParams.has("to"));
  });
  await suite.check("CSV holds the values of the chart", async () => {
    await person.open(`/console/instances/${service.instance}/topics/test`);
    const download = page.waitForEvent("download");
    await page.getByRole("link", { name: "CSV" }).click();
    const lines = (await text(await download)).trim().split("\r\n").slice(1);
    const values = lines.map((line) => Number(line.split(",")[1]));
    assert.equal(values.reduce((sum, value) => sum + value, 0), MESSAGES);
  });
  await suite.check("SVG is the chart", async () => {
    const download = page.waitForEvent("download");
    await page.getByRole("link", { name: "SVG" }).click();
    assert.match(await text(await download), /^<svg /);
  });
  await suite.check("a refused device appears with its remedy", async () => {
    await Device.refused(service, `${GROUP}@@@stranger`, { secret: "wrong" });
    await person.open(`/console/instances/${service.instance}/refusals`);
    const row = page.locator("tr", { hasText: `${GROUP}@@@stranger` });
    await row.getByText(/password/i).first().waitFor();
    await row.getByRole("link").first().click();
    await page.getByRole("heading", { name: `${GROUP}@@@stranger` }).waitFor();
  });
  await suite.check("a group is deleted only after its ID was entered once more", async () => {
    await person.open(`/console/instances/${service.instance}/groups/${GROUP}`);
    await remove(page, "GID_other");
    await page.locator("[role=alert]").waitFor();
    assert.equal(await number(page), "1");
  });
  await suite.check("deletion disconnects the devices of the group", async () => {
    await remove(page, GROUP);
    await page.waitForURL("**/console/instances");
    await lamp.closed;
    assert.equal(await page.getByText(GROUP, { exact: true }).count(), 0);
  });
  const other = await context.newPage();
  await other.goto("/console/instances");
  await suite.check("after the sign-out, the cookie of the session is dead", async () => {
    const [cookie] = (await context.cookies()).filter(({ name }) => name === SESSION);
    assert.equal(cookie.httpOnly && cookie.sameSite, "Strict");
    await page.getByRole("button", { name: "Sign out" }).click();
    await page.getByRole("link", { name: "Sign in" }).waitFor();
    await context.addCookies([cookie]);
    await person.open("/console/instances");
    assert.equal(person.path, "/console/sign-in");
  });
  await suite.check("another page says that its numbers no longer change", async () => {
    await other.getByText("no longer change").waitFor();
    await other.close();
  });
  await suite.check("a wrong secret does not sign in, and is not kept", async () => {
    await person.signIn({ id: service.key.id, secret: "wrong" });
    await page.locator("[role=alert]").waitFor();
    assert.equal(await page.locator("[name=secret]").inputValue(), "");
  });
  await suite.check("a key signs in and leads to the page that was asked for", async () => {
    const asked = `/console/instances/${service.instance}/topics/test`;
    await person.open(asked);
    await person.signIn(service.key);
    await page.waitForURL(`**${asked}`);
    const kept = await page.evaluate(() => JSON.stringify([localStorage, sessionStorage, document.cookie]));
    assert.equal(kept, '[{},{},""]');
  });
}

function number(page) {
  return page.locator(".numbers strong").first().innerText();
}

async function choose(page, name, value) {
  const control = page.locator(`main form [name=${name}]:not([type=hidden])`);
  const isList = (await control.evaluate((element) => element.tagName)) === "SELECT";
  await (isList ? control.selectOption(value) : control.fill(value));
}

async function remove(page, entered) {
  await page.locator("summary", { hasText: "Delete group" }).click();
  await page.locator("[name=confirmed]").fill(entered);
  await page.getByRole("button", { name: "Delete group" }).click();
}

async function text(download) {
  const chunks = [];
  for await (const chunk of await download.createReadStream()) chunks.push(chunk);
  return Buffer.concat(chunks).toString();
}
