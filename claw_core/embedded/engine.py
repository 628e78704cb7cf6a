"""A model in memory: reads a prompt, and says the answer token by token.

Everything here blocks, and belongs to one thread at a time. What was read stays in memory: of the next prompt only what
differs from the last is read anew.
"""

import base64
import codecs
import ctypes
import json
import os
import random
from collections import deque
from collections.abc import Generator, Iterator, Sequence
from contextlib import ExitStack
from dataclasses import dataclass
from importlib import import_module
from pathlib import Path
from typing import Any

from claw_core.dialects.text_calls import CLOSE, OPEN
from claw_core.embedded.template import ChatTemplate, Prompt
from claw_core.embedded.thoughts import Said, Thoughts
from claw_core.error import ContextTooLong, ModelFileUnusable

BATCH = 256
"""Tokens of a prompt that are read at once: between two of them the work can be stopped."""
TEMPERATURE, TOP_P, TOP_K, MIN_P = 0.6, 0.95, 40, 0.05
"""How much chance there is in what is said, as the makers of small models advise."""
LEAST_ANSWER = 128
"""Tokens that have to be left for an answer."""
_LOGGED = deque[str](maxlen=8)
"""What the library said last; its words tell why a file does not load."""


@dataclass(frozen=True, slots=True)
class Reading:
    """How far the prompt is read."""

    done: int
    total: int
    known: int
    """Tokens of it that were in memory already."""


@dataclass(frozen=True, slots=True)
class Ended:
    """The answer is whole."""

    finish: str
    """`stop` or `length`."""
    written: int
    """Tokens."""
    thought: int
    """Tokens of it that were thoughts."""


Step = Reading | Said | Ended
Token = int | str
"""A token in memory; a text stands for a place of a picture."""


