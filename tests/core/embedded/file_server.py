"""A server of files on this machine, in the manner of a hub of models: it redirects, sends parts, and breaks off."""

import threading
from collections.abc import Generator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any


@dataclass(slots=True)
class FileServer:
    """What it serves, and how it behaves."""

    content: bytes
    breaks_after: int | None = None
    """Bytes of the next answer after which the connection is cut, once."""
    knows_ranges: bool = True
    status: int = 200
    url: str = ""
    asked: list[tuple[str, str | None]] = field(default_factory=list[tuple[str, str | None]])
    """Paths and ranges, as they were asked for."""
    held: threading.Event | None = None
    """Where set, nothing is sent until it is."""
    reached: threading.Event = field(default_factory=threading.Event)
    """That a request for the content came in."""


@contextmanager
def serving_file(server: FileServer) -> Generator[FileServer]:
    """The server, listening on a free port of this machine."""

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            wanted = self.headers.get("range")
            server.asked.append((self.path, wanted))
            if not self.path.startswith("/store/"):
                self.send_response(302)
                self.send_header("location", f"/store{self.path}")
                self.send_header("content-length", "0")
                self.end_headers()
                return
            server.reached.set()
            if server.held is not None:
                server.held.wait(30)
            start = int(wanted.removeprefix("bytes=").rstrip("-")) if wanted and server.knows_ranges else 0
            size = len(server.content)
            part = server.content[start:]
            self.send_response(server.status if server.status != 200 else 206 if start else 200)
            self.send_header("content-length", str(len(part)))
            if start:
                self.send_header("content-range", f"bytes {start}-{size - 1}/{size}")
            self.end_headers()
            if server.breaks_after is not None:
                part, server.breaks_after = part[: server.breaks_after], None
                self.close_connection = True
            self.wfile.write(part)

        def log_message(self, format: str, *args: Any) -> None:  # noqa: A002 - as the library calls it
            pass

    listening = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    server.url = f"http://127.0.0.1:{listening.server_port}"
    thread = threading.Thread(target=listening.serve_forever, kwargs={"poll_interval": 0.01})
    thread.start()
    try:
        yield server
    finally:
        if server.held is not None:
            server.held.set()
        listening.shutdown()
        thread.join()
        listening.server_close()
