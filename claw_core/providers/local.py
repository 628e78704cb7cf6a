"""Local: a model in this process, without any server; `local/smollm3`, `local/smolvlm2`, or a GGUF file by its path.

The two that have names are fetched when they are first asked. The extra `local` brings the package that runs them.
"""

import asyncio
import threading
import time
from collections.abc import AsyncGenerator, Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import aclosing, closing, suppress
from importlib.util import find_spec
from pathlib import Path
from typing import TYPE_CHECKING, TypeAlias
from urllib.parse import unquote, urlsplit

from claw_core.dialects.chat_body import Quirks, chat_body
from claw_core.dialects.chat_reply import ChatReply
from claw_core.dialects.listing import Served
from claw_core.dialects.untrusted import Fields
from claw_core.dialects.way import checked
from claw_core.embedded.call_grammar import call_grammar, tool_names
from claw_core.embedded.download import address_of, fetch, gigabytes
from claw_core.embedded.thoughts import Said
from claw_core.embedded.weights import KNOWN, PROJECTOR, ModelFiles, files_of, window_of
from claw_core.error import ModelFileUnusable, PackageMissing
from claw_core.event import ModelProgressed
from claw_core.provider import Body, ModelRequest, Network, Provider, Streamed
from claw_core.providers import Vendor

if TYPE_CHECKING:
    from claw_core.embedded.engine import Engine, Reading, Step

FOLDER = "CLAW_MODELS"
"""Names the folder that fetched models are kept in."""
QUIRKS = Quirks(thoughts=True, stream_options=False)
WORTH_SAYING = 512
"""Tokens of a prompt from which on it is told how far it is read."""
SMALL = 6_000_000_000
"""Bytes of a file below which its model is told less."""
Piece: TypeAlias = "ModelProgressed | Fields"


def offered(url: str, only: str | None = None) -> tuple[Served, ...]:
    """The models that could be asked: those known by name and the files in the folder at `url`, or only one."""
    folder = _folder(url)
    names = [only] if only else [*KNOWN, *sorted(str(path) for path in folder.glob("*.gguf") if _own(path))]
    return tuple(_served(name, folder) for name in names)


VENDOR = Vendor(
    label="In this process",
    local=True,
    aliases={name: name for name in KNOWN},
    offered=offered,
)


def connect(model: str, base_url: str | None, environ: Mapping[str, str]) -> Provider:
    """The model of that name, or in that file. Raises PackageMissing and UnknownModel."""
    if find_spec("llama_cpp") is None:
        raise PackageMissing(
            "Models in this process need the package llama-cpp-python.", "Install it: pip install 'claw-tui[local]'"
        )
    folder = Path(environ.get(FOLDER, "") or "models").absolute()
    return LocalProvider(model, files_of(model, folder) if model else None, folder, environ)


