"""Tests the broker with paho-mqtt as devices.

Arguments: stage (`checks`, `leave` or `return`), host, port, transport (`tcp`, `tls`, `ws` or
`wss`), version (`3.1.1` or `5`), user name, secret, and the file of the certificate to trust.
Prints one line per check. `leave` fills a session and `return` reads it, with a restart of the
server between them.
"""

import base64
import hashlib
import hmac
import queue
import socket
import sys
import threading

import paho.mqtt.client as mqtt
from paho.mqtt.packettypes import PacketTypes
from paho.mqtt.properties import Properties

PATIENCE = 30  # seconds
SHARED = 40  # messages, so many that chance gives each member some
BAD_USER_NAME_OR_PASSWORD = 134  # paho-mqtt converts the code 4 of MQTT 3.1.1

stage, host, port, transport, version, user, secret, certificate = sys.argv[1:]
NAME = f"paho-{transport}-{version}"
TOPIC = f"test/{NAME}"
IS_V5 = version == "5"


class Device:
    """A device that is online until `leave` or `lose`."""

    def __init__(self, name, filters=(), keep=False, will=None, password=None):
        self.client_id = client_id(name)
        self.messages = queue.Queue()
        self.reason = self.session_present = None
        self._answered, self._subscribed = threading.Event(), threading.Event()
        self._client = client = mqtt.Client(
            mqtt.CallbackAPIVersion.VERSION2,
            self.client_id,
            clean_session=None if IS_V5 else not keep,
            protocol=mqtt.MQTTv5 if IS_V5 else mqtt.MQTTv311,
            transport="websockets" if transport.startswith("ws") else "tcp",
            reconnect_on_failure=False,
        )
        if transport in ("tls", "wss"):
            client.tls_set(certificate)
        client.username_pw_set(user, password or sign(self.client_id))
        if will:
            client.will_set(will, "gone", qos=1)
        client.on_connect = self._connected
        client.on_message = lambda _client, _data, message: self.messages.put(message)
        client.on_subscribe = lambda *_: self._subscribed.set()
        session = {}
        if IS_V5:
            session = {"clean_start": not keep, "properties": expiry(3600 if keep else 0)}
        client.connect(host, int(port), **session)
        client.loop_start()
        assert self._answered.wait(PATIENCE), "no CONNACK"
        if filters:
            result, _ = client.subscribe([(filter, 2) for filter in filters])
            assert result == mqtt.MQTT_ERR_SUCCESS, mqtt.error_string(result)
            assert self._subscribed.wait(PATIENCE), "no SUBACK"

    def _connected(self, _client, _data, flags, reason, _properties):
        self.reason, self.session_present = reason.value, flags.session_present
        self._answered.set()

    def publish(self, topic, payload, qos=1, retain=False):
        message = self._client.publish(topic, payload, qos, retain)
        message.wait_for_publish(PATIENCE)
        assert message.is_published(), f"the message to {topic} is not acknowledged"

    def receive(self):
        """Returns the next message: topic, QoS, retained or not, payload."""
        message = self.messages.get(timeout=PATIENCE)
        return message.topic, message.qos, message.retain, message.payload.decode()

    def receives(self, *expected):
        same("message", self.receive(), expected)

    def lose(self):
        """Closes the connection without DISCONNECT."""
        connection = self._client.socket()
        # Over WebSocket, paho-mqtt wraps the socket of the connection.
        connection = getattr(connection, "_socket", connection)
        connection.shutdown(socket.SHUT_RDWR)
        self._client.loop_stop()

    def leave(self):
        self._client.disconnect()
        self._client.loop_stop()


def client_id(name):
    return f"GID_test@@@{NAME}-{name}"


def sign(text):
    mac = hmac.new(secret.encode(), text.encode(), hashlib.sha1)
    return base64.b64encode(mac.digest()).decode()


def expiry(seconds):
    properties = Properties(PacketTypes.CONNECT)
    properties.SessionExpiryInterval = seconds
    return properties


def same(what, found, expected):
    assert found == expected, f"{what}: expected {expected!r}, found {found!r}"


