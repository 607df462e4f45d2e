"""Compares what the official SDK and the generated client put on a socket, for every action.

Arguments: metadata of a product, and the program that sends requests of the generated client
(tests/interop/sender). Each action is called with every parameter, and with the required ones only,
signed both in parameters and in headers. The SDK is alibabacloud-tea-openapi; what a generated
package adds to it is done here as those packages do it: see `sdk_request`.
"""

import http.server
import json
import subprocess
import sys
import threading
import urllib.parse

from alibabacloud_tea_openapi import utils_models
from alibabacloud_tea_openapi.client import Client
from alibabacloud_tea_openapi.utils import Utils
from darabonba.runtime import RuntimeOptions

SIGNATURES = {"rpc": "v2", "acs3": None}

# Common parameters that differ in every request.
UNIQUE = {"Timestamp", "SignatureNonce", "Signature"}

# Common parameters, whose names an action may have for its own only if it is signed in headers.
COMMON = UNIQUE | {
    "AccessKeyId", "Action", "Format", "SecurityToken", "SignatureMethod", "SignatureType", "SignatureVersion", "Version",
}

# Headers that say what is sent; all others belong to the transport.
HEADERS = ["content-type", "content-length", "x-acs-action", "x-acs-version", "x-acs-content-sha256"]

# Depth at which a recursive type ends.
DEPTH = 4


