"""Keeps which devices are online, from the status notifications of a webhook. Run it with a port and the secret."""

import base64
import hmac
import json
import sys
import time
from collections import defaultdict
from http.server import BaseHTTPRequestHandler, HTTPServer

key = base64.b64decode(sys.argv[2].removeprefix("whsec_"))
channels = defaultdict(set)


class Webhook(BaseHTTPRequestHandler):
    def do_POST(self):
        body = self.rfile.read(int(self.headers["content-length"]))
        sent = self.headers["webhook-timestamp"]
        signed = f"{self.headers['webhook-id']}.{sent}.".encode() + body
        expected = "v1," + base64.b64encode(hmac.digest(key, signed, "sha256")).decode()
        given = self.headers["webhook-signature"].split()
        genuine = any(hmac.compare_digest(expected, one) for one in given)
        if genuine and abs(time.time() - int(sent)) < 300:
            for event in json.loads(body)["events"]:
                channel = channels[event["clientId"]]
                (channel.add if event["eventType"] == "connect" else channel.discard)(event["channelId"])
                print(event["clientId"], "online" if channel else "offline", flush=True)
            self.send_response(204)
        else:
            self.send_response(401)
        self.end_headers()

    def log_message(self, *_):
        pass


server = HTTPServer(("127.0.0.1", int(sys.argv[1])), Webhook)
print("listens on", server.server_port, flush=True)
server.serve_forever()
