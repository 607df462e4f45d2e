"""Tests the service with alibabacloud_ons20190214 1.0.2 (Tea).

Arguments: address of the API, address of the broker, and address of the API of a second service,
which allows three requests per minute.
"""

import re
import sys

from alibabacloud_ons20190214 import models
from alibabacloud_ons20190214.client import Client
from alibabacloud_tea_openapi.models import Config
from Tea.exceptions import TeaException

import scenario
from scenario import KEY_ID, REGION, SECRET, Refused, refused


def caller(api, key_id=KEY_ID, secret=SECRET):
    config = Config(
        access_key_id=key_id, access_key_secret=secret,
        endpoint=api, protocol="http", region_id=REGION,
    )
    client = Client(config)

    def call(action, **parameters):
        request = getattr(models, f"{action}Request")().from_map(parameters)
        method = re.sub(r"(?<!^)(?=[A-Z])", "_", action).lower()
        try:
            return getattr(client, method)(request).body.to_map()
        except TeaException as error:
            raise Refused(error.code, error.statusCode, error.message) from error

    return call


def main(api, mqtt, throttling_api):
    scenario.run(caller(api), mqtt, "tea")
    action = {"action": "OnsMqttGroupIdList", "InstanceId": scenario.INSTANCE}
    refused(caller(api, secret="wrong"), "SignatureDoesNotMatch", 400, **action)
    refused(caller(api, key_id="who"), "InvalidAccessKeyId.NotFound", 404, **action)
    print("    refusals: passed", flush=True)
    scenario.throttle(caller(throttling_api))


if __name__ == "__main__":
    main(*sys.argv[1:])
