"""A mail server of the tests: it takes mails of who signs in with the right password, and keeps them."""

from __future__ import annotations

import base64
import secrets
import socketserver
import threading
from email import message_from_bytes, policy
from email.message import EmailMessage

from family_pairing.embedded import HOST

USER = "family-pairing"


class MailServer(socketserver.ThreadingTCPServer):
    """Listens on a free port of this machine while it is open."""

    daemon_threads = True

    def __init__(self) -> None:
        super().__init__((HOST, 0), Conversation)
        self.password = secrets.token_hex(16)
        self.mails: list[EmailMessage] = []
        threading.Thread(target=self.serve_forever, daemon=True).start()

    @property
    def port(self) -> int:
        """Return where it listens."""
        port: int = self.server_address[1]
        return port

    @property
    def proof(self) -> bytes:
        """Return what the one account that may send signs in with."""
        return base64.b64encode(f"\0{USER}\0{self.password}".encode())

    def close(self) -> None:
        """End it."""
        self.shutdown()
        self.server_close()


class Conversation(socketserver.StreamRequestHandler):
    """One connection, as RFC 5321 and RFC 4954 have it."""

    server: MailServer
    is_known = False

    def handle(self) -> None:
        """Answer line by line until the end."""
        self.say("220 mail")
        while line := self.rfile.readline():
            verb, _, rest = line.strip().partition(b" ")
            self.answer(verb.upper(), rest)

    def answer(self, verb: bytes, rest: bytes) -> None:
        """Answer one line."""
        match verb:
            case b"EHLO":
                self.say("250-mail", "250 AUTH PLAIN")
            case b"AUTH":
                self.is_known = rest == b"PLAIN " + self.server.proof
                self.say("235 welcome" if self.is_known else "535 who are you?")
            case b"MAIL" | b"RCPT" if not self.is_known:
                self.say("530 sign in first")
            case b"DATA":
                self.say("354 go on")
                self.server.mails.append(self.mail())
                self.say("250 taken")
            case b"QUIT":
                self.say("221 bye")
            case _:
                self.say("250 well")

    def mail(self) -> EmailMessage:
        """Read one mail."""
        lines = iter(self.rfile.readline, b".\r\n")
        return message_from_bytes(b"".join(lines), policy=policy.default)

    def say(self, *lines: str) -> None:
        """Send lines."""
        self.wfile.write("".join(f"{line}\r\n" for line in lines).encode())
