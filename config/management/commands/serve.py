"""manage.py serve: web pages, worker and schedule in one process."""

import errno
import signal
import socket
import sys
from typing import Any

from django.core.management import call_command
from django.core.management.base import BaseCommand, CommandParser


def port_is_free(host: str, port: int) -> bool:
    """Whether we could listen there."""
    with socket.socket(socket.AF_INET6 if ":" in host else socket.AF_INET, socket.SOCK_STREAM) as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((host, port))
        except OSError as error:
            if error.errno in (errno.EADDRINUSE, errno.EACCES, errno.EADDRNOTAVAIL):
                return False
            raise
    return True


class Command(BaseCommand):
    help = "Serve the web pages, the worker and the schedule in one process (embedded default)."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--host", default="127.0.0.1", help="address to listen on")
        parser.add_argument("--port", type=int, default=8000)
        parser.add_argument("--threads", type=int, default=4, help="web threads")
        parser.add_argument("--no-worker", action="store_true", help="web pages only")

    def handle(self, *args: Any, **options: Any) -> None:
        host, port = options["host"], options["port"]
        if not 0 < port < 65536:
            self.stderr.write(f"{port} is not a port. Give one between 1 and 65535.")
            sys.exit(2)
        if not port_is_free(host, port):
            self.stderr.write(f"Port {port} on {host} is taken. Choose another: make serve PORT={port + 1}")
            sys.exit(2)
        call_command("migrate", verbosity=0, interactive=False)
        serve(host, port, threads=options["threads"], worker=not options["no_worker"], say=self.stdout.write)


def serve(host: str, port: int, *, threads: int = 4, worker: bool = True, say: Any = print) -> None:
    """Serve until a signal comes; then let running work end."""
    from waitress.server import create_server

    from config.wsgi import application

    server = create_server(application, host=host, port=port, threads=threads, ident="candour")
    engine = None
    if worker:
        from config.worker import Engine

        engine = Engine()
        engine.start()

    def leave(*_: Any) -> None:
        raise SystemExit(0)

    signal.signal(signal.SIGTERM, leave)
    signal.signal(signal.SIGINT, leave)
    say(f"Candour is at http://{host}:{port}/  (Ctrl-C stops it)")
    sys.stdout.flush()
    try:
        server.run()
    finally:
        server.close()
        if engine is not None:
            engine.stop()
