"""A model on this machine that says what the bench wants, as fast as the bench wants: Chat Completions over HTTP."""

import contextlib
import json
import socket
import threading
import time
from collections.abc import Generator

CHUNK = 5
"""Characters in a chunk, as models stream them."""
HEAD = b"HTTP/1.1 200 OK\r\nContent-Type: text/event-stream\r\nConnection: close\r\n\r\n"


class Model:
    """Answers every request with `before` at once, then `text` chunk by chunk, `rate` a second, then `END`."""

    END = "ЯЯЯЯЯЯЯ"

    def __init__(self) -> None:
        self.before = ""
        self.text = ""
        self.rate = 100.0
        self.began = threading.Event()
        """Set when `text` begins to stream."""
        self.ended: float | None = None
        """When the last chunk was sent."""
        self._socket = socket.create_server(("127.0.0.1", 0))
        self.url = f"http://127.0.0.1:{self._socket.getsockname()[1]}/v1"

    def serve(self) -> None:
        """Until the socket is closed."""
        with contextlib.suppress(OSError):
            while True:
                connection, _ = self._socket.accept()
                threading.Thread(target=self._answer, args=(connection,), daemon=True).start()

    def close(self) -> None:
        """No more requests."""
        self._socket.shutdown(socket.SHUT_RDWR)
        self._socket.close()

    def _answer(self, connection: socket.socket) -> None:
        with connection, contextlib.suppress(OSError):
            connection.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
            self._read(connection)
            connection.sendall(HEAD)
            for at in range(0, len(self.before), 2000):
                connection.sendall(_event({"content": self.before[at : at + 2000]}))
            self.began.set()
            start = time.monotonic()
            for number, at in enumerate(range(0, len(self.text), CHUNK)):
                time.sleep(max(0.0, start + number / self.rate - time.monotonic()))
                connection.sendall(_event({"content": self.text[at : at + CHUNK]}))
            self.ended = time.monotonic()
            connection.sendall(_event({"content": f"\n{self.END}"}) + _event({}, "stop") + b"data: [DONE]\n\n")

    def _read(self, connection: socket.socket) -> None:
        data = b""
        while b"\r\n\r\n" not in data:
            data += connection.recv(65536)
        head, _, body = data.partition(b"\r\n\r\n")
        length = int(head.lower().partition(b"content-length:")[2].split(b"\r\n")[0])
        while len(body) < length:
            body += connection.recv(65536)


def _event(delta: object, finish: str | None = None) -> bytes:
    choice = {"index": 0, "delta": delta, "finish_reason": finish}
    body = {"id": "c", "object": "chat.completion.chunk", "created": 1, "model": "bench", "choices": [choice]}
    return f"data: {json.dumps(body)}\n\n".encode()


@contextlib.contextmanager
def model() -> Generator[Model]:
    """It listens meanwhile."""
    one = Model()
    threading.Thread(target=one.serve, daemon=True).start()
    try:
        yield one
    finally:
        one.close()
