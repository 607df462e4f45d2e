"""Tests all eight actions through any SDK.

An SDK is passed as a function `call(action, **parameters)`, which returns the response as a
dictionary or raises `Refused`.
"""

import base64
import hashlib
import hmac
import threading
import time

import paho.mqtt.client as mqtt

KEY_ID = "testid"
SECRET = "testsecret"
INSTANCE = "post-cn-test"
REGION = "cn-hangzhou"

PATIENCE = 30  # seconds


class Refused(Exception):
    """An error answer of the service, as reported by the SDK."""

    def __init__(self, code, status, message):
        super().__init__(f"{status} {code}: {message}")
        self.code, self.status, self.message = code, status, message


class Device:
    """A device that is online until `leave`."""

    def __init__(self, address, client_id, filters=()):
        self.messages = []
        self._ready = threading.Event()
        host, port = address.split(":")
        self._client = mqtt.Client(mqtt.CallbackAPIVersion.VERSION2, client_id)
        self._client.username_pw_set(f"Signature|{KEY_ID}|{INSTANCE}", password(client_id))
        self._client.on_message = lambda *event: self.messages.append(event[2])
        self._client.on_connect = lambda *event: self._connected(event[3], filters)
        self._client.on_subscribe = lambda *event: self._ready.set()
        self._client.connect(host, int(port))
        self._client.loop_start()
        assert self._ready.wait(PATIENCE), f"{client_id} is not ready"

    def _connected(self, reason, filters):
        assert not reason.is_failure, reason
        if filters:
            self._client.subscribe([(filter, 1) for filter in filters])
        else:
            self._ready.set()

    def publish(self, topic, payload):
        self._client.publish(topic, payload, qos=1).wait_for_publish(PATIENCE)

    def leave(self):
        self._client.disconnect()
        self._client.loop_stop()


def password(client_id):
    mac = hmac.new(SECRET.encode(), client_id.encode(), hashlib.sha1)
    return base64.b64encode(mac.digest()).decode()


def now():
    return int(time.time() * 1000)


def same(what, found, expected):
    assert found == expected and type(found) is type(expected), (
        f"{what}: expected {expected!r}, found {found!r}"
    )


def is_recent(what, milliseconds):
    assert type(milliseconds) is int and abs(now() - milliseconds) < 60_000, (
        f"{what}: {milliseconds!r} is not a recent time"
    )


def until(what, find, expected):
    """Waits until `find` returns the expected value."""
    end = time.monotonic() + PATIENCE
    while (found := find()) != expected and time.monotonic() < end:
        time.sleep(0.1)
    same(what, found, expected)


def refused(call, code, status, action, **parameters):
    """Checks that a call is refused with a code and a status. Returns the message."""
    try:
        answer = call(action, **parameters)
    except Refused as error:
        same(f"code of {action} {parameters}", error.code, code)
        same(f"status of {action} {parameters}", error.status, status)
        return error.message
    raise AssertionError(f"{action} {parameters}: expected {code}, found {answer}")


def run(call, mqtt_address, name):
    """Calls all actions with a new group."""
    group = f"GID_{name}"
    create_group(call, group)
    observe_devices(call, group, mqtt_address, name)
    refuse_mistakes(call, group)
    delete_group(call, group)
    print(f"    {name}: passed", flush=True)


def create_group(call, group):
    answer = call("OnsMqttGroupIdCreate", GroupId=group, InstanceId=INSTANCE, Topic="test")
    assert len(answer["RequestId"]) == 36, answer
    message = refused(
        call, "BIZ_SUBSCRIPTION_EXISTED", 400,
        "OnsMqttGroupIdCreate", GroupId=group, InstanceId=INSTANCE,
    )
    assert message, "an error without a message"
    [listed] = groups(call, group)
    same("InstanceId", listed["InstanceId"], INSTANCE)
    same("IndependentNaming", listed["IndependentNaming"], True)
    is_recent("CreateTime", listed["CreateTime"])
    is_recent("UpdateTime", listed["UpdateTime"])


def groups(call, group):
    answer = call("OnsMqttGroupIdList", InstanceId=INSTANCE)
    return [item for item in answer["Data"]["MqttGroupIdDo"] if item["GroupId"] == group]


def observe_devices(call, group, mqtt_address, name):
    receiver_id = f"{group}@@@receiver"
    same("Online before", client(call, receiver_id)["Online"], False)
    receiver = Device(mqtt_address, receiver_id, [f"test/{name}/+"])
    sender = Device(mqtt_address, f"{group}@@@sender")
    try:
        for number in range(5):
            sender.publish(f"test/{name}/a", f"message {number}")
        for number in range(2):
            sender.publish(f"test/p2p/{receiver_id}", f"for you {number}")
        until("messages", lambda: len(receiver.messages), 7)
        see_presence(call, group, receiver_id, name)
        see_history(call, group)
        see_messages(call, name)
    finally:
        receiver.leave()
        sender.leave()
    until("Online after", lambda: client(call, receiver_id)["Online"], False)
    is_recent("LastTouch of a device that left", client(call, receiver_id).get("LastTouch"))


def client(call, client_id):
    answer = call("OnsMqttQueryClientByClientId", ClientId=client_id, InstanceId=INSTANCE)
    return answer["MqttClientInfoDo"]


