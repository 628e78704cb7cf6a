"""A conversation as the text that a model was trained to go on from: by the chat template in its own file.

Models whose template knows tools are told of them, and reminded of their calls, in its words. To the others both are
told in plain text, in the form that most small models have seen: `{"name": ..., "arguments": ...}` within the marks of
`<tool_call>`.
"""

import json
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from importlib import import_module
from typing import Any, cast

from claw_core.dialects.untrusted import Fields, fields, objects, string
from claw_core.embedded.thoughts import OPEN as THINKS
from claw_core.error import ModelFileUnusable

CHATML = (
    "{% for message in messages %}<|im_start|>{{ message.role }}\n{{ message.content }}<|im_end|>\n{% endfor %}"
    "{% if add_generation_prompt %}<|im_start|>assistant\n{% endif %}"
)
"""For a file that holds no template."""
TOLD = """\
# Tools

You may call these functions. Each is told of in JSON:
{tools}

To call one, write its name and its arguments as JSON within these marks, and nothing after them:
<tool_call>
{{"name": "...", "arguments": {{...}}}}
</tool_call>
What it gave is then told to you within <tool_response> marks."""
PROBE = "probe of plain content"
LEARNED = re.compile(r"{%-?\s*(end)?generation\s*-?%}")
"""By which trainers mark what a model is to learn: it says nothing here."""
APART = "\u200b"
"""Put into what looks like a mark of the template's own but is not: no file, page or tool speaks for a person."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Prompt:
    """What a model goes on from."""

    text: str
    pictures: tuple[str, ...] = ()
    """Base64, one for each place that is marked for it in the text."""

    @property
    def thinking(self) -> bool:
        """Whether it ends within a thought that the model is to go on with."""
        return self.text.rstrip().endswith(THINKS)


class ChatTemplate:
    """The chat template of one model."""

    def __init__(
        self, source: str, *, bos: str = "", eos: str = "", marks: Sequence[str] = (), picture: str = ""
    ) -> None:
        """`marks`: words that are the vocabulary's own, never anybody's text; `picture`: stands for a picture.

        Raises ModelFileUnusable where the template cannot be understood.
        """
        source = source or CHATML
        self._given = {"bos_token": bos, "eos_token": eos, "strftime_now": _now, "raise_exception": _refuse}
        every: set[str] = {*marks, picture} - {""}
        self._marks = sorted(every, key=len, reverse=True)
        self._picture = picture
        self._template = _compiled(source)
        self.knows_tools = "<tool_call>" in source and "tool_calls" in source
        """Whether it tells of tools and calls by itself."""
        self._typed = PROBE not in self._rendered([{"role": "user", "content": PROBE}], {}, or_empty=True)

    def prompt(self, messages: Sequence[Fields], tools: Sequence[Fields], *, thinks: bool | None = None) -> Prompt:
        """The text for messages and tools in the form of Chat Completions.

        `thinks` says whether the model is to think first; None for its own way. Raises ModelFileUnusable.
        """
        told = [cast("dict[str, Any]", self._apart(dict(message))) for message in messages]
        offered = [cast("dict[str, Any]", self._apart(dict(tool))) for tool in tools]
        pictures = [url for message in messages for url in _pictures(message)]
        if not self.knows_tools:
            told, offered = in_words(told, offered), []
        told = [self._shaped(message) for message in told]
        more: dict[str, Any] = {"tools": offered or None, "xml_tools": offered or None}
        more |= {} if thinks is None else {"enable_thinking": thinks}
        text = self._rendered(told, more)
        return Prompt(text=text, pictures=tuple(url.partition(",")[2] for url in pictures))

    def _rendered(self, messages: list[dict[str, Any]], more: Mapping[str, Any], *, or_empty: bool = False) -> str:
        errors = (import_module("jinja2").TemplateError, TypeError, ValueError)
        given = {**self._given, **more, "add_generation_prompt": True}
        try:
            try:
                return self._template.render(messages=messages, **given)
            except errors:
                return self._template.render(messages=without_system(messages), **given)
        except Exception as error:  # the template is a program of whoever made the file: it may raise anything
            if or_empty:
                return ""
            raise ModelFileUnusable(
                f"The model's own chat template does not take this conversation: {error}.", "Choose another model."
            ) from error

    def _shaped(self, message: dict[str, Any]) -> dict[str, Any]:
        """Content as this template reads it: text, or a list of typed parts; arguments of calls as objects."""
        content: object = message.get("content") or ""
        if isinstance(content, list):
            parts = [self._part(part) for part in objects(cast("list[object]", content))]
            message["content"] = parts if self._typed else "\n".join(part["text"] for part in parts)
        elif self._typed:
            message["content"] = [{"type": "text", "text": content}]
        else:
            message["content"] = content
        for call in cast("list[dict[str, Any]]", message.get("tool_calls") or []):
            call["function"] = {**call["function"], "arguments": _object(call["function"].get("arguments"))}
        return message

    def _part(self, part: Fields) -> dict[str, str]:
        return {"type": "text", "text": string(part.get("text")) if part.get("type") == "text" else self._picture}

    def _apart(self, value: object) -> object:
        """The value with nothing in its texts that the vocabulary would take for a mark of its own."""
        if isinstance(value, str):
            for mark in self._marks:
                if mark in value and not value.startswith("data:image/"):
                    value = value.replace(mark, mark[0] + APART + mark[1:])
            return value
        if isinstance(value, Mapping):
            return {key: self._apart(each) for key, each in cast("Mapping[str, object]", value).items()}
        if isinstance(value, list | tuple):
            return [self._apart(each) for each in cast("Sequence[object]", value)]
        return value


def in_words(messages: Sequence[dict[str, Any]], tools: Sequence[Fields]) -> list[dict[str, Any]]:
    """The messages with tools, calls and results told in plain text; those of one speaker in a row are one."""
    told: list[dict[str, Any]] = []
    if tools:
        listed = "\n".join(json.dumps(fields(tool.get("function")), ensure_ascii=False) for tool in tools)
        told.append({"role": "system", "content": TOLD.format(tools=listed)})
    for message in messages:
        role, content = string(message.get("role")), message.get("content") or ""
        for call in objects(message.get("tool_calls")):
            function = fields(call.get("function"))
            written = {"name": function.get("name"), "arguments": _object(function.get("arguments"))}
            content = f"{content}\n<tool_call>\n{json.dumps(written, ensure_ascii=False)}\n</tool_call>".lstrip()
        if role == "tool":
            role, content = "user", f"<tool_response>\n{content}\n</tool_response>"
        last = told[-1] if told else None
        if last is None or last["role"] != role:
            told.append({"role": role, "content": content})
        elif role == "system":
            last["content"] = f"{content}\n\n{last['content']}"
        else:
            last["content"] = _joined(last["content"], content)
    return told


def without_system(messages: Sequence[dict[str, Any]]) -> list[dict[str, Any]]:
    """The messages with what the system says at the beginning of the first that a user says."""
    system = [message["content"] for message in messages if message["role"] == "system"]
    rest = [dict(message) for message in messages if message["role"] != "system"]
    if system and rest and rest[0]["role"] == "user":
        for words in reversed(system):
            rest[0]["content"] = _joined(words, rest[0]["content"])
    return rest


def _joined(first: Any, second: Any) -> Any:
    """Two contents as one; a list of parts where either is one."""
    if isinstance(first, str) and isinstance(second, str):
        return f"{first}\n\n{second}"
    return [*_as_parts(first), *_as_parts(second)]


def _as_parts(content: Any) -> list[Any]:
    return content if isinstance(content, list) else [{"type": "text", "text": content}]  # pyright: ignore[reportUnknownVariableType] - from JSON


def _pictures(message: Fields) -> list[str]:
    """The pictures of a message, as addresses that hold them."""
    content = message.get("content")
    parts = objects(content) if isinstance(content, list) else []  # pyright: ignore[reportUnknownArgumentType] - from JSON
    return [string(fields(part.get("image_url")).get("url")) for part in parts if part.get("type") == "image_url"]


def _object(arguments: object) -> object:
    if not isinstance(arguments, str):
        return arguments or {}
    try:
        return json.loads(arguments or "{}")
    except ValueError:
        return {}


def _compiled(source: str) -> Any:
    jinja2: Any = import_module("jinja2")
    ext: Any = import_module("jinja2.ext")
    sandbox: Any = import_module("jinja2.sandbox")
    environment = sandbox.ImmutableSandboxedEnvironment(
        trim_blocks=True, lstrip_blocks=True, extensions=[ext.loopcontrols]
    )
    environment.filters["tojson"] = _to_json
    try:
        return environment.from_string(LEARNED.sub("", source))
    except jinja2.TemplateError as error:
        raise ModelFileUnusable(
            f"The model's chat template cannot be understood: {error}.", "Choose another file."
        ) from error


def _to_json(value: Any, ensure_ascii: bool = False, indent: int | None = None, **more: Any) -> str:
    return json.dumps(value, ensure_ascii=ensure_ascii, indent=indent, **more)


def _now(form: str) -> str:
    return datetime.now().strftime(form)  # noqa: DTZ005 - the person's own day


def _refuse(message: str) -> None:
    raise ValueError(message)
