"""Real servers on loopback for tests: a Mastodon-API server, and a line to it that loses answers."""

import http.client
import json
import socket
import subprocess
import sys
import threading
import time
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

ACCOUNTS = ("police", "citizen")


def free_port() -> int:
    """A loopback port that nobody uses now."""
    with socket.socket() as s:
        s.bind(("127.0.0.1", 0))
        return s.getsockname()[1]


@dataclass(frozen=True)
class MastodonPeer:
    """A running `mastodon_mock` with the accounts ACCOUNTS; each account's token is '<name>_token'."""

    url: str

    def token(self, account: str) -> str:
        return f"{account}_token"

    def uri(self, account: str) -> str:
        return f"{self.url}/@{account}"

    def post(self, account: str, text: str, *, visibility: str = "public") -> dict[str, Any]:
        """Post as somebody else would, past our own connector."""
        return self.ask(account, "POST", "/api/v1/statuses", {"status": text, "visibility": visibility})

    def posts_of(self, account: str) -> list[str]:
        """The text of every post of an account, newest first, as the server keeps it."""
        me = self.ask(account, "GET", "/api/v1/accounts/verify_credentials")["id"]
        statuses = self.ask(account, "GET", f"/api/v1/accounts/{me}/statuses?limit=40")
        return [self.ask(account, "GET", f"/api/v1/statuses/{s['id']}/source")["text"] for s in statuses]

    def fault(self, **rule: Any) -> None:
        """Let the server fail on purpose; see its fault rules."""
        self.ask("police", "POST", "/api/v1/_mock/faults", rule)

    def heal(self) -> None:
        """End all faults."""
        self.ask("police", "DELETE", "/api/v1/_mock/faults")

    def ask(self, account: str, method: str, path: str, body: dict[str, Any] | None = None) -> Any:
        request = urllib.request.Request(
            self.url + path,
            method=method,
            data=json.dumps(body).encode() if body is not None else None,
            headers={"Authorization": f"Bearer {self.token(account)}", "Content-Type": "application/json"},
        )
        with urllib.request.urlopen(request, timeout=10) as answer:
            text = answer.read()
        return json.loads(text) if text else None


@contextmanager
def mastodon(folder: Path, *, accounts: tuple[str, ...] = ACCOUNTS) -> Iterator[MastodonPeer]:
    """Run `mastodon_mock` on a free loopback port until the block ends; `folder` holds its database."""
    port = free_port()
    config = folder / "mastodon.toml"
    seeds = "".join(f'[[seed.accounts]]\nusername = "{a}"\naccess_token = "{a}_token"\n' for a in accounts)
    config.write_text(
        f'domain = "127.0.0.1:{port}"\nurl_scheme = "http"\n'
        f'[database]\npath = "{folder / "mastodon.sqlite3"}"\n'
        f"[auth]\nenforce_scopes = true\n{seeds}"
    )
    program = Path(sys.executable).parent / "mastodon_mock"
    log = (folder / "mastodon.log").open("w")
    server = subprocess.Popen(
        [program, "serve", "--config", config, "--host", "127.0.0.1", "--port", str(port)],
        cwd=folder,
        stdout=log,
        stderr=subprocess.STDOUT,
    )
    try:
        peer = MastodonPeer(f"http://127.0.0.1:{port}")
        _wait(peer, server, folder)
        yield peer
    finally:
        server.terminate()
        server.wait(10)
        log.close()


def _wait(peer: MastodonPeer, server: subprocess.Popen, folder: Path) -> None:
    for _ in range(300):
        if server.poll() is not None:
            break
        try:
            peer.ask("police", "GET", "/api/v1/instance")
            return
        except OSError:
            time.sleep(0.1)
    raise RuntimeError("mastodon_mock did not start: " + (folder / "mastodon.log").read_text()[-500:])


@dataclass
class Line:
    """A line to a server that can lose answers after delivering requests, or drop a header on the way."""

    url: str
    lose_next: int = 0  # answers to POST that never come back
    drop_headers: set[str] = field(default_factory=set)
    delivered: list[tuple[str, str]] = field(default_factory=list)


@contextmanager
def line_to(peer: MastodonPeer) -> Iterator[Line]:
    """A proxy in front of `peer`: what is sent arrives, what is answered may get lost."""
    target = peer.url.removeprefix("http://")
    line = Line(url="")

    class Relay(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def _pass_on(self) -> None:
            body = self.rfile.read(int(self.headers.get("Content-Length") or 0))
            headers = {k: v for k, v in self.headers.items() if k.lower() not in line.drop_headers}
            headers["Host"] = target
            upstream = http.client.HTTPConnection(target, timeout=20)
            upstream.request(self.command, self.path, body=body, headers=headers)
            answer = upstream.getresponse()
            content = answer.read()
            upstream.close()
            line.delivered.append((self.command, self.path))
            if self.command == "POST" and line.lose_next:
                line.lose_next -= 1
                self.close_connection = True
                return
            self.send_response(answer.status)
            for name, value in answer.getheaders():
                if name.lower() not in (
                    "transfer-encoding",
                    "content-length",
                    "connection",
                    "date",
                    "server",
                ):
                    self.send_header(name, value)
            self.send_header("Content-Length", str(len(content)))
            self.end_headers()
            self.wfile.write(content)

        do_GET = do_POST = do_DELETE = do_PUT = _pass_on

        def log_message(self, *args: object) -> None:
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Relay)
    line.url = f"http://127.0.0.1:{server.server_port}"
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    try:
        yield line
    finally:
        server.shutdown()
        server.server_close()