def round_trip(qos):
    receiver = Device("receiver", [f"{TOPIC}/qos/+"])
    sender = Device("sender")
    for payload in ["one", "two"]:
        sender.publish(f"{TOPIC}/qos/{qos}", payload, qos)
    for payload in ["one", "two"]:
        receiver.receives(f"{TOPIC}/qos/{qos}", qos, False, payload)
    receiver.leave()
    sender.leave()


def retained():
    topic = f"{TOPIC}/retained"
    sender = Device("sender")
    sender.publish(topic, "kept", retain=True)
    receiver = Device("receiver", [topic])
    receiver.receives(topic, 1, True, "kept")
    # An empty message removes it.
    sender.publish(topic, "", retain=True)
    receiver.receives(topic, 1, False, "")
    receiver.leave()
    receiver = Device("receiver", [topic])
    sender.publish(topic, "not kept")
    receiver.receives(topic, 1, False, "not kept")
    receiver.leave()
    sender.leave()


def will():
    topic = f"{TOPIC}/will"
    heir = Device("heir", [topic])
    # Two names: if one device came back at once, it could take its session over before DISCONNECT.
    Device("leaver", will=topic).leave()
    Device("mortal", will=topic).lose()
    heir.receives(topic, 1, False, "gone")
    # The first device left with DISCONNECT, so its will is not published.
    sender = Device("sender")
    sender.publish(topic, "last")
    heir.receives(topic, 1, False, "last")
    heir.leave()
    sender.leave()


def leave_session():
    """Leaves a session in which three messages wait."""
    Device("traveler").leave()
    traveler = Device("traveler", [f"{TOPIC}/session"], keep=True)
    same("session present", traveler.session_present, False)
    traveler.leave()
    sender = Device("sender")
    for payload in ["one", "two", "three"]:
        sender.publish(f"{TOPIC}/session", payload)
    sender.leave()


def return_to_session():
    traveler = Device("traveler", keep=True)
    same("session present", traveler.session_present, True)
    for payload in ["one", "two", "three"]:
        traveler.receives(f"{TOPIC}/session", 1, False, payload)
    traveler.leave()


def kept_session():
    leave_session()
    return_to_session()


def point_to_point():
    topic = f"test/p2p/{client_id('receiver')}"
    receiver = Device("receiver")
    listener = Device("listener", ["test/#"])
    sender = Device("sender")
    sender.publish(topic, "for you")
    sender.publish(f"{TOPIC}/all", "for all")
    receiver.receives(topic, 1, False, "for you")
    listener.receives(f"{TOPIC}/all", 1, False, "for all")
    for device in [receiver, listener, sender]:
        device.leave()


def wrong_password():
    device = Device("receiver", password="wrong")
    same("reason", device.reason, BAD_USER_NAME_OR_PASSWORD)


def shared_subscription():
    topic = f"{TOPIC}/shared"
    members = [Device(name, [f"$share/group/{topic}"]) for name in ["first", "second"]]
    sender = Device("sender")
    expected = sorted(str(number) for number in range(SHARED))
    for number in expected:
        sender.publish(topic, number)
    # The last message to each member shows that those before it have arrived.
    for member in members:
        sender.publish(f"test/p2p/{member.client_id}", "end")
    counts = []
    numbers = []
    for member in members:
        received = list(iter(lambda: member.receive()[3], "end"))
        counts.append(len(received))
        numbers.extend(received)
    same("messages", sorted(numbers), expected)
    assert min(counts) > 0, f"one member got all messages: {counts}"
    for device in [*members, sender]:
        device.leave()


STAGES = {
    "checks": [
        ("QoS 0", lambda: round_trip(0)),
        ("QoS 1", lambda: round_trip(1)),
        ("QoS 2", lambda: round_trip(2)),
        ("retained message", retained),
        ("will after a lost connection", will),
        ("kept session", kept_session),
        ("point-to-point", point_to_point),
        ("wrong password", wrong_password),
        *([("shared subscription", shared_subscription)] if IS_V5 else []),
    ],
    "leave": [("session before a restart", leave_session)],
    "return": [("session after a restart", return_to_session)],
}


def main():
    failures = 0
    for what, check in STAGES[stage]:
        try:
            check()
            print(f"ok {what}", flush=True)
        except Exception as error:
            failures += 1
            print(f"FAILED {what}: {type(error).__name__} {error}", flush=True)
    return failures


if __name__ == "__main__":
    sys.exit(1 if main() else 0)
