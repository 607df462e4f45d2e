// Attacks on the person who uses the console: by devices, by links, and by pages of other sites.

import assert from "node:assert/strict";
import { once } from "node:events";
import { createServer, request } from "node:http";
import { Device } from "./device.mjs";

const SESSION = "console_session";
const GROUP = "GID_attacked";
const OVERVIEW = "/console/instances";

/** A client ID that the broker accepts, and one that it refuses. */
const ACCEPTED = `${GROUP}@@@"><svg><script>alert(1)`;
const REFUSED = `${GROUP}@@@<img src=x onerror=alert(2)>`;
const FILTER = `test/'"><img src=x onerror=alert(3)><script>alert(4)</script>/#`;
const MARKUP = `'"><img src=x onerror=alert(5)><script>alert(6)</script>`;

export async function attacks(suite) {
  const { service } = suite;
  const instance = `${OVERVIEW}/${service.instance}`;
  const person = await suite.person();
  const { page, context } = person;
  await person.open("/console/sign-in");

  await suite.check("the sign-in replaces a session that others know", async () => {
    const known = "0123456789abcdef".repeat(4);
    await context.addCookies([{ name: SESSION, value: known, url: `${service.origin}/console` }]);
    await person.signIn(service.key);
    await page.waitForURL(`**${OVERVIEW}`);
    const first = await session(context);
    assert.notEqual(first, known);
    const { status } = await send(service, "/console/sign-in", service.key, first);
    assert.equal(status, 303);
    await person.open(OVERVIEW);
    assert.equal(person.path, "/console/sign-in", "the older session has ended");
    await person.signIn(service.key);
    await page.waitForURL(`**${OVERVIEW}`);
  });
  await page.locator("[name=group]").fill(GROUP);
  await page.getByRole("button", { name: "Create group" }).click();
  await page.getByRole("heading", { name: GROUP }).waitFor();
  const device = await Device.join(service, ACCEPTED, [FILTER]);
  await Device.refused(service, REFUSED);

  const query = encodeURIComponent(MARKUP);
  const id = encodeURIComponent(ACCEPTED);
  for (const [what, address, shown] of [
    ["a client ID and a subscription", `${instance}/clients?id=${id}`, ACCEPTED],
    ["a refused client ID", `${instance}/refusals`, REFUSED],
    ["a client ID that was looked up", `${instance}/clients?id=${query}`, MARKUP],
    ["a group", `${instance}/groups/${GROUP}`, GROUP],
    ["a sub topic", `${instance}/topics/test?sub=${query}&kind=${query}&qos=${query}`, undefined],
    ["a search", `/console/search?q=${query}`, undefined],
    ["a search for errors", `/console/errors?q=${query}`, undefined],
    ["a page to return to", `/console/sign-in?next=${query}`, undefined],
    ["a language", `/console?lang=${query}`, undefined],
  ]) {
    await suite.check(`markup stays text: ${what}`, async () => {
      await person.open(address);
      if (shown !== undefined) await page.getByText(shown).first().waitFor();
      await assertNoMarkup(page);
    });
  }
  await suite.check("markup stays text: the name of a new group", async () => {
    await person.open(OVERVIEW);
    await page.locator("[name=group]").fill(MARKUP);
    await page.getByRole("button", { name: "Create group" }).click();
    await page.locator("[role=alert]").waitFor();
    await assertNoMarkup(page);
  });
  await suite.check("markup stays text: values in the Explorer and in its code", async () => {
    await person.open("/console/explorer/OnsMqttGroupIdCreate");
    await page.locator("#p-GroupId").fill(MARKUP);
    await page.getByRole("button", { name: "Run", exact: true }).click();
    await page.locator("#outcome").waitFor();
    await assertNoMarkup(page);
  });
  await suite.check("markup stays text: an unknown page", async () => {
    await person.open(`/console/reference/${query}`, 404);
    await assertNoMarkup(page);
  });

  const evil = await Site.open();
  const victim = await context.newPage();
  for (const host of ["127.0.0.1", "localhost"]) {
    await suite.check(`a page of ${host} with another port cannot show ours in a frame`, async () => {
      person.expected = /frame|Framing|X-Frame-Options/i;
      evil.page = `<iframe src="${service.origin}${OVERVIEW}"></iframe>`;
      await victim.goto(evil.address(host));
      await victim.waitForFunction(() => frames.length === 1);
      for (const frame of victim.frames().slice(1)) {
        assert.ok(!(await frame.content()).includes(service.instance));
      }
      assert.ok(victim.frames().slice(1).every((frame) => !frame.url().startsWith(service.origin)));
      person.expected = undefined;
    });
    for (const [what, path, values] of [
      ["create a group", `${instance}/groups`, { group: "GID_csrf" }],
      ["delete a group", `${instance}/groups/${GROUP}`, { confirmed: GROUP }],
      ["call an action", "/console/explorer/OnsMqttGroupIdCreate", { GroupId: "GID_csrf" }],
      ["sign in with another key", "/console/sign-in", service.key],
    ]) {
      await suite.check(`a form of ${host} with another port cannot ${what}`, async () => {
        const before = await session(context);
        evil.page = form(service.origin + path, values);
        await victim.goto(evil.address(host));
        const answer = victim.waitForResponse((response) => response.request().method() === "POST");
        await victim.locator("button").click();
        const { status, there } = { status: (await answer).status(), there: victim.url() };
        assert.ok(status === 403 || status === 303, `status ${status} at ${there}`);
        await person.open(OVERVIEW);
        assert.equal(await session(context), before);
        assert.equal(await page.getByText("GID_csrf").count(), 0);
        assert.ok((await page.getByText(GROUP, { exact: true }).count()) > 0);
      });
    }
    await suite.check(`a script of ${host} with another port cannot read a page`, async () => {
      person.expected = /CORS|ERR_FAILED/;
      evil.page = "<p>evil</p>";
      await victim.goto(evil.address(host));
      const read = await victim.evaluate(
        (address) => fetch(address, { credentials: "include" }).then((it) => it.text(), () => "refused"),
        service.origin + OVERVIEW,
      );
      assert.equal(read, "refused");
      person.expected = undefined;
    });
  }
  await suite.check("a name of another site that leads to this machine shows no form to sign in", async () => {
    const port = new URL(service.origin).port;
    const response = await victim.goto(`http://evil.example:${port}/console/sign-in`);
    assert.equal(response.status(), 421);
    assert.equal(await victim.locator("[type=password]").count(), 0);
  });
  await suite.check("wrong secrets are slowed down, for their address only", async () => {
    const wrong = { ...service.key, secret: "wrong" };
    let status;
    for (let tries = 0; tries < 8 && status !== 429; tries += 1) {
      status = await guess(service, wrong);
    }
    assert.equal(status, 429);
    assert.equal((await send(service, "/console/sign-in", service.key)).status, 303);
  });
  await device.leave();
  evil.close();
}

