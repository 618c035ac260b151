"""A mail server for the tests: what it answers is in the recipient's local part.

r550-5.1.1   refuses RCPT with this code and status     d554-5.7.1   refuses the message after DATA
droprcpt     closes at RCPT                             drop         takes the message and closes without an answer
hang         takes the message and never answers        bye          takes the message, answers, and closes
anything     is taken
What is taken is written to a folder, each message as JSON.
"""
import argparse
import asyncio
import base64
import json
import logging
import os
import ssl
import sys
import threading
import warnings

from aiosmtpd.smtp import SMTP, AuthResult


class Handler:
    def __init__(self, folder, per_connection):
        self.folder = folder
        self.per_connection = per_connection
        self.count = 0

    @staticmethod
    def wish(address):
        return address.rsplit("@", 1)[0]

    @staticmethod
    def refusal(wish, letter):
        if wish[:1] == letter and wish[1:4].isdigit():
            code, _, status = wish[1:].partition("-")
            return f"{code} {status} not <someone@example.com>".replace("  ", " ")
        return None

    async def handle_MAIL(self, server, session, envelope, address, options):
        if getattr(session, "taken", 0) == self.per_connection:
            asyncio.get_running_loop().call_soon(server.transport.close)
            return "421 4.7.0 too many messages"
        refused = self.refusal(self.wish(address), "m")
        if refused:
            return refused
        envelope.mail_from = address
        envelope.mail_options.extend(options)
        return "250 OK"

    async def handle_RCPT(self, server, session, envelope, address, options):
        wish = self.wish(address)
        if wish == "droprcpt":
            server.transport.abort()
            return "250 OK"
        refused = self.refusal(wish, "r")
        if refused:
            return refused
        envelope.rcpt_tos.append(address)
        return "250 OK"

    async def handle_DATA(self, server, session, envelope):
        wish = self.wish(envelope.rcpt_tos[0])
        refused = self.refusal(wish, "d")
        if refused:
            return refused
        self.keep(session, envelope)
        if wish == "hang":
            await asyncio.sleep(3600)
        if wish == "drop":
            server.transport.abort()
        if wish == "bye":
            asyncio.get_running_loop().call_later(0.05, self.close, server.transport)
        return f"250 2.0.0 Ok: queued as Q{self.count} for someone@example.com"

    def close(self, transport):
        transport.close()
        asyncio.get_running_loop().call_later(0.05, open(os.path.join(self.folder, "closed"), "w").close)

    def keep(self, session, envelope):
        self.count += 1
        session.taken = getattr(session, "taken", 0) + 1
        kept = {
            "from": envelope.mail_from,
            "to": envelope.rcpt_tos,
            "options": envelope.mail_options,
            "data": base64.b64encode(envelope.original_content).decode(),
            "peer": session.peer[1],
            "hello": session.host_name,
            "login": None if session.auth_data is None else session.auth_data.decode(),
            "tls": session.ssl is not None,
        }
        name = os.path.join(self.folder, f"{self.count:04}.json")
        with open(name + ".part", "w") as file:
            json.dump(kept, file)
        os.rename(name + ".part", name)


class Injecting(SMTP):
    """Someone on the way puts an answer in before TLS begins."""

    async def push(self, status):
        if status.startswith("220 Ready to start TLS"):
            status += "\r\n250 put in"
        await super().push(status)


def authenticator(user, password):
    def check(server, session, envelope, mechanism, data):
        is_right = data.login == user.encode() and data.password == password.encode()
        return AuthResult(success=is_right, handled=False, auth_data=data.login)

    return check


async def serve(args):
    handler = Handler(args.folder, args.per_connection)
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(args.certificate, args.key)
    options = {"hostname": "mail.example.com", "enable_SMTPUTF8": args.utf8}
    if args.security == "starttls":
        options.update(tls_context=context, require_starttls=True)
    if args.login:
        user, password = args.login.split(":")
        options.update(auth_required=True, authenticator=authenticator(user, password))
        options.update(auth_require_tls=args.security == "starttls")
    kind = Injecting if args.inject else SMTP
    loop = asyncio.get_running_loop()
    direct = context if args.security == "tls" else None
    server = await loop.create_server(lambda: kind(handler, **options), args.address, 0, ssl=direct)
    print(server.sockets[0].getsockname()[1], flush=True)
    await server.serve_forever()


def end_with_the_test():
    sys.stdin.read()
    os._exit(0)


parser = argparse.ArgumentParser()
parser.add_argument("--folder", required=True)
parser.add_argument("--certificate", required=True)
parser.add_argument("--key", required=True)
parser.add_argument("--security", choices=["starttls", "tls", "none"], required=True)
parser.add_argument("--login")
parser.add_argument("--address", default="127.0.0.1")
parser.add_argument("--per-connection", type=int)
parser.add_argument("--utf8", action="store_true")
parser.add_argument("--inject", action="store_true")
# The tests make it fail on purpose.
logging.getLogger("mail").setLevel(logging.CRITICAL + 1)
warnings.simplefilter("ignore")
threading.Thread(target=end_with_the_test, daemon=True).start()
asyncio.run(serve(parser.parse_args()))
