"""A receiver of webhooks for the tests: what it answers is in the path.

/hook          verifies by the reference library: 204, or 400     /status/503/7   this status, and Retry-After: 7
/redirect      302 to /hook                                       /drop           closes without an answer
/endless       200 and a body without an end                      /headers        200 and 20 kB of headers
/bye           204, and closes a moment later
Each request is written to a folder as JSON.
"""
import argparse
import http.server
import json
import os
import ssl
import sys
import threading

from standardwebhooks.webhooks import Webhook, WebhookVerificationError


class Receiver(http.server.BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"

    def do_POST(self):
        body = self.rfile.read(int(self.headers.get("content-length", 0)))
        self.keep(body)
        path = self.path.split("?")[0]
        try:
            if path == "/hook":
                self.answer(204 if self.is_right(body) else 400)
            elif path.startswith("/status/"):
                status, _, retry = path[len("/status/"):].partition("/")
                self.answer(int(status), {"Retry-After": retry} if retry else {})
            elif path == "/redirect":
                self.answer(302, {"Location": "/hook"})
            elif path == "/endless":
                self.endless()
            elif path == "/headers":
                self.answer(200, {f"X-More-{number}": "x" * 1000 for number in range(20)})
            elif path == "/bye":
                # Without a word, as servers do with a connection that rests.
                self.answer(204)
                self.close_connection = True
            else:
                self.close_connection = True
        except (BrokenPipeError, ConnectionError, ssl.SSLError):
            self.close_connection = True

    do_GET = do_POST

    def endless(self):
        self.close_connection = True
        self.wfile.write(b"HTTP/1.1 200 OK\r\nConnection: close\r\n\r\n")
        while True:
            self.wfile.write(b"x" * 65536)

    def answer(self, status, headers={}):
        self.send_response(status)
        for name, value in headers.items():
            self.send_header(name, value)
        if status != 204:
            self.send_header("Content-Length", "0")
        self.end_headers()

    def is_right(self, body):
        try:
            Webhook(args.secret).verify(body, dict(self.headers))
            return True
        except WebhookVerificationError:
            return False

    def keep(self, body):
        with lock:
            names = [name for name in os.listdir(args.folder) if name.endswith(".json")]
            name = os.path.join(args.folder, f"{len(names) + 1:04}.json")
            kept = {
                "method": self.command,
                "path": self.path,
                "headers": {key.lower(): value for key, value in self.headers.items()},
                "body": body.decode(),
                "name": getattr(self.connection, "asked_for", None),
            }
            with open(name, "w") as file:
                json.dump(kept, file)

    def log_message(self, *_):
        pass


class Server(http.server.ThreadingHTTPServer):
    def shutdown_request(self, request):
        super().shutdown_request(request)
        open(os.path.join(args.folder, "closed"), "w").close()


def end_with_the_test():
    sys.stdin.read()
    os._exit(0)


def note_name(connection, name, _):
    connection.asked_for = name


lock = threading.Lock()
parser = argparse.ArgumentParser()
parser.add_argument("--folder", required=True)
parser.add_argument("--certificate")
parser.add_argument("--key")
parser.add_argument("--secret", required=True)
args = parser.parse_args()
server = Server(("127.0.0.1", 0), Receiver)
if args.certificate:
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(args.certificate, args.key)
    context.sni_callback = note_name
    server.socket = context.wrap_socket(server.socket, server_side=True)
threading.Thread(target=end_with_the_test, daemon=True).start()
print(server.server_address[1], flush=True)
server.serve_forever()