class LocalProvider:
    """One model in this process. It is loaded when it is first asked, and stays in memory until it is closed."""

    name = "local"
    dialect = "chat_completions"

    def __init__(self, model: str, files: ModelFiles | None, folder: Path, environ: Mapping[str, str]) -> None:
        self._model = model
        self._files = files
        self._folder = folder
        self._environ = environ
        self._network = Network()
        self._engine: Engine | None = None
        self._thread = ThreadPoolExecutor(1, thread_name_prefix="local model")

    @property
    def url(self) -> str:
        """The folder that models are in."""
        return self._folder.as_uri()

    def through(self, network: Network) -> None:
        """How files are fetched. Raises UsageError where that way cannot be gone."""
        checked(network)
        self._network = network

    def body(self, request: ModelRequest) -> Body:
        """What the model's own template is given: the body of Chat Completions."""
        return chat_body(request, QUIRKS, self.name)

    async def stream(self, body: Body) -> AsyncGenerator[Streamed, None]:
        """Fetch and load the model where that has to be done, then the answer. Closing this ends the work.

        Raises ProviderError.
        """
        if self._files is None:
            raise ModelFileUnusable("No model is named.", "Name one: --model local/smollm3")
        async for progress in self._fetched(self._files):
            yield progress
        started, first = time.monotonic(), None
        tools: Sequence[Fields] = [dict(tool) for tool in body.lists.get("tools", ())]
        reply = ChatReply(f"{self.name}/{self._model}", tool_names(tools))
        reply.model = self._files.model.stem
        async with aclosing(self._pieces(self._files, body, tools)) as pieces:
            async for piece in pieces:
                if isinstance(piece, ModelProgressed):
                    yield piece
                    continue
                for delta in reply.take(piece):
                    first = time.monotonic() - started if first is None else first
                    yield delta
        yield reply.finished(request_id="", first_token=first, elapsed=time.monotonic() - started)

    async def models(self) -> tuple[str, ...]:
        """The names of the models that could be asked."""
        return tuple(each.name for each in await asyncio.to_thread(offered, self.url))

    async def close(self) -> None:
        """Let go of the memory, once what runs has stopped."""
        engine, self._engine = self._engine, None
        if engine is not None:
            await asyncio.get_running_loop().run_in_executor(self._thread, engine.close)
        self._thread.shutdown(wait=False)

    async def _fetched(self, files: ModelFiles) -> AsyncGenerator[ModelProgressed, None]:
        """Fetch what is missing; how far that is, at each percent."""
        for file, target in files.missing:
            url, percent = address_of(file, self._environ), -1
            async with aclosing(fetch(file, target, url, self._network)) as sizes:
                async for size in sizes:
                    if size * 100 // file.size != percent:
                        percent = size * 100 // file.size
                        doing = f"fetching {file.name} ({gigabytes(file.size)})"
                        yield ModelProgressed(doing=doing, done=size, total=file.size)

    async def _pieces(self, files: ModelFiles, body: Body, tools: Sequence[Fields]) -> AsyncGenerator[Piece, None]:
        """What the model says, as pieces of a Chat Completions stream; it works in a thread of its own."""
        loop, stop = asyncio.get_running_loop(), threading.Event()
        queue: asyncio.Queue[Piece | BaseException | None] = asyncio.Queue()

        def work() -> None:
            last: BaseException | None = None
            try:
                for piece in self._worked(files, body, tools):
                    loop.call_soon_threadsafe(queue.put_nowait, piece)
                    if stop.is_set():
                        return
            except BaseException as error:  # noqa: BLE001 - raised again where it is waited for
                last = error
            finally:
                with suppress(RuntimeError):  # the loop is closed: nobody waits any more
                    loop.call_soon_threadsafe(queue.put_nowait, last)

        loop.run_in_executor(self._thread, work)
        try:
            while (piece := await queue.get()) is not None:
                if isinstance(piece, BaseException):
                    raise piece
                yield piece
        finally:
            stop.set()  # it stops at the next token; what is asked next waits for that in the thread

    def _worked(self, files: ModelFiles, body: Body, tools: Sequence[Fields]) -> Iterator[Piece]:
        """Load the model if it is not, and have it answer. Blocks."""
        from claw_core.embedded.engine import Engine, Reading

        if self._engine is None:
            yield ModelProgressed(doing=f"loading {files.model.name}")
            self._engine = Engine(files.model, files.projector, window_of(files.model))
        engine = self._engine
        prompt = engine.template.prompt(
            [dict(message) for message in body.lists["messages"]], tools, thinks=_thinks(body)
        )
        limit = body.parameters.get(QUIRKS.max_output_field)
        reading: Reading | None = None
        with closing(engine.answer(prompt, call_grammar(tools), limit if isinstance(limit, int) else None)) as steps:
            for step in steps:
                if isinstance(step, Reading):
                    reading = step
                    if step.total - step.known <= WORTH_SAYING:
                        continue
                yield _as_piece(step, reading)


def _as_piece(step: "Step", reading: "Reading | None") -> Piece:
    from claw_core.embedded.engine import Ended, Reading

    match step:
        case Reading(done, total):
            return ModelProgressed(doing="reading", done=done, total=total)
        case Ended(finish, written, thought):
            usage = {
                "prompt_tokens": reading.total if reading else 0,
                "completion_tokens": written,
                "prompt_tokens_details": {"cached_tokens": reading.known if reading else 0},
                "completion_tokens_details": {"reasoning_tokens": thought},
            }
            return {"choices": [{"finish_reason": finish}], "usage": usage}
        case Said(text, thought):
            return {"choices": [{"delta": {"reasoning_content" if thought else "content": text}}]}


def _thinks(body: Body) -> bool | None:
    """Whether the model is to think first, by the effort that is wanted; None for its own way."""
    effort = body.parameters.get("reasoning_effort")
    return None if effort is None else effort != "none"


def _served(name: str, folder: Path) -> Served:
    """What is known of a model; of a file that cannot be read, nothing but its name."""
    files = files_of(name, folder)
    here = not files.missing
    size = sum(file.size for file, _ in files.missing)
    note = "" if here else f"{gigabytes(size)}, fetched when it is first asked"
    try:
        window = window_of(files.model) if here else None
        small = files.weights is not None or files.model.stat().st_size < SMALL
    except (ModelFileUnusable, OSError):
        return Served(name=name, note="cannot be read")
    return Served(name=name, window=window, tools=True, images=files.sees, small=small, note=note)


def _own(path: Path) -> bool:
    """Whether a file in the folder is a model of the person's own."""
    known = {file.name for weights in KNOWN.values() for file in weights.files}
    return path.name not in known and not path.name.startswith(PROJECTOR)


def _folder(url: str) -> Path:
    return Path(unquote(urlsplit(url).path))
