// Tests the broker with mqtt.js as devices.
//
// Arguments: stage (`checks`, `leave` or `return`), host, port, transport (`tcp`, `tls`, `ws` or
// `wss`), version (`3.1.1` or `5`), user name, secret, and the file of the certificate to trust.
// Prints one line per check. `leave` fills a session and `return` reads it, with a restart of the
// server between them. The package `mqtt` is found in a folder `node_modules` beside this file.

import assert from "node:assert/strict";
import { createHmac } from "node:crypto";
import { setDefaultResultOrder } from "node:dns";
import { once } from "node:events";
import { readFileSync } from "node:fs";
import mqtt from "mqtt";

const PATIENCE = 30_000; // milliseconds
const SHARED = 40; // messages, so many that chance gives each member some

const [stage, host, port, transport, version, user, secret, certificate] = process.argv.slice(2);
const NAME = `mqttjs-${transport}-${version}`;
const TOPIC = `test/${NAME}`;
const IS_V5 = version === "5";
const BAD_USER_NAME_OR_PASSWORD = IS_V5 ? 134 : 4;

// The server listens on 127.0.0.1; older versions of Node.js try only the first address of a name.
setDefaultResultOrder("ipv4first");

/** A device that is online until `leave` or `lose`. */
class Device {
  constructor(name, { keep = false, will, password } = {}) {
    this.clientId = clientId(name);
    this.messages = [];
    this.arrival = () => {};
    this.client = mqtt.connect(`${transport === "tcp" ? "mqtt" : transport}://${host}:${port}`, {
      ca: certificate && readFileSync(certificate),
      clean: !keep,
      clientId: this.clientId,
      password: password ?? sign(this.clientId),
      properties: IS_V5 ? { sessionExpiryInterval: keep ? 3600 : 0 } : undefined,
      protocolVersion: IS_V5 ? 5 : 4,
      reconnectPeriod: 0,
      username: user,
      will: will && { topic: will, payload: "gone", qos: 1 },
    });
    this.client.on("message", (topic, payload, { qos, retain }) => {
      this.messages.push([topic, qos, retain, payload.toString()]);
      this.arrival();
    });
  }

  /** Connects and subscribes. */
  static async join(name, filters = [], options = {}) {
    const device = new Device(name, options);
    const [connack] = await soon("CONNACK", once(device.client, "connect"));
    device.sessionPresent = connack.sessionPresent;
    if (filters.length > 0) {
      await soon("SUBACK", device.client.subscribeAsync(filters, { qos: 2 }));
    }
    return device;
  }

  publish(topic, payload, { qos = 1, retain = false } = {}) {
    const published = this.client.publishAsync(topic, payload, { qos, retain });
    return soon(`acknowledgement of a message to ${topic}`, published);
  }

  /** Returns the next message: topic, QoS, retained or not, payload. */
  async receive() {
    while (this.messages.length === 0) {
      await soon("message", new Promise((resolve) => (this.arrival = resolve)));
    }
    return this.messages.shift();
  }

  async receives(...expected) {
    assert.deepEqual(await this.receive(), expected);
  }

  /** Closes the connection without DISCONNECT. */
  lose() {
    this.client.stream.destroy();
  }

  leave() {
    return soon("end", this.client.endAsync());
  }
}

/** Waits for a promise, but not forever. */
async function soon(what, promise) {
  let timer;
  const late = new Promise((_, reject) => {
    timer = setTimeout(() => reject(new Error(`${what} is late`)), PATIENCE);
  });
  try {
    return await Promise.race([promise, late]);
  } finally {
    clearTimeout(timer);
  }
}

function clientId(name) {
  return `GID_test@@@${NAME}-${name}`;
}

function sign(text) {
  return createHmac("sha1", secret).update(text).digest("base64");
}

function leaveAll(...devices) {
  return Promise.all(devices.map((device) => device.leave()));
}

async function roundTrip(qos) {
  const topic = `${TOPIC}/qos/${qos}`;
  const receiver = await Device.join("receiver", [`${TOPIC}/qos/+`]);
  const sender = await Device.join("sender");
  for (const payload of ["one", "two"]) await sender.publish(topic, payload, { qos });
  for (const payload of ["one", "two"]) await receiver.receives(topic, qos, false, payload);
  await leaveAll(receiver, sender);
}

