"""A server that speaks the Mastodon API, on loopback, for the demonstration (PyPI package mastodon_mock)."""

import os
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path


def token(username: str) -> str:
    """The access token of one of its accounts; known only to a server that lives for one demonstration."""
    return f"demonstration-{username}"


class NoPeer(RuntimeError):
    """The server could not be started; the message says why."""


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def _answers(url: str) -> bool:
    try:
        with urllib.request.urlopen(f"{url}/api/v1/instance", timeout=2) as answer:  # noqa: S310
            return bool(answer.status == 200)
    except (urllib.error.URLError, OSError):
        return False


@contextmanager
def mastodon(folder: Path, usernames: Iterable[str]) -> Iterator[str]:
    """Run the server with these accounts until the block ends; gives its address.

    Raises:
        NoPeer: it is not installed or did not answer within 30 seconds.
    """
    folder.mkdir(parents=True, exist_ok=True)
    port = _free_port()
    url = f"http://127.0.0.1:{port}"
    (folder / "peer.toml").write_text(
        f'domain = "127.0.0.1:{port}"\nurl_scheme = "http"\n[database]\npath = "{folder / "peer.sqlite"}"\n'
        + "".join(
            f'[[seed.accounts]]\nusername = "{name}"\naccess_token = "{token(name)}"\nbot = false\n'
            for name in usernames
        )
    )
    (folder / "peer.sqlite").unlink(missing_ok=True)
    program = Path(sys.executable).parent / "mastodon_mock"
    if not program.exists():
        raise NoPeer("mastodon_mock is not installed. Run make demo, which installs it.")
    with (folder / "peer.log").open("w") as log:
        process = subprocess.Popen(
            [
                program,
                "serve",
                "--config",
                str(folder / "peer.toml"),
                "--host",
                "127.0.0.1",
                "--port",
                str(port),
            ],
            stdout=log,
            stderr=log,
            cwd=folder,
            env={"PATH": os.environ.get("PATH", ""), "HOME": str(folder)},
        )
        try:
            for _ in range(150):
                if _answers(url):
                    break
                if process.poll() is not None:
                    raise NoPeer(f"The Mastodon-API server ended at once; see {folder / 'peer.log'}.")
                time.sleep(0.2)
            else:
                raise NoPeer("The Mastodon-API server did not answer within 30 seconds.")
            yield url
        finally:
            process.terminate()
            try:
                process.wait(timeout=5)
            except subprocess.TimeoutExpired:
                process.kill()