def see_presence(call, group, receiver_id, name):
    info = client(call, receiver_id)
    same("Online", info["Online"], True)
    same("ClientId", info["ClientId"], receiver_id)
    assert info["SocketChannel"].startswith("/127.0.0.1:"), info
    is_recent("LastTouch", info["LastTouch"])
    [subscription] = info["SubScriptonData"]["SubscriptionDo"]
    same("ParentTopic", subscription["ParentTopic"], "test")
    same("SubTopic", subscription["SubTopic"], f"/{name}/+/")
    same("Qos", subscription["Qos"], 1)

    answer = call("OnsMqttQueryClientByGroupId", GroupId=group, InstanceId=INSTANCE)
    same("OnlineCount of the group", answer["MqttClientSetDo"]["OnlineCount"], 2)
    for sub_topic, expected in [(f"/{name}/b", 1), (f"/{name}/b/", 1), ("/nobody", 0), (None, 0)]:
        parameters = {"SubTopic": sub_topic} if sub_topic else {}
        answer = call(
            "OnsMqttQueryClientByTopic", ParentTopic="test", InstanceId=INSTANCE, **parameters
        )
        same(f"OnlineCount of {sub_topic}", answer["MqttClientSetDo"]["OnlineCount"], expected)


def today():
    """Returns the last ten minutes, without those before midnight in UTC+8."""
    end, hours = now(), 3_600_000
    midnight = (end + 8 * hours) // (24 * hours) * 24 * hours - 8 * hours
    return {"BeginTime": max(end - 600_000, midnight), "EndTime": end + 1000}


def see_history(call, group):
    def ask():
        chart = call(
            "OnsMqttQueryHistoryOnline", GroupId=group, InstanceId=INSTANCE, **today()
        )["Data"]
        same("Title", chart["Title"], "客户端连接数")
        same("XUnit", chart["XUnit"], "时间")
        return chart["Records"]["StatsDataDo"]

    until("most devices", lambda: max((point["Y"] for point in ask()), default=0.0), 2.0)
    is_recent("X", ask()[-1]["X"])


def see_messages(call, name):
    def ask(tps_type, trans_type, **parameters):
        return call(
            "OnsMqttQueryMsgTransTrend", ParentTopic="test", InstanceId=INSTANCE,
            TpsType=tps_type, TransType=trans_type, **parameters, **today(),
        )["Data"]

    def total(tps_type, trans_type, **parameters):
        points = ask(tps_type, trans_type, **parameters)["Records"]["StatsDataDo"]
        return sum(point["Y"] for point in points) if points else 0.0

    sub_topic = f"/{name}/a"
    for trans_type in ["PUB", "SUB"]:
        until("messages", lambda: total("SUM", trans_type, SubTopic=sub_topic), 5.0)
        # An interval lasts one second, so the rates have the same sum.
        same("rates", total("TPS", trans_type, SubTopic=sub_topic), 5.0)
    same("of QoS 1", total("SUM", "PUB", SubTopic=sub_topic, Qos=1), 5.0)
    same("of QoS 2", total("SUM", "PUB", SubTopic=sub_topic, Qos=2), 0.0)
    same("without P2P", total("SUM", "PUB", SubTopic=sub_topic, MsgType="SUB"), 5.0)
    sub_topic = f"/p2p/GID_{name}@@@receiver"
    until("P2P", lambda: total("SUM", "SUB", SubTopic=sub_topic, MsgType="P2P"), 2.0)
    for tps_type, trans_type, title, unit in [
        ("TPS", "PUB", "消息生产TPS", "条/秒"),
        ("TPS", "SUB", "消息消费TPS", "条/秒"),
        ("SUM", "PUB", "消息生产总量", "条"),
        ("SUM", "SUB", "消息消费总量", "条"),
    ]:
        chart = ask(tps_type, trans_type)
        same("Title", chart["Title"], title)
        same("YUnit", chart["YUnit"], unit)


def refuse_mistakes(call, group):
    trend = {
        "ParentTopic": "test", "InstanceId": INSTANCE,
        "TpsType": "SUM", "TransType": "PUB", **today(),
    }
    invalid = "BIZ_FIELD_CHECK_INVALID"
    action = "OnsMqttQueryMsgTransTrend"
    refused(call, invalid, 400, action, **{**trend, "TpsType": "MAX"})
    refused(call, invalid, 400, action, **{**trend, "BeginTime": trend["EndTime"] + 1})
    refused(call, "BIZ_TOPIC_NOT_FOUND", 400, action, **{**trend, "ParentTopic": "nothing"})
    refused(call, "InvalidBeginTime", 400, action, **{**trend, "BeginTime": "noon"})
    action = "OnsMqttGroupIdCreate"
    refused(call, invalid, 400, action, GroupId="no prefix", InstanceId=INSTANCE)
    refused(call, invalid, 400, action, GroupId=group)
    refused(call, "BIZ_TOPIC_NOT_FOUND", 400, action,
            GroupId="GID_new", InstanceId=INSTANCE, Topic="nothing")
    refused(call, "EMPOWER_OWNER_CHECK_ERROR", 400, action, GroupId="GID_new", InstanceId="other")
    action = "OnsMqttQueryClientByGroupId"
    refused(call, "BIZ_SUBSCRIPTION_NOT_FOUND", 400, action,
            GroupId="GID_nobody", InstanceId=INSTANCE)


def delete_group(call, group):
    call("OnsMqttGroupIdDelete", GroupId=group, InstanceId=INSTANCE)
    same("groups after deletion", groups(call, group), [])
    refused(call, "BIZ_SUBSCRIPTION_NOT_FOUND", 400,
            "OnsMqttGroupIdDelete", GroupId=group, InstanceId=INSTANCE)


def throttle(call):
    """Checks a service that allows three requests per minute for actions that have a limit."""
    for _ in range(3):
        call("OnsMqttQueryClientByTopic", ParentTopic="test", InstanceId=INSTANCE)
    refused(call, "Throttling.User", 400,
            "OnsMqttQueryClientByTopic", ParentTopic="test", InstanceId=INSTANCE)
    # Other actions have a separate limit, or none.
    call("OnsMqttGroupIdList", InstanceId=INSTANCE)
    print("    throttling: passed", flush=True)
