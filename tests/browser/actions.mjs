// A person who calls all actions in the API Explorer.

import assert from "node:assert/strict";
import { execFile } from "node:child_process";
import { promisify } from "node:util";
import { Device } from "./device.mjs";

const GROUP = "GID_explorer";
const DEVICE = `${GROUP}@@@one`;

export async function actions(suite) {
  const { service } = suite;
  const person = await suite.person({ permissions: ["clipboard-read", "clipboard-write"] });
  const { page } = person;

  await suite.check("the Explorer asks for a sign-in and leads back", async () => {
    await person.open("/console/explorer/OnsMqttGroupIdList");
    await person.signIn(service.key);
    await page.waitForURL("**/console/explorer/OnsMqttGroupIdList");
  });
  const all = () => calls(service.instance);
  for (const format of ["JSON", "XML"]) {
    const [created] = all();
    await suite.check(`${created[0]} in ${format}`, () => call(person, ...created, format));
    const device = await Device.join(service, DEVICE, ["test/explorer/#"]);
    for (const [action, values] of all().slice(1)) {
      await suite.check(`${action} in ${format}`, () => call(person, action, values, format));
    }
    await device.closed;
  }
  await suite.check("all actions were called", async () => {
    const listed = await page.locator("nav.contents ul.codes a").allInnerTexts();
    assert.deepEqual(all().map(([action]) => action).sort(), listed.sort());
  });
  for (const title of ["curl", "ons-mqtt"]) {
    await suite.check(`the snippet for ${title} is copied and runs`, async () => {
      await call(person, "OnsMqttGroupIdList", { InstanceId: service.instance }, "JSON");
      const answer = JSON.parse(await run(service, await copied(page, title)));
      assert.match(answer.RequestId, /^[0-9A-F-]{36}$/);
    });
  }
  await suite.check("code is shown without a call", async () => {
    await person.open("/console/explorer/OnsMqttGroupIdCreate");
    await page.locator("#p-GroupId").fill("GID_not_created");
    await page.getByRole("button", { name: "Show code only" }).click();
    await page.locator("#outcome details").first().waitFor();
    assert.equal(await page.locator("#outcome .facts").count(), 0);
  });
  await suite.check("an error leads to its page", async () => {
    await submit(person, "OnsMqttQueryClientByGroupId", { InstanceId: service.instance, GroupId: "GID_nobody" }, "JSON");
    const { Code } = JSON.parse(await page.locator("#outcome pre code").first().innerText());
    await page.locator("#outcome .notice a").first().click();
    await page.getByRole("heading", { name: Code }).waitFor();
    assert.equal(person.path, `/console/errors/${Code}`);
  });
  await suite.check("the error center finds a code", async () => {
    await page.getByRole("link", { name: "Error center" }).click();
    await page.locator("main [type=search]").fill("topic");
    await page.locator("main button").first().click();
    await page.getByRole("link", { name: "BIZ_TOPIC_NOT_FOUND" }).click();
    await page.getByRole("heading", { name: "BIZ_TOPIC_NOT_FOUND" }).waitFor();
  });
  await suite.check("the slash leads to the search", async () => {
    await page.keyboard.press("/");
    await page.keyboard.type("QueryClientByTopic");
    await page.keyboard.press("Enter");
    await page.getByRole("link", { name: "OnsMqttQueryClientByTopic" }).first().waitFor();
  });
}

/** Returns all actions with their parameters, in an order in which they succeed. */
function calls(instance) {
  const now = Date.now();
  const range = { BeginTime: String(now - 60_000), EndTime: String(now) };
  const all = [
    ["OnsMqttGroupIdCreate", { GroupId: GROUP }],
    ["OnsMqttGroupIdList", {}],
    ["OnsMqttQueryClientByClientId", { ClientId: DEVICE }],
    ["OnsMqttQueryClientByGroupId", { GroupId: GROUP }],
    ["OnsMqttQueryClientByTopic", { ParentTopic: "test" }],
    ["OnsMqttQueryHistoryOnline", { ...range, GroupId: GROUP }],
    ["OnsMqttQueryMsgTransTrend", { ...range, ParentTopic: "test", TpsType: "SUM", TransType: "PUB" }],
    ["OnsMqttGroupIdDelete", { GroupId: GROUP }],
  ];
  return all.map(([action, values]) => [action, { InstanceId: instance, ...values }]);
}

async function call(person, action, values, format) {
  await submit(person, action, values, format);
  const outcome = person.page.locator("#outcome");
  await outcome.getByText("HTTP 200").waitFor();
  const body = await outcome.locator("pre code").first().innerText();
  assert.match(body, format === "JSON" ? /"RequestId": "/ : /<RequestId>.*<\/RequestId>/);
}

async function submit({ page }, action, values, format) {
  await page.goto(`/console/explorer/${action}`);
  for (const [name, value] of Object.entries(values)) {
    const control = page.locator(`#p-${name}`);
    const isList = (await control.evaluate((element) => element.tagName)) === "SELECT";
    await (isList ? control.selectOption(value) : control.fill(value));
  }
  await page.getByLabel(format, { exact: true }).check();
  await page.getByRole("button", { name: "Run", exact: true }).click();
  await page.locator("#outcome").waitFor();
}

/** Copies a snippet with its button, and returns what is in the clipboard. */
async function copied(page, title) {
  const snippet = page.locator("#outcome details", { has: page.getByText(title, { exact: true }) });
  if ((await snippet.getAttribute("open")) === null) await snippet.locator("summary").click();
  await snippet.locator("pre").hover();
  await snippet.getByRole("button", { name: "Copy" }).click();
  await snippet.getByRole("button", { name: "Copied" }).waitFor();
  return page.evaluate(() => navigator.clipboard.readText());
}

/** Runs a snippet in a shell, with the key of the service. */
async function run({ key, programs }, snippet) {
  const env = {
    ALIBABA_CLOUD_ACCESS_KEY_ID: key.id,
    ALIBABA_CLOUD_ACCESS_KEY_SECRET: key.secret,
    PATH: `${programs}:${process.env.PATH}`,
  };
  const { stdout } = await promisify(execFile)("sh", ["-e", "-c", snippet], { env });
  return stdout;
}
