"""Sessions of Codex: `~/.codex/sessions/…/rollout-….jsonl`, and what `codex exec --json` prints."""

import json
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import cast

from claw_core.block import TerminalBlock
from claw_core.event import ContextCompacted, ContextLoaded, NoticeRaised, Outcome
from claw_core.foreign_json import Json, arguments, child, children, count, text
from claw_core.foreign_shelf import Glimpse
from claw_core.importer import Tale
from claw_core.message import Call, Image, Part, Shown, Text, Thought, Usage

NAME = "Codex"

_LINES = ("session_meta", "response_item", "event_msg", "turn_context", "compacted")
_PRINTED = ("thread.started", "turn.started", "turn.completed", "item.completed", "turn.failed")
_CONTEXT = (
    "<environment_context>",
    "<user_instructions>",
    "<INSTRUCTIONS>",
    "# AGENTS.md instructions",
    "<permissions",
)
_QUIET = ("task_started", "task_complete", "turn_started", "turn_complete", "session_configured")
_CALLS = ("function_call", "custom_tool_call", "local_shell_call", "web_search_call", "tool_search_call")


def recognises(path: Path, lines: list[Json]) -> bool:
    """Its lines have a type of their own, most of them with a payload."""
    return any((line.get("type") in _LINES and "payload" in line) or line.get("type") in _PRINTED for line in lines)


def files(home: Path, environ: Mapping[str, str]) -> Iterator[Path]:
    """The rollouts, by day."""
    named = Path(environ.get("CODEX_HOME", ""))
    return (named if named.is_absolute() else home / ".codex").glob("sessions/*/*/*/rollout-*.jsonl")


def glimpse(lines: list[Json]) -> Glimpse:
    """What was asked first, and where."""
    project, asked = "", ""
    for line in lines:
        payload = child(line, "payload")
        project = project or text(payload.get("cwd"))
        if payload.get("type") == "user_message":
            asked = asked or text(payload.get("message"))
        elif payload.get("type") == "message" and payload.get("role") == "user":
            said = next((text(part.get("text")) for part in children(payload.get("content"))), "")
            asked = asked or ("" if said.lstrip().startswith(_CONTEXT) else said)
    return Glimpse(title=asked, project=project)


def tell(path: Path, lines: list[Json], tale: Tale) -> None:
    """In the order of the file. What events repeat of the items beside them is told once."""
    tale.provider = "openai"
    reader = _Reader(tale, lines)
    for line in lines:
        tale.when(line.get("timestamp") or line.get("ts"))
        kind, payload = line.get("type"), child(line, "payload")
        match kind:
            case "session_meta":
                tale.session = text(payload.get("id")) or tale.session
                tale.cwd = text(payload.get("cwd")) or tale.cwd
                tale.version = text(payload.get("cli_version"))
            case "turn_context":
                reader.model = text(payload.get("model")) or reader.model
                tale.cwd = text(payload.get("cwd")) or tale.cwd
            case "response_item":
                reader.item(payload)
            case "event_msg":
                reader.event(payload)
            case "compacted":
                reader.flush()
                tale.say(ContextCompacted(summary=text(payload.get("message")), seq=0, told="Codex made room here."))
            case str() if "." in kind:
                reader.printed(kind, line)
            case _:
                tale.left(kind)
    reader.flush()