class Engine:
    """One model, loaded."""

    def __init__(self, model: Path, projector: Path | None, window: int) -> None:
        """Load it, with room for a conversation of `window` tokens. Raises ModelFileUnusable."""
        self.window = window
        self._ends = ExitStack()
        self._held: list[Token] = []
        self._api = _library()
        try:
            self._load(model, window)
            self._eyes = None if projector is None else _Eyes(self._api, self._model, projector, self._ends)
            self.template = self._chat_template()
        except BaseException:
            self.close()
            raise

    def close(self) -> None:
        """Let go of the memory."""
        self._ends.close()

    def _load(self, path: Path, window: int) -> None:
        api = self._api
        threads = len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1
        _LOGGED.clear()
        self._model = api.llama_model_load_from_file(os.fsencode(path), api.llama_model_default_params())
        if not self._model:
            raise ModelFileUnusable(f"The model {path} cannot be loaded: {_why()}.", "Choose another file.")
        self._ends.callback(api.llama_model_free, self._model)
        self._vocabulary = api.llama_model_get_vocab(self._model)
        given = api.llama_context_default_params()
        given.n_ctx, given.n_batch, given.n_ubatch = window, BATCH, BATCH
        given.n_threads, given.n_threads_batch = max(threads // 2, 1), threads
        self._context = api.llama_init_from_model(self._model, given)
        if not self._context:
            raise ModelFileUnusable(f"There is no room in memory for {path}: {_why()}.", "Choose a smaller model.")
        self._ends.callback(api.llama_free, self._context)
        self._memory = api.llama_get_memory(self._context)

    def _chat_template(self) -> ChatTemplate:
        api = self._api
        source = api.llama_model_chat_template(self._model, None) or b""
        marks = [
            text.decode(errors="replace")
            for token in range(api.llama_vocab_n_tokens(self._vocabulary))
            if api.llama_vocab_get_attr(self._vocabulary, token) & api.LLAMA_TOKEN_ATTR_CONTROL
            and len(text := api.llama_vocab_get_text(self._vocabulary, token) or b"") > 1
        ]
        return ChatTemplate(
            source.decode(errors="replace"),
            bos=self._mark(api.llama_vocab_bos(self._vocabulary)),
            eos=self._mark(api.llama_vocab_eos(self._vocabulary)),
            marks=marks,
            picture=self._eyes.marker if self._eyes else "",
        )

    def _mark(self, token: int) -> str:
        return (self._api.llama_vocab_get_text(self._vocabulary, token) or b"").decode() if token >= 0 else ""

    # ---- an answer

    def answer(
        self, prompt: Prompt, grammar: str = "", limit: int | None = None, seed: int | None = None
    ) -> Generator[Step]:
        """Read the prompt, and say the answer; it may be left at any step.

        `grammar` holds within the marks of a call. `limit` is how many tokens the answer may have at most; `seed`
        makes it the same each time. Raises ContextTooLong and ModelFileUnusable.
        """
        yield from self._read(prompt)
        seed = random.getrandbits(32) if seed is None else seed
        thoughts, decode = Thoughts(begun=prompt.thinking), codecs.getincrementaldecoder("utf-8")("replace").decode
        written = thought = 0
        finish = "stop"
        with ExitStack() as samplers:
            free = self._sampler(samplers, seed)
            strict: Any = None
            said = ""
            while True:
                if len(self._held) >= self.window or (limit is not None and written >= limit):
                    finish = "length"
                    break
                token = self._api.llama_sampler_sample(strict or free, self._context, -1)
                if self._api.llama_vocab_is_eog(self._vocabulary, token):
                    break
                written, thought = written + 1, thought + thoughts.open
                for piece in thoughts.take(decode(self._piece(token))):
                    yield piece
                    said += "" if piece.thought else piece.text
                self._feed([token])
                if strict is None and grammar and _opened(said):
                    strict, said = self._sampler(samplers, seed, grammar), ""
                elif strict is not None and _closed(said):
                    strict, said = None, ""
                elif strict is None:
                    said = said[-len(OPEN) - 8 :]
        yield from thoughts.end()
        yield Ended(finish, written, thought)

    def _read(self, prompt: Prompt) -> Iterator[Reading]:
        """Have the prompt in memory, and nothing else."""
        parts = self._parts(prompt)
        whole: list[Token] = [token for part in parts for token in part.tokens]
        if len(whole) + LEAST_ANSWER > self.window:
            raise ContextTooLong(
                f"The conversation has {len(whole)} tokens, and this model is loaded with room for {self.window}.",
                "Shorten it with /compact, or start a new session.",
            )
        known = self._keep(_shared(self._held, whole, parts))
        yield Reading(known, len(whole), known)
        place = 0
        for part in parts:
            place += len(part.tokens)
            if place <= len(self._held):
                continue
            if part.picture is not None and self._eyes is not None:
                self._eyes.look(self._context, part.picture, len(self._held))
                self._held += part.tokens
                yield Reading(place, len(whole), known)
                continue
            fresh = part.tokens[len(self._held) - place :]
            for start in range(0, len(fresh), BATCH):
                self._feed([token for token in fresh[start : start + BATCH] if isinstance(token, int)])
                yield Reading(len(self._held), len(whole), known)

    def _keep(self, shared: int) -> int:
        """Forget what is in memory from a place on; where that really is."""
        if shared < len(self._held) and not self._api.llama_memory_seq_rm(self._memory, 0, shared, -1):
            shared = 0  # some models cannot forget a part of what they read
        if not shared:
            self._api.llama_memory_clear(self._memory, True)
        del self._held[shared:]
        return shared

    def _feed(self, tokens: Sequence[int]) -> None:
        array = (self._api.llama_token * len(tokens))(*tokens)
        status = self._api.llama_decode(self._context, self._api.llama_batch_get_one(array, len(tokens)))
        if status != 0:
            self._keep(0)
            raise ModelFileUnusable(f"The model stopped working ({status}): {_why()}.", "Ask again, or choose another.")
        self._held += tokens

    def _parts(self, prompt: Prompt) -> "list[_Part]":
        bos = self._mark(self._api.llama_vocab_bos(self._vocabulary))
        begins = bool(bos) and prompt.text.startswith(bos)
        if self._eyes is not None and prompt.pictures:
            return self._eyes.parts(prompt, begin=not begins)
        return [_Part(tuple(self._tokens(prompt.text, begin=not begins)))]

    def _tokens(self, text: str, *, begin: bool) -> list[int]:
        data = text.encode(errors="replace")
        room = len(data) + 8
        while True:
            array = (self._api.llama_token * room)()
            count = self._api.llama_tokenize(self._vocabulary, data, len(data), array, room, begin, True)
            if count >= 0:
                return array[:count]
            room = -count  # a vocabulary may take several tokens for a byte

    def _piece(self, token: int) -> bytes:
        size = 64
        while True:
            buffer = ctypes.create_string_buffer(size)
            count = self._api.llama_token_to_piece(self._vocabulary, token, buffer, size, 0, True)
            if count >= 0:
                return buffer.raw[:count]
            size = -count

    def _sampler(self, ends: ExitStack, seed: int, grammar: str = "") -> Any:
        api = self._api
        chain = api.llama_sampler_chain_init(api.llama_sampler_chain_default_params())
        ends.callback(api.llama_sampler_free, chain)
        if grammar:
            held = api.llama_sampler_init_grammar(self._vocabulary, grammar.encode(), b"root")
            if held:
                api.llama_sampler_chain_add(chain, held)
        for sampler in (
            api.llama_sampler_init_top_k(TOP_K),
            api.llama_sampler_init_top_p(TOP_P, 1),
            api.llama_sampler_init_min_p(MIN_P, 1),
            api.llama_sampler_init_temp(TEMPERATURE),
            api.llama_sampler_init_dist(seed),
        ):
            api.llama_sampler_chain_add(chain, sampler)
        return chain


@dataclass(frozen=True, slots=True)
class _Part:
    """A stretch of a prompt: text, or one picture."""

    tokens: tuple[Token, ...]
    picture: Any = None


class _Eyes:
    """What turns pictures into tokens that the model reads."""

    def __init__(self, api: Any, model: Any, projector: Path, ends: ExitStack) -> None:
        self._api = api
        self._made: Any = import_module("llama_cpp.mtmd_cpp")
        self._made.mtmd_log_set(_heard(api), None)
        self._made.mtmd_helper_log_set(_heard(api), None)
        given = self._made.mtmd_context_params_default()
        given.print_timings, given.warmup = False, False
        self._context = self._made.mtmd_init_from_file(os.fsencode(projector), model, given)
        if not self._context:
            raise ModelFileUnusable(f"{projector} cannot be loaded: {_why()}.", "Choose another file.")
        ends.callback(self._made.mtmd_free, self._context)
        self.marker: str = self._made.mtmd_default_marker().decode()
        self._chunks: Any = None
        ends.callback(self._forget)

    def parts(self, prompt: Prompt, *, begin: bool) -> list[_Part]:
        """The prompt in stretches, with the pictures at their places. Raises ModelFileUnusable."""
        made = self._made
        with ExitStack() as ends:
            bitmaps = [self._bitmap(picture, ends) for picture in prompt.pictures]
            self._forget()
            self._chunks = made.mtmd_input_chunks_init()
            data = prompt.text.encode(errors="replace")
            given = made.mtmd_input_text(text=data, text_len=len(data), add_special=begin, parse_special=True)
            array = (made.mtmd_bitmap_p_ctypes * len(bitmaps))(*bitmaps)
            if made.mtmd_tokenize(self._context, self._chunks, ctypes.byref(given), array, len(bitmaps)) != 0:
                raise ModelFileUnusable(f"The pictures cannot be read: {_why()}.", "Choose another model for them.")
        return list(self._stretches())

    def _stretches(self) -> Iterator[_Part]:
        made = self._made
        for number in range(made.mtmd_input_chunks_size(self._chunks)):
            chunk = made.mtmd_input_chunks_get(self._chunks, number)
            if made.mtmd_input_chunk_get_type(chunk) == made.MTMD_INPUT_CHUNK_TYPE_TEXT:
                count = ctypes.c_size_t()
                tokens = made.mtmd_input_chunk_get_tokens_text(chunk, ctypes.byref(count))
                # What it puts around pictures may be nothing that this vocabulary has.
                yield _Part(tuple(token for token in tokens[: count.value] if token >= 0))
            else:  # a large picture is several of these, one after the other; it is named by its content
                name = (made.mtmd_input_chunk_get_id(chunk) or b"").decode()
                places = made.mtmd_input_chunk_get_n_pos(chunk)
                yield _Part(tuple(f"{name} {number} {place}" for place in range(places)), chunk)

    def look(self, context: Any, chunk: Any, place: int) -> None:
        """Have a picture in memory, from a place on. Raises ModelFileUnusable."""
        reached = self._api.llama_pos(0)
        status = self._made.mtmd_helper_eval_chunk_single(
            self._context, context, chunk, place, 0, BATCH, False, ctypes.byref(reached)
        )
        if status != 0:
            raise ModelFileUnusable(f"A picture cannot be read ({status}): {_why()}.", "Leave the picture out.")

    def _bitmap(self, picture: str, ends: ExitStack) -> Any:
        data = base64.b64decode(picture)
        held = (ctypes.c_uint8 * len(data)).from_buffer_copy(data)
        bitmap = self._made.mtmd_helper_bitmap_init_from_buf(self._context, held, len(data), False)
        if not bitmap:
            raise ModelFileUnusable("A picture is in a form that cannot be read.", "Use PNG or JPEG.")
        ends.callback(self._made.mtmd_bitmap_free, bitmap)
        return bitmap

    def _forget(self) -> None:
        if self._chunks is not None:
            self._made.mtmd_input_chunks_free(self._chunks)
            self._chunks = None


def _opened(said: str) -> bool:
    """Whether a call has just begun, and nothing of it was said yet."""
    _, mark, rest = said.rpartition(OPEN)
    return bool(mark) and not rest.strip()


def _closed(said: str) -> bool:
    """Whether a call is whole: its closing mark may stand within its arguments, too."""
    body, mark, rest = said.rpartition(CLOSE)
    if not mark or rest:
        return False
    try:
        json.loads(body, strict=False)
    except ValueError:
        return False
    return True


def _shared(held: Sequence[Token], whole: Sequence[Token], parts: "Sequence[_Part]") -> int:
    """How many tokens in memory are those of the prompt; one is always read, and a picture is read as a whole."""
    same = next((place for place, (a, b) in enumerate(zip(held, whole, strict=False)) if a != b), None)
    shared = min(len(held), len(whole) - 1) if same is None else min(same, len(whole) - 1)
    start = 0
    for part in parts:
        end = start + len(part.tokens)
        if part.picture is not None and start < shared < end:
            return start
        start = end
    return shared


_HEARD: list[Any] = []


def _heard(api: Any) -> Any:
    """Takes what the library says of itself: a screen is no place for it. Kept, since the library keeps calling it."""
    if not _HEARD:

        def hear(level: int, text: bytes, data: object) -> None:
            if level >= 3 and (said := text.decode(errors="replace").strip()):
                _LOGGED.append(said)

        _HEARD.append(api.llama_log_callback(hear))
    return _HEARD[0]


def _library() -> Any:
    """llama.cpp, ready and silent."""
    api: Any = import_module("llama_cpp")
    api.llama_log_set(_heard(api), None)
    api.llama_backend_init()
    return api


def _why() -> str:
    return " ".join(_LOGGED)[-300:].rstrip(".") or "the library does not say why"