async function retained() {
  const topic = `${TOPIC}/retained`;
  const sender = await Device.join("sender");
  await sender.publish(topic, "kept", { retain: true });
  let receiver = await Device.join("receiver", [topic]);
  await receiver.receives(topic, 1, true, "kept");
  // An empty message removes it.
  await sender.publish(topic, "", { retain: true });
  await receiver.receives(topic, 1, false, "");
  await receiver.leave();
  receiver = await Device.join("receiver", [topic]);
  await sender.publish(topic, "not kept");
  await receiver.receives(topic, 1, false, "not kept");
  await leaveAll(receiver, sender);
}

async function will() {
  const topic = `${TOPIC}/will`;
  const heir = await Device.join("heir", [topic]);
  // Two names: if one device came back at once, it could take its session over before DISCONNECT.
  await (await Device.join("leaver", [], { will: topic })).leave();
  (await Device.join("mortal", [], { will: topic })).lose();
  await heir.receives(topic, 1, false, "gone");
  // The first device left with DISCONNECT, so its will is not published.
  const sender = await Device.join("sender");
  await sender.publish(topic, "last");
  await heir.receives(topic, 1, false, "last");
  await leaveAll(heir, sender);
}

/** Leaves a session in which three messages wait. */
async function leaveSession() {
  await (await Device.join("traveler")).leave();
  const traveler = await Device.join("traveler", [`${TOPIC}/session`], { keep: true });
  assert.equal(traveler.sessionPresent, false);
  await traveler.leave();
  const sender = await Device.join("sender");
  for (const payload of ["one", "two", "three"]) await sender.publish(`${TOPIC}/session`, payload);
  await sender.leave();
}

async function returnToSession() {
  const traveler = await Device.join("traveler", [], { keep: true });
  assert.equal(traveler.sessionPresent, true);
  for (const payload of ["one", "two", "three"]) {
    await traveler.receives(`${TOPIC}/session`, 1, false, payload);
  }
  await traveler.leave();
}

async function keptSession() {
  await leaveSession();
  await returnToSession();
}

async function pointToPoint() {
  const topic = `test/p2p/${clientId("receiver")}`;
  const receiver = await Device.join("receiver");
  const listener = await Device.join("listener", ["test/#"]);
  const sender = await Device.join("sender");
  await sender.publish(topic, "for you");
  await sender.publish(`${TOPIC}/all`, "for all");
  await receiver.receives(topic, 1, false, "for you");
  await listener.receives(`${TOPIC}/all`, 1, false, "for all");
  await leaveAll(receiver, listener, sender);
}

async function wrongPassword() {
  const { client } = new Device("receiver", { password: "wrong" });
  const [error] = await soon("CONNACK", once(client, "error"));
  assert.equal(error.code, BAD_USER_NAME_OR_PASSWORD);
}

async function sharedSubscription() {
  const topic = `${TOPIC}/shared`;
  const join = (name) => Device.join(name, [`$share/group/${topic}`]);
  const members = await Promise.all(["first", "second"].map(join));
  const sender = await Device.join("sender");
  const numbers = [...Array(SHARED).keys()].map(String).sort();
  for (const number of numbers) await sender.publish(topic, number);
  // The last message to each member shows that those before it have arrived.
  for (const { clientId } of members) await sender.publish(`test/p2p/${clientId}`, "end");
  const received = [];
  for (const member of members) {
    let count = 0;
    for (let payload; (payload = (await member.receive())[3]) !== "end"; count++) {
      received.push(payload);
    }
    assert.notEqual(count, 0, "one member got all messages");
  }
  assert.deepEqual(received.sort(), numbers);
  await leaveAll(...members, sender);
}

const STAGES = {
  checks: [
    ["QoS 0", () => roundTrip(0)],
    ["QoS 1", () => roundTrip(1)],
    ["QoS 2", () => roundTrip(2)],
    ["retained message", retained],
    ["will after a lost connection", will],
    ["kept session", keptSession],
    ["point-to-point", pointToPoint],
    ["wrong password", wrongPassword],
    ...(IS_V5 ? [["shared subscription", sharedSubscription]] : []),
  ],
  leave: [["session before a restart", leaveSession]],
  return: [["session after a restart", returnToSession]],
};

let failures = 0;
for (const [what, check] of STAGES[stage]) {
  try {
    await check();
    console.log(`ok ${what}`);
  } catch (error) {
    failures += 1;
    console.log(`FAILED ${what}: ${error.message}`);
  }
}
process.exit(failures > 0 ? 1 : 0);