class Socket:
    """A server that remembers the last request."""

    def __init__(self):
        self.last = None
        remember = self

        class Handler(http.server.BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"

            def answer(self):
                length = int(self.headers.get("content-length") or 0)
                remember.last = Request(self, self.rfile.read(length).decode())
                self.send_response(200)
                self.send_header("content-length", "2")
                self.send_header("content-type", "application/json")
                self.end_headers()
                self.wfile.write(b"{}")

            do_GET = do_POST = do_PUT = do_DELETE = answer

            def log_message(self, *_):
                pass

        self.server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.server.daemon_threads = True
        self.address = f"127.0.0.1:{self.server.server_port}"
        threading.Thread(target=self.server.serve_forever, daemon=True).start()

    def take(self):
        request, self.last = self.last, None
        return request


class Request:
    """What a request says, without what differs in every request."""

    def __init__(self, received, body):
        path, _, query = received.path.partition("?")
        headers = {name: received.headers.get(name) for name in HEADERS}
        # The hash follows from the body, whose escapes may differ.
        in_headers = headers["x-acs-content-sha256"] = headers["x-acs-content-sha256"] is not None
        headers["content-length"] = headers["content-length"] == "0" or bool(body)
        if in_headers:
            signed, unique = (received.headers.get("authorization") or "").split(" ")[0], set()
        else:
            signed, unique = "Signature=" in query, UNIQUE
            # The SDK repeats two parameters in headers, which nobody reads.
            headers["x-acs-action"] = headers["x-acs-version"] = None
        self.facts = {
            "method": received.command,
            "path": path,
            "signed": signed,
            "query": pairs(query, unique),
            "form": pairs(body, unique),
            **headers,
        }


def pairs(text, unique):
    found = urllib.parse.parse_qsl(text, keep_blank_values=True)
    # The Python SDK writes `True`, `json` and `None`; those in other languages write the rest.
    lower = {"True": "true", "False": "false", "json": "JSON"}
    return sorted((name, comparable(lower.get(value, value))) for name, value in found if name not in unique)


def comparable(value):
    """Returns the content of JSON text, whose spaces and order may differ."""
    if value[:1] in ("[", "{"):
        try:
            return json.dumps(json.loads(value), sort_keys=True)
        except ValueError:
            pass
    return value


class Metadata:
    """The metadata of a product."""

    def __init__(self, path):
        with open(path, encoding="utf-8") as file:
            self.document = json.load(file)
        self.version = self.document["info"]["version"]
        self.schemas = (self.document.get("components") or {}).get("schemas") or {}

    def actions(self):
        return self.document["apis"].items()

    def resolve(self, schema):
        reference = schema.get("$ref")
        return self.schemas.get(reference.rsplit("/", 1)[-1], {}) if reference else schema

    def value(self, schema, depth=0):
        """Returns a value of a type, with every member; `None` if it has no end."""
        schema = self.resolve(schema)
        kind = schema.get("type")
        known = [value for value in schema.get("enum") or [] if value not in (None, "")]
        if kind == "integer":
            return int(known[0]) if known else 7
        if kind == "number":
            return 1.5
        if kind == "boolean":
            return True
        if kind == "array":
            items = [self.value(schema.get("items") or {}, depth + 1)] * 2
            return None if depth > DEPTH or None in items else items
        if kind == "object" and depth > DEPTH:
            return None
        if kind == "object" and schema.get("properties"):
            members = schema["properties"].items()
            values = {name: self.value(member, depth + 1) for name, member in members}
            return {name: value for name, value in values.items() if value is not None}
        if kind == "object":
            inner = schema.get("additionalProperties")
            inner = inner if isinstance(inner, dict) else {"type": "string"}
            value = self.value(inner, depth + 1)
            return None if value is None else {"one": value, "two": value}
        return str(known[0]) if known else "a b&c+中"


def is_item(name, schemas, metadata):
    """Returns whether a parameter is part of a list beside it. The import keeps the list alone."""
    words = name.split(".")
    lists = [".".join(words[:at]) for at, word in enumerate(words) if word.isdigit()]
    return any(metadata.resolve(schemas.get(outer, {})).get("type") == "array" for outer in lists)


def sdk_request(parameters, values):
    """Returns query and form as the packages of the official SDKs build them from metadata."""
    places = {"query": {}, "formData": {}}
    for parameter in parameters:
        name, style = parameter["name"], parameter.get("style")
        value = values.get(name)
        if value is None or parameter["in"] not in places:
            continue
        if style in ("json", "simple") and isinstance(value, (dict, list)):
            value = Utils.array_to_string_with_specified_style(value, name, style)
        places[parameter["in"]][name] = value
    has_form = any(parameter["in"] == "formData" for parameter in parameters)
    return utils_models.OpenApiRequest(
        query=Utils.query(places["query"]),
        body=Utils.parse_to_map(places["formData"]) if has_form else None,
    )


def method(action):
    """Returns the method that the packages use: POST where it is accepted."""
    accepted = [word.upper() for word in action.get("methods") or ["post"]]
    return next((word for word in ["POST", "GET"] if word in accepted), accepted[0])


def call_sdk(metadata, client, name, action, values):
    ways = [way for item in action.get("security") or [{"AK": []}] for way in item]
    params = utils_models.Params(
        action=name, version=metadata.version, protocol="HTTP", method=method(action), pathname="/",
        auth_type="Anonymous" if ways == ["Anonymous"] else "AK",
        style="RPC", req_body_type="formData", body_type="json",
    )
    client.call_api(params, sdk_request(action.get("parameters") or [], values), RuntimeOptions())


def sdk_client(address, algorithm):
    config = utils_models.Config(
        access_key_id="testid", access_key_secret="testsecret", endpoint=address, protocol="http",
        signature_algorithm=algorithm,
    )
    return Client(config)


def differences(sdk, ours):
    if ours is None:
        return ["nothing was sent"]
    found = []
    for fact, expected in sdk.facts.items():
        actual = ours.facts[fact]
        if expected == actual:
            continue
        if fact in ("query", "form"):
            missing = [pair for pair in expected if pair not in actual]
            extra = [pair for pair in actual if pair not in expected]
            found.append(f"{fact}: the SDK sends {missing}, the client {extra}")
        else:
            found.append(f"{fact}: the SDK sends {expected!r}, the client {actual!r}")
    return found


def main(path, sender):
    metadata = Metadata(path)
    socket = Socket()
    clients = {name: sdk_client(socket.address, algorithm) for name, algorithm in SIGNATURES.items()}
    ours = subprocess.Popen(
        [sender, f"http://{socket.address}/"],
        stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True, encoding="utf-8",
    )
    compared = different = 0
    for name, action in metadata.actions():
        parameters = action.get("parameters") or []
        # If the metadata lists a parameter twice, the first one counts, as for the import.
        schemas = {p["name"]: p.get("schema") or {} for p in reversed(parameters)}
        schemas = {key: schema for key, schema in schemas.items() if not is_item(key, schemas, metadata)}
        every = {key: metadata.value(schema) for key, schema in schemas.items()}
        required = {key: every[key] for key, schema in schemas.items() if schema.get("required")}
        for values in [every] if every == required else [every, required]:
            values = {key: value for key, value in values.items() if value is not None}
            for signature, client in clients.items():
                if signature == "rpc" and COMMON & schemas.keys():
                    continue
                call_sdk(metadata, client, name, action, values)
                expected = socket.take()
                ours.stdin.write(f"{signature}\t{name}\t{json.dumps(values)}\n")
                ours.stdin.flush()
                said = ours.stdout.readline().strip()
                found = differences(expected, socket.take()) + [said] * (said != "sent")
                compared += 1
                different += bool(found)
                for line in found:
                    print(f"    {name}, {signature}: {line}")
    ours.stdin.close()
    ours.wait()
    print(f"    {compared} requests of {len(metadata.document['apis'])} actions, {different} differ")
    return 1 if different else 0


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:]))
