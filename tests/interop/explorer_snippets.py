"""Runs the Python code that the API Explorer shows for each action, and compares the answers.

Arguments: address of the API, and folder for the code.
"""

import html
import http.cookiejar
import json
import os
import pathlib
import re
import subprocess
import sys
import urllib.parse
import urllib.request

from official_sdk import caller
from scenario import INSTANCE, KEY_ID, SECRET, same

EXAMPLES = pathlib.Path(__file__).with_name("explorer.json")

# A text with all that a literal may have to escape; the service refuses it and repeats it.
HOSTILE = "a\"b'c\\d$e`f\n\r\t\0\x7f\u0085\u2028{x}%s中\U0001f600"


class Browser:
    """Somebody who has signed in to the pages."""

    def __init__(self, api):
        self._root = f"http://{api}"
        cookies = urllib.request.HTTPCookieProcessor(http.cookiejar.CookieJar())
        self._opener = urllib.request.build_opener(cookies)
        self.fetch("/console/sign-in", {"id": KEY_ID, "secret": SECRET})

    def fetch(self, path, fields=None):
        body = fields and urllib.parse.urlencode(fields).encode()
        with self._opener.open(self._root + path, body) as answer:
            return answer.read().decode()

    def snippet(self, action, fields, form):
        """Returns the code in Python."""
        path = f"/console/explorer/{action}"
        token = re.search('name="-token" value="([^"]*)"', self.fetch(path))[1]
        page = self.fetch(path, {**fields, "-token": token, "-format": form, "-show": "1"})
        assert SECRET not in page
        code = re.search("<summary>Python</summary>.*?<code>(.*?)</code>", page, re.DOTALL)[1]
        return html.unescape(code)


def run(code, folder):
    file = pathlib.Path(folder, "snippet.py")
    file.write_text(code, encoding="utf-8")
    key = {"ALIBABA_CLOUD_ACCESS_KEY_ID": KEY_ID, "ALIBABA_CLOUD_ACCESS_KEY_SECRET": SECRET}
    return subprocess.run(
        [sys.executable, file], capture_output=True, encoding="utf-8", env={**os.environ, **key, "PYTHONUTF8": "1"},
    )


def run_examples(browser, call, folder):
    for example in json.loads(EXAMPLES.read_text(encoding="utf-8")):
        action, fields = example["action"], {**example["fields"], "InstanceId": INSTANCE}
        ended = run(browser.snippet(action, fields, example["format"]), folder)
        same(f"exit code of {action}: {ended.stderr}", ended.returncode, 0)
        if example["format"] == "XML":
            assert example["answer"] in ended.stdout and ended.stdout.startswith("<"), ended.stdout
            continue
        answer = json.loads(ended.stdout)
        assert answer.pop("RequestId"), ended.stdout
        if action in ("OnsMqttGroupIdCreate", "OnsMqttGroupIdDelete"):
            groups = call("OnsMqttGroupIdList", InstanceId=INSTANCE)["Data"]["MqttGroupIdDo"]
            exists = fields["GroupId"] in [group["GroupId"] for group in groups]
            same(f"effect of {action}", exists, action == "OnsMqttGroupIdCreate")
            continue
        expected = call(action, **fields)
        expected.pop("RequestId")
        same(action, answer, expected)


def run_hostile(browser, folder):
    """Checks that every character arrives: the client ID comes back in what the service refuses."""
    fields = {"ClientId": HOSTILE, "InstanceId": INSTANCE}
    code = browser.snippet("OnsMqttQueryClientByClientId", fields, "JSON")
    line = next(line for line in code.split("\n") if '"ClientId"' in line)
    arrived = []
    request = type("Request", (), {"add_query_param": lambda self, *pair: arrived.append(pair)})
    exec(line, {"request": request()})
    same("hostile value", arrived, [("ClientId", HOSTILE)])
    ended = run(code, folder)
    assert ended.returncode == 1 and "BIZ_FIELD_CHECK_INVALID" in ended.stderr, ended


def main(api, folder):
    browser = Browser(api)
    run_examples(browser, caller(api, "JSON", "GET"), folder)
    run_hostile(browser, folder)
    print("    snippets: passed", flush=True)


if __name__ == "__main__":
    main(*sys.argv[1:])
