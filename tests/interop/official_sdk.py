"""Tests the service with aliyun-python-sdk-ons 3.1.1, which uses aliyun-python-sdk-core.

Arguments: address of the API, address of the broker, and address of the API of a second service,
which allows three requests per minute.
"""

import importlib
import json
import sys
import xml.etree.ElementTree as ElementTree

from aliyunsdkcore.acs_exception.exceptions import ServerException
from aliyunsdkcore.client import AcsClient

import scenario
from scenario import KEY_ID, REGION, SECRET, Refused, refused

LISTS = {"MqttGroupIdDo", "SubscriptionDo", "StatsDataDo"}
WRAPPERS = {"Data": "MqttGroupIdDo", "SubScriptonData": "SubscriptionDo", "Records": "StatsDataDo"}
TYPES = {
    **dict.fromkeys(["CreateTime", "UpdateTime", "LastTouch", "X", "Qos", "OnlineCount"], int),
    **dict.fromkeys(["Online", "IndependentNaming"], lambda text: {"true": True, "false": False}[text]),
    "Y": float,
}


def caller(api, form, method, place="query", key_id=KEY_ID, secret=SECRET, region=REGION):
    """Returns a `call` that uses a format, a method, and parameters in query or body."""
    client = AcsClient(key_id, secret, region)

    def call(action, **parameters):
        module = importlib.import_module(f"aliyunsdkons.request.v20190214.{action}Request")
        request = getattr(module, f"{action}Request")()
        request.set_endpoint(api)
        request.set_accept_format(form)
        request.set_method(method)
        for name, value in parameters.items():
            if place == "body":
                request.add_body_params(name, value)
            else:
                getattr(request, f"set_{name}")(value)
        return ask_json(client, request) if form == "JSON" else ask_xml(client, request, action)

    return call


def ask_json(client, request):
    try:
        return json.loads(client.do_action_with_exception(request))
    except ServerException as error:
        status = error.get_http_status()
        raise Refused(error.get_error_code(), status, error.get_error_msg()) from error


def ask_xml(client, request, action):
    """Reads the XML body here: the SDK raises errors only from JSON, and does not parse XML."""
    status, _, body = client.get_response(request)
    root = ElementTree.fromstring(body)
    if status != 200:
        scenario.same("root of an error", root.tag, "Error")
        raise Refused(root.findtext("Code"), status, root.findtext("Message"))
    scenario.same("root", root.tag, f"{action}Response")
    return read_element(root)


def read_element(element):
    children = list(element)
    if not children and element.tag in WRAPPERS:
        return {WRAPPERS[element.tag]: []}
    if not children:
        return TYPES.get(element.tag, str)(element.text or "")
    value = {}
    for child in children:
        if child.tag in LISTS:
            value.setdefault(child.tag, []).append(read_element(child))
        else:
            value[child.tag] = read_element(child)
    return value


def refuse_callers(api):
    """Checks the errors that the SDK raises for callers that are refused."""
    action = {"action": "OnsMqttGroupIdList", "InstanceId": scenario.INSTANCE}
    # The strings to sign are equal, so the SDK concludes that the secret is wrong.
    refused(caller(api, "JSON", "GET", secret="wrong"), "InvalidAccessKeySecret", 400, **action)
    refused(caller(api, "JSON", "POST", secret="wrong"), "InvalidAccessKeySecret", 400, **action)
    refused(caller(api, "XML", "GET", secret="wrong"), "SignatureDoesNotMatch", 400, **action)
    refused(caller(api, "JSON", "GET", key_id="who"), "InvalidAccessKeyId.NotFound", 404, **action)
    refused(caller(api, "JSON", "GET", region="mars-1"), "BIZ_REGION_NOT_FOUND", 400, **action)
    refused(caller(api, "JSON", "GET"), "MissingGroupId", 400, "OnsMqttGroupIdCreate")
    # An old parameter, which is signed but has no effect.
    caller(api, "JSON", "GET")(**action, PreventCache=scenario.now())
    print("    refusals: passed", flush=True)


def main(api, mqtt, throttling_api):
    for form in ["JSON", "XML"]:
        for method, place in [("GET", "query"), ("POST", "query"), ("POST", "body")]:
            call = caller(api, form, method, place)
            scenario.run(call, mqtt, f"{form}_{method}_{place}".lower())
    refuse_callers(api)
    scenario.throttle(caller(throttling_api, "JSON", "GET"))


if __name__ == "__main__":
    main(*sys.argv[1:])
