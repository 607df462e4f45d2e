// Simulated devices.

import { createHmac } from "node:crypto";
import { once } from "node:events";
import mqtt from "mqtt";
import { soon } from "./wait.mjs";

/** A device that is online until it leaves or the server disconnects it. */
export class Device {
  constructor(service, clientId, { secret = service.key.secret } = {}) {
    this.client = mqtt.connect(`mqtt://${service.mqtt}`, {
      clientId,
      password: createHmac("sha1", secret).update(clientId).digest("base64"),
      reconnectPeriod: 0,
      username: `Signature|${service.key.id}|${service.instance}`,
    });
    this.closed = new Promise((resolve) => this.client.once("close", resolve));
  }

  /** Connects and subscribes. */
  static async join(service, clientId, filters = []) {
    const device = new Device(service, clientId);
    await soon("CONNACK", once(device.client, "connect"));
    if (filters.length > 0) await soon("SUBACK", device.client.subscribeAsync(filters, { qos: 1 }));
    return device;
  }

  /** Connects with something that the server refuses. */
  static async refused(service, clientId, options) {
    const device = new Device(service, clientId, options);
    device.client.on("error", () => {});
    await soon("the end of a refused connection", device.closed);
  }

  publish(topic, payload = "hello", qos = 1) {
    return soon("PUBACK", this.client.publishAsync(topic, payload, { qos }));
  }

  leave() {
    return soon("DISCONNECT", this.client.endAsync());
  }
}
