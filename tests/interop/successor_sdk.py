"""Tests the service generated from onsmqtt-2020-04-20.api-docs.json.

Uses alibabacloud-onsmqtt20200420 1.7.1, and runs the Python code that its API Explorer shows.

Argument: address of the API. The service answers with the examples in that file.
"""

import json
import sys
import tempfile

from alibabacloud_onsmqtt20200420 import models
from alibabacloud_onsmqtt20200420.client import Client
from alibabacloud_tea_openapi.models import Config
from Tea.exceptions import TeaException

from explorer_snippets import Browser, run
from scenario import KEY_ID, REGION, SECRET, same

INSTANCE = "post-cn-test"
GROUP = {
    "GroupId": "GID_test", "InstanceId": INSTANCE, "IndependentNaming": True,
    "CreateTime": 1589788800000, "UpdateTime": 1589788860000,
    "Tags": [],  # added by the SDK
}


def client(api, algorithm, key_id=KEY_ID, secret=SECRET):
    return Client(Config(
        access_key_id=key_id, access_key_secret=secret, endpoint=api, protocol="http",
        region_id=REGION, signature_algorithm=algorithm,
    ))


def answers(call):
    """Calls every action and checks what the SDK reads from the answer."""
    group = {"group_id": "GID_test", "instance_id": INSTANCE}
    table = [
        (call.create_group_id, models.CreateGroupIdRequest(**group), {}),
        (call.delete_group_id, models.DeleteGroupIdRequest(**group), {}),
        (call.list_group_id, models.ListGroupIdRequest(instance_id=INSTANCE), {"Data": [GROUP]}),
        (
            call.query_session_by_client_id,
            models.QuerySessionByClientIdRequest(client_id="GID_test@@@1", instance_id=INSTANCE),
            {"OnlineStatus": True},
        ),
        (
            call.batch_query_session_by_client_ids,
            models.BatchQuerySessionByClientIdsRequest(
                client_id_list=["GID_test@@@1", "GID_test@@@2"], instance_id=INSTANCE,
            ),
            {"OnlineStatusList": [
                {"ClientId": "GID_test@@@1", "OnlineStatus": True},
                {"ClientId": "GID_test@@@2", "OnlineStatus": False},
            ]},
        ),
    ]
    ids = set()
    for method, request, expected in table:
        response = method(request)
        body = response.body.to_map()
        same(f"status of {method.__name__}", response.status_code, 200)
        ids.add(body.pop("RequestId"))
        same(method.__name__, body, expected)
    same("number of distinct request IDs", len(ids), len(table))


def refused(call, code, status, request):
    try:
        call.list_group_id(request)
    except TeaException as error:
        same(f"refused with {code}", (error.code, error.statusCode), (code, status))
    else:
        raise AssertionError(f"not refused with {code}")


def snippets(api):
    """Runs the code for a call with a list, which the SDK signs with ACS3."""
    browser = Browser(api)
    action, ids = "BatchQuerySessionByClientIds", ["GID_test@@@1", "GID_test@@@2"]
    fields = {"ClientIdList": "\n".join(ids), "InstanceId": INSTANCE}
    with tempfile.TemporaryDirectory() as folder:
        for form in ["JSON", "XML"]:
            ended = run(browser.snippet(action, fields, form), folder)
            same(f"exit code of {action}: {ended.stderr}", ended.returncode, 0)
            if form == "XML":
                assert ended.stdout.startswith("<"), ended.stdout
            else:
                listed = json.loads(ended.stdout)["OnlineStatusList"]
                same(action, [status["ClientId"] for status in listed], ids)


def main(api):
    for name, algorithm in [("ACS3", None), ("v2", "v2")]:
        answers(client(api, algorithm))
        request = models.ListGroupIdRequest(instance_id=INSTANCE)
        wrong = client(api, algorithm, secret="wrong")
        refused(wrong, "SignatureDoesNotMatch", 400, request)
        stranger = client(api, algorithm, key_id="who")
        refused(stranger, "InvalidAccessKeyId.NotFound", 404, request)
        refused(client(api, algorithm), "MissingInstanceId", 400, models.ListGroupIdRequest())
        print(f"    {name}: passed", flush=True)
    snippets(api)
    print("    snippets: passed", flush=True)


if __name__ == "__main__":
    main(*sys.argv[1:])