/** Checks that nothing that people or devices sent became an element. */
async function assertNoMarkup(page) {
  const found = await page.locator("[onerror], [onload], main script, main img, script:not([src])").count();
  assert.equal(found, 0, "elements that came from outside");
}

async function session(context) {
  return (await context.cookies()).find(({ name }) => name === SESSION)?.value;
}

/** Sends a form without a browser. */
function send(service, path, values, token) {
  return fetch(service.origin + path, {
    method: "POST",
    redirect: "manual",
    headers: token && { cookie: `${SESSION}=${token}` },
    body: new URLSearchParams(values),
  });
}

/** Tries to sign in from another address of this machine, and returns the status. */
async function guess(service, key) {
  const guess = request(`${service.origin}/console/sign-in`, {
    method: "POST",
    localAddress: "127.0.0.2",
  });
  guess.end(new URLSearchParams(key).toString());
  const [response] = await once(guess, "response");
  response.resume();
  return response.statusCode;
}

function form(action, values) {
  const fields = Object.entries(values).map(([name, value]) => `<input name="${name}" value="${value}">`);
  return `<form method="post" action="${action}">${fields.join("")}<button>Win a prize</button></form>`;
}

/** Another site on this machine, whose only page can be anything. */
class Site {
  page = "";

  static async open() {
    const site = new Site();
    site.server = createServer((_, response) => {
      response.setHeader("content-type", "text/html");
      response.end(site.page);
    });
    await once(site.server.listen(0, "127.0.0.1"), "listening");
    return site;
  }

  address(host) {
    return `http://${host}:${this.server.address().port}/`;
  }

  close() {
    this.server.closeAllConnections();
    this.server.close();
  }
}