class _Reader:
    """Takes items in order. Those of the model between two results are one reply."""

    def __init__(self, tale: Tale, lines: list[Json]) -> None:
        self._tale = tale
        self.model = "codex"
        self._parts: list[Part] = []
        self._usage = Usage()
        self._total: Usage | None = None
        self._prompt = ""
        items = [child(line, "payload") for line in lines if line.get("type") == "response_item"]
        self._has_words = any(item.get("role") == "assistant" for item in items)
        self._has_thoughts = any(item.get("type") == "reasoning" for item in items)
        self._calls = {text(item.get("call_id")) for item in items} - {""}

    # ---- items

    def item(self, item: Json) -> None:
        """Something that was sent to the model, or that it gave."""
        match item.get("type") or ("message" if "role" in item else None):
            case "message":
                self._message(item)
            case "reasoning":
                self._parts.append(_thought(item))
            case str(kind) if kind in _CALLS:
                self._call(kind, item)
            case "function_call_output" | "custom_tool_call_output" | "local_shell_call_output":
                self.flush()
                self._output(text(item.get("call_id")), item.get("output"))
            case "token_count":
                self._spent(_usage(item))
            case kind:
                self._tale.left(f"response_item {kind}")

    def _message(self, item: Json) -> None:
        words, images = _content(item.get("content"))
        if item.get("role") == "assistant":
            self._parts.append(Text(text=words, phase=text(item.get("phase"))))
            return
        self.flush()
        if item.get("role") != "user" or words.lstrip().startswith(_CONTEXT):
            if words:
                self._tale.say(ContextLoaded(files=(), text=words))
        else:
            self._asked(words, images)

    def _asked(self, words: str, images: tuple[Image, ...] = ()) -> None:
        """The person's words come as an item and as an event."""
        if words.strip() and (words.strip() != self._prompt or images):
            self._prompt = words.strip()
            self._tale.prompt(words, images)

    def _call(self, kind: str, item: Json) -> None:
        if kind == "custom_tool_call":
            given, malformed = {"input": text(item.get("input"))}, ""
        else:
            given, malformed = arguments(item.get("arguments") or item.get("action"))
        id = text(item.get("call_id")) or text(item.get("id")) or f"call-{len(self._tale.calls) + len(self._parts) + 1}"
        name = text(item.get("name")) or {"local_shell_call": "shell"}.get(kind, kind.removesuffix("_call"))
        self._parts.append(Call(id=id, name=name, input=given, malformed=malformed))
        if kind == "web_search_call":
            self.flush()
            self._tale.result(id, ())

    def _output(self, id: str, output: object) -> None:
        """What a call gave: a text, one with details around it, or parts."""
        details: Json = {}
        if isinstance(output, str) and output.startswith("{"):
            try:
                details = child(json.loads(output))
            except (ValueError, RecursionError):
                details = {}
        elif isinstance(output, dict):
            details = child(cast("object", output))
        if "output" in details or "content" in details:
            words, images = _content(details.get("output", details.get("content")))
        else:
            words, images = _content(cast("object", output))
        code = child(details, "metadata").get("exit_code")
        outcome: Outcome = "error" if (isinstance(code, int) and code != 0) or details.get("success") is False else "ok"
        call = self._tale.calls.get(id)
        blocks = ()
        if call is not None and call.name in ("shell", "exec_command", "shell_command", "container.exec"):
            command = call.input.get("command") or call.input.get("cmd")
            line = " ".join(map(str, cast("list[object]", command))) if isinstance(command, list) else text(command)
            blocks = (TerminalBlock(command=line, output=words, exit_code=code if isinstance(code, int) else None),)
        shown: tuple[Shown, ...] = (*((Text(text=words),) if words else ()), *images)
        self._tale.result(id, shown, blocks=blocks, outcome=outcome)

    def flush(self) -> None:
        """The reply is whole."""
        if self._parts:
            parts, usage = self._parts, self._usage
            self._parts, self._usage = [], Usage()
            self._tale.reply(parts, model=self.model, usage=usage)

    # ---- events

    def event(self, event: Json) -> None:
        """What Codex told its screen."""
        match event.get("type"):
            case "user_message":
                self.flush()
                self._asked(text(event.get("message")))
            case "agent_message" if not self._has_words:
                self._parts.append(Text(text=text(event.get("message"))))
            case "agent_reasoning" if not self._has_thoughts:
                self._parts.append(Thought(text=text(event.get("text"))))
            case "agent_message" | "agent_reasoning" | "agent_reasoning_section_break":
                pass
            case "token_count":
                self._counted(child(event, "info"))
            case "turn_aborted":
                self.flush()
                self._tale.interrupted()
            case "error" | "stream_error" | "warning":
                self._tale.say(NoticeRaised(level="error", message=text(event.get("message")) or "It failed."))
            case kind if kind in _QUIET or text(event.get("call_id")) in self._calls:
                pass
            case kind:
                self._tale.left(f"event {kind}")

    def _counted(self, info: Json) -> None:
        """Tokens so far; the same count may come more than once."""
        total, last = _usage(child(info, "total_token_usage")), _usage(child(info, "last_token_usage"))
        if info and total != self._total:
            self._total = total
            self._spent(last)

    def _spent(self, usage: Usage) -> None:
        if self._parts or not self._tale.has_replied:
            self._usage += usage
        else:
            self._tale.add_usage(usage)

    # ---- what `codex exec --json` prints

    def printed(self, kind: str, line: Json) -> None:
        """A line of its output."""
        match kind:
            case "thread.started":
                self._tale.session = text(line.get("thread_id")) or self._tale.session
            case "item.completed":
                self._printed_item(child(line, "item"))
            case "item.started" | "item.updated" | "turn.started":
                pass
            case "turn.completed":
                self._spent(_usage(child(line, "usage")))
                self.flush()
                self._tale.rest()
            case "turn.failed":
                self.flush()
                said = text(child(line, "error").get("message")) or "The turn failed."
                self._tale.say(NoticeRaised(level="error", message=said))
                self._tale.interrupted()
            case _:
                self._tale.left(kind)

    def _printed_item(self, item: Json) -> None:
        match item.get("type"):
            case "agent_message":
                self._parts.append(Text(text=text(item.get("text"))))
            case "reasoning":
                self._parts.append(Thought(text=text(item.get("text"))))
            case "command_execution" | "mcp_tool_call" | "file_change" | "web_search" as kind:
                names = ("command", "arguments", "changes", "query")
                given = {name: item[name] for name in names if name in item}
                id = text(item.get("id")) or f"call-{len(self._tale.calls) + 1}"
                name = text(item.get("tool")) or {"command_execution": "shell"}.get(str(kind), str(kind))
                self._parts.append(Call(id=id, name=name, input=arguments(given)[0]))
                self.flush()
                outcome: Outcome = {"declined": "denied", "failed": "error"}.get(text(item.get("status")), "ok")  # type: ignore[assignment]
                words, images = _content(item.get("aggregated_output") or child(item, "result").get("content"))
                self._tale.result(id, (*((Text(text=words),) if words else ()), *images), outcome=outcome)
            case "error":
                self._tale.say(NoticeRaised(level="error", message=text(item.get("message"))))
            case kind:
                self._tale.left(f"item {kind}")


def _thought(item: Json) -> Thought:
    said = [*children(item.get("summary")), *children(item.get("content"))]
    return Thought(
        text="\n\n".join(text(part.get("text")) for part in said),
        signature=text(item.get("encrypted_content")) or None,
        id=text(item.get("id")),
    )


def _content(content: object) -> tuple[str, tuple[Image, ...]]:
    """Words and pictures of a message or a result."""
    if isinstance(content, str):
        return text(content), ()
    said: list[str] = []
    images: list[Image] = []
    for part in children(content):
        url = text(part.get("image_url"))
        if url.startswith("data:image/") and ";base64," in url:
            kind, _, data = url.removeprefix("data:").partition(";base64,")
            images.append(Image(media_type=kind, data=data))
        elif words := text(part.get("text")):
            said.append(words)
    return "\n".join(said), tuple(images)


def _usage(usage: Json) -> Usage:
    return Usage(
        input=count(usage.get("input_tokens")),
        output=count(usage.get("output_tokens")),
        cached=count(usage.get("cached_input_tokens")),
        reasoning=count(usage.get("reasoning_output_tokens")),
    )
