"""The server itself: HTTP/1.1 on a real socket, no more of it than the tests need."""

import asyncio
import contextlib
import json
import ssl
import threading
from collections import Counter
from collections.abc import Callable, Generator, Sequence
from dataclasses import replace
from types import TracebackType
from typing import Self
from urllib.parse import urlsplit

from claw_core.scripting import ScriptedReply, reply_at
from tests.loopback.answer import Answer, Pause, Received, Told, Wait, as_answer, refuses, times_spoken

MODELS = ("tiny", "tiny-coder")
ASKED = ("/v1/chat/completions", "/v1/responses", "/v1/messages")
"""Where a model is asked to go on, one path for each API."""
REASONS = {200: "OK", 400: "Bad Request", 401: "Unauthorized", 404: "Not Found", 429: "Too Many Requests"}


class Loopback:
    """The server. Past the last of `answers` it says a closing word."""

    def __init__(
        self,
        answers: Sequence[Told] | Callable[[Received], Told] = (),
        *,
        models: Sequence[str] | Answer = MODELS,
        tls: ssl.SSLContext | None = None,
    ) -> None:
        self._answers = answers
        self._models = models
        self._tls = tls
        self.requests: list[Received] = []
        """What was asked of the model, in order."""
        self.listings: list[Received] = []
        """Requests for the list of models."""
        self.connections = 0
        """How many were made."""
        self._given = 0
        self._failed: Counter[bytes] = Counter()
        self._connections: set[asyncio.Task[None]] = set()

    async def __aenter__(self) -> Self:
        await self.start()
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        await self.stop()

    async def start(self) -> None:
        """Listen on a free port."""
        self._server = await asyncio.start_server(self._connected, "127.0.0.1", 0, ssl=self._tls)
        self.port: int = self._server.sockets[0].getsockname()[1]

    async def stop(self) -> None:
        """Close the port and whatever is still connected."""
        self._server.close()
        for task in self._connections:
            task.cancel()
        await asyncio.gather(*self._connections, return_exceptions=True)
        await self._server.wait_closed()

    @property
    def url(self) -> str:
        """The base address, as for `OPENAI_BASE_URL`."""
        return f"{'https' if self._tls else 'http'}://127.0.0.1:{self.port}/v1"

    def release(self, wait: Wait) -> None:
        """Let an answer go on that waits; from any thread."""
        self._server.get_loop().call_soon_threadsafe(wait.released.set)

    async def _connected(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        task = asyncio.current_task()
        assert task is not None
        self._connections.add(task)
        self.connections += 1
        try:
            while (request := await _read(reader)) is not None:
                if not await self._answer(request, reader, writer):
                    break
        except (ConnectionError, asyncio.CancelledError):
            pass
        finally:
            writer.close()
            with contextlib.suppress(ConnectionError, asyncio.CancelledError):
                await writer.wait_closed()
            self._connections.discard(task)

    async def _answer(self, request: Received, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> bool:
        """Answer one request; whether the connection goes on."""
        path = urlsplit(request.path).path  # the path alone, also where we are asked as a proxy
        if request.method == "GET" and path == "/v1/models":
            self.listings.append(request)
            answer = self._listing()
        elif request.method == "POST" and path in ASKED:
            self.requests.append(request)
            answer = as_answer(self._relented(self._next(request), request), request)
        else:
            answer = refuses(404, f"There is nothing at {request.path}.")
        return await _send(answer, request, reader, writer)

    def _next(self, request: Received) -> Told:
        if callable(self._answers):
            return self._answers(request)
        self._given += 1
        if self._given <= len(self._answers):
            return self._answers[self._given - 1]
        return reply_at((), 0)

    def _relented(self, told: Told, request: Received) -> Told:
        """A scripted reply whose error came as often as it should is given whole."""
        if isinstance(told, Answer) or told.error is None or not told.failures:
            return told
        self._failed[request.body] += 1
        return replace(told, error=None) if self._failed[request.body] > told.failures else told

    def _listing(self) -> Answer:
        if isinstance(self._models, Answer):
            return self._models
        data = [{"id": name, "object": "model", "created": 1, "owned_by": "tests"} for name in self._models]
        body = json.dumps({"object": "list", "data": data}).encode()
        return Answer(pieces=(body,), content_type="application/json")


async def _read(reader: asyncio.StreamReader) -> Received | None:
    """The next request of a connection; None when there is none."""
    try:
        head = (await reader.readuntil(b"\r\n\r\n")).decode("latin-1")
    except asyncio.IncompleteReadError:
        return None
    first, *lines = head.split("\r\n")
    method, path, _ = first.split(" ", 2)
    pairs = (line.split(":", 1) for line in lines if line)
    headers = {name.strip().lower(): value.strip() for name, value in pairs}
    body = await reader.readexactly(int(headers.get("content-length", "0")))
    return Received(method=method, path=path, headers=headers, body=body)


async def _send(answer: Answer, request: Received, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> bool:
    headers = {"content-type": answer.content_type, "transfer-encoding": "chunked", **answer.headers}
    lines = [f"HTTP/1.1 {answer.status} {REASONS.get(answer.status, 'Status')}"]
    lines += [f"{name}: {value}" for name, value in headers.items()]
    writer.write("\r\n".join([*lines, "", ""]).encode("latin-1"))
    for piece in answer.pieces:
        match piece:
            case bytes():
                if piece:
                    writer.write(b"%x\r\n%b\r\n" % (len(piece), piece))
                    await writer.drain()
            case Pause(seconds=seconds):
                await asyncio.sleep(seconds)
            case Wait():
                piece.reached.set()
                if await _left_before(piece.released, reader):
                    request.gone.set()
                    return False
    if not answer.ends:
        return False
    writer.write(b"0\r\n\r\n")
    await writer.drain()
    return True


async def _left_before(released: asyncio.Event, reader: asyncio.StreamReader) -> bool:
    """Whether the client closes the connection before `released` is set."""
    release = asyncio.ensure_future(released.wait())
    leave = asyncio.ensure_future(reader.read(1))
    try:
        await asyncio.wait({release, leave}, return_when=asyncio.FIRST_COMPLETED)
    finally:
        release.cancel()
        leave.cancel()
        ended = await asyncio.gather(release, leave, return_exceptions=True)
    return ended[1] == b"" or isinstance(ended[1], ConnectionError)


@contextlib.contextmanager
def serving(answers: Sequence[Told] | Callable[[Received], Told] = ()) -> Generator[Loopback]:
    """The server in a thread of its own, for code that is not async."""
    server = Loopback(answers)
    ready, loop = threading.Event(), asyncio.new_event_loop()
    leaving = asyncio.Event()

    async def serve() -> None:
        async with server:
            ready.set()
            await leaving.wait()

    thread = threading.Thread(target=lambda: loop.run_until_complete(serve()))
    thread.start()
    ready.wait()
    try:
        yield server
    finally:
        loop.call_soon_threadsafe(leaving.set)
        thread.join()
        loop.close()


def by_place(script: Sequence[ScriptedReply]) -> Callable[[Received], ScriptedReply]:
    """Answer by how often the model has spoken in the request, so that the order of requests does not matter."""

    def answer(request: Received) -> ScriptedReply:
        return reply_at(script, times_spoken(request))

    return answer
