"""Sessions of Claude Code: `~/.claude/projects/<folder>/<id>.jsonl`, with its sub-agents' in `<id>/subagents/`."""

from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import cast

from claw_core.block import Block, DiffBlock, Hunk, TerminalBlock, TextBlock, Todo
from claw_core.event import (
    MAIN,
    ContextCompacted,
    ContextLoaded,
    FileChanged,
    NoticeRaised,
    Outcome,
    PlanChanged,
    SessionNamed,
)
from claw_core.foreign_json import Json, arguments, child, children, count, text
from claw_core.foreign_shelf import Glimpse
from claw_core.importer import Tale, lines_of
from claw_core.message import Call, Image, Part, Shown, Text, Thought, Usage

NAME = "Claude Code"
MOST_AGENTS = 500
"""Files of sub-agents that are read."""

_ENTRIES = ("user", "assistant", "system", "summary", "attachment", "progress")


def recognises(path: Path, lines: list[Json]) -> bool:
    """Its entries carry a message with a role, and mostly a `sessionId`."""
    entries = [line for line in lines if line.get("type") in ("user", "assistant")]
    return any("content" in child(line, "message") for line in entries) or any(
        line.get("type") in _ENTRIES and "sessionId" in line for line in lines
    )


def tell(path: Path, lines: list[Json], tale: Tale) -> None:
    """In the order of the file; a sub-agent's own file at the call that sent it."""
    tale.provider = "anthropic"
    agents = _agents(lines)
    files = {
        each.stem.removeprefix("agent-"): each for each in sorted((path.with_suffix("") / "subagents").glob("*.jsonl"))
    }
    alone = all(line.get("isSidechain") for line in lines if line.get("type") in ("user", "assistant"))
    reader = _Reader(tale, _usages(lines))
    for number, line in enumerate(lines):
        agent = MAIN if alone or not line.get("isSidechain") else reader.sender()
        reader.take(line, agent)
        following = lines[number + 1] if number + 1 < len(lines) else {}
        if _message_id(following) != _message_id(line) or _message_id(line) == "":
            for call in reader.flush():
                for name in [name for name, sender in agents.items() if sender == call]:
                    if name in files:
                        reader.others(lines_of(files.pop(name)), call)
    reader.flush()


def files(home: Path, environ: Mapping[str, str]) -> Iterator[Path]:
    """The sessions themselves, without those of their sub-agents."""
    named = Path(environ.get("CLAUDE_CONFIG_DIR", ""))
    return (named if named.is_absolute() else home / ".claude").glob("projects/*/*.jsonl")


def glimpse(lines: list[Json]) -> Glimpse:
    """A title that was given, else what was asked first."""
    titles = [line for line in lines if line.get("type") in ("custom-title", "ai-title", "summary")]
    given = [text(line.get(name)) for line in titles for name in ("customTitle", "aiTitle", "title", "summary")]
    people = (line for line in lines if line.get("type") == "user" and not line.get("isMeta"))
    asked = (_asked_words(child(line, "message").get("content")) for line in people)
    project = next(filter(None, (text(line.get("cwd")) for line in lines)), "")
    return Glimpse(title=next(filter(None, [*given, *asked]), ""), project=project)


def _asked_words(content: object) -> str:
    """What a person wrote; nothing for what the agent wrote in their name."""
    parts = [text(part.get("text")) for part in children(content) if part.get("type") == "text"]
    words = text(content) or next(filter(None, parts), "")
    return "" if words.lstrip().startswith(("<", "Caveat:")) else words


def _message_id(line: Json) -> str:
    return text(child(line, "message").get("id")) if line.get("type") == "assistant" else ""


def _usages(lines: list[Json]) -> dict[str, Json]:
    """The last word on what each message took: its lines repeat it while it grows."""
    return {_message_id(line): child(line, "message", "usage") for line in lines if line.get("type") == "assistant"}


def _agents(lines: list[Json]) -> dict[str, str]:
    """Each sub-agent's id with the call that sent it."""
    found: dict[str, str] = {}
    for line in lines:
        agent = text(child(line, "toolUseResult").get("agentId"))
        for part in children(child(line, "message").get("content")):
            if agent and part.get("type") == "tool_result":
                found[agent] = text(part.get("tool_use_id"))
    return found


class _Reader:
    """Takes entries in order. The entries of one message are one reply."""

    def __init__(self, tale: Tale, usages: dict[str, Json]) -> None:
        self._tale = tale
        self._usages = usages
        self._counted: set[str] = set()
        self._parts: list[Part] = []
        self._from: tuple[str, str, str] = ("", "", MAIN)
        """The message's id, model and agent."""

    def sender(self) -> str:
        """The call whose sub-agent an entry beside the conversation is from: the latest that is open."""
        waiting = [call for call, agent in self._tale.open.items() if agent == MAIN]
        tasks = [call for call in waiting if self._tale.calls[call].name in ("Task", "Agent")]
        return (tasks or waiting or ["sidechain"])[-1]

    def others(self, lines: list[Json], agent: str) -> None:
        """A sub-agent's own entries."""
        usages, self._usages = self._usages, _usages(lines)
        for number, line in enumerate(lines):
            self.take(line, agent)
            if _message_id(lines[number + 1] if number + 1 < len(lines) else {}) != _message_id(line):
                self.flush()
        self.flush()
        self._tale.rest(agent)
        self._usages = usages

    def take(self, line: Json, agent: str) -> None:
        """One entry."""
        tale = self._tale
        tale.when(line.get("timestamp"))
        tale.session = text(line.get("sessionId")) or tale.session
        tale.version = text(line.get("version")) or tale.version
        if tale.cwd == "/":
            tale.cwd = text(line.get("cwd")) or "/"
        match line.get("type"):
            case "assistant":
                self._answer(line, agent)
            case "user":
                self.flush()
                self._user(line, agent)
            case "summary" | "custom-title" | "ai-title":
                self._title(line)
            case "system":
                self._system(line, agent)
            case "progress" if child(line, "data").get("type") == "agent_progress":
                inner = child(line, "data", "message")
                self.take(inner, text(line.get("parentToolUseID")) or agent)
                self.flush()
            case kind:
                tale.left(f"{kind or '(no type)'} {text(child(line, 'data').get('type'))}".strip())

    def _title(self, line: Json) -> None:
        title = text(line.get("summary") or line.get("customTitle") or line.get("aiTitle") or line.get("title"))
        if title:
            self._tale.say(SessionNamed(title=title))

    def _system(self, line: Json, agent: str) -> None:
        said, subtype = text(line.get("content")), text(line.get("subtype"))
        if subtype == "api_error" or (said and subtype in ("informational", "local_command", "away_summary")):
            level = "error" if subtype == "api_error" else "info"
            self._tale.say(NoticeRaised(level=level, message=said or "The API failed."), agent)
        elif subtype != "compact_boundary":
            self._tale.left(f"system {subtype}")

    # ---- the model

    def _answer(self, line: Json, agent: str) -> None:
        message = child(line, "message")
        self._from = (text(message.get("id")), text(message.get("model")), agent)
        content = message.get("content")
        for part in [{"type": "text", "text": content}] if isinstance(content, str) else children(content):
            self._parts += self._part(part)

    def _part(self, part: Json) -> list[Part]:
        match part.get("type"):
            case "text":
                return [Text(text=text(part.get("text")))]
            case "thinking":
                return [Thought(text=text(part.get("thinking")), signature=text(part.get("signature")) or None)]
            case "redacted_thinking":
                return [Thought(text="", signature=text(part.get("data")) or None, redacted=True)]
            case "tool_use" | "server_tool_use":
                given, malformed = arguments(part.get("input"))
                id = text(part.get("id")) or f"call-{len(self._tale.calls) + 1}"
                return [Call(id=id, name=text(part.get("name")) or "tool", input=given, malformed=malformed)]
            case kind:
                self._tale.left(f"assistant part {kind}")
                return []

    def flush(self) -> list[str]:
        """The reply is whole; the calls that it began."""
        if not self._parts:
            return []
        id, model, agent = self._from
        usage = Usage() if id and id in self._counted else _usage(self._usages.get(id, {}))
        self._counted.add(id)
        parts, self._parts = self._parts, []
        self._tale.reply(parts, model=model or "claude", usage=usage, agent=agent, request=id)
        return [part.id for part in parts if isinstance(part, Call)]

    # ---- the person, and results

    def _user(self, line: Json, agent: str) -> None:
        content = child(line, "message").get("content")
        parts = [{"type": "text", "text": content}] if isinstance(content, str) else _parts(content)
        said: list[str] = []
        images: list[Image] = []
        for part in parts:
            match part.get("type"):
                case "text":
                    said.append(text(part.get("text")))
                case "image":
                    images += _image(part)
                case "tool_result":
                    self._result(part, child(line, "toolUseResult"), agent)
                case kind:
                    self._tale.left(f"user part {kind}")
        words = "\n".join(said)
        if line.get("isCompactSummary"):
            self._tale.say(ContextCompacted(summary=words, seq=0, told="It went on from a summary."), agent)
        elif line.get("isMeta") and words:
            self._tale.say(ContextLoaded(files=(), text=words), agent)
        elif words or images:
            self._tale.prompt(words, tuple(images), agent)

    def _result(self, part: Json, about: Json, agent: str) -> None:
        id = text(part.get("tool_use_id"))
        shown = _shown(part.get("content"))
        words = "\n".join(one.text for one in shown if isinstance(one, Text))
        outcome: Outcome = "error" if part.get("is_error") else "ok"
        if part.get("is_error") and ("doesn't want to" in words or "rejected" in words[:200]):
            outcome = "denied"
        outcome = "interrupted" if about.get("interrupted") else outcome
        diff = _diff(about)
        if diff is not None:
            before = None if about.get("type") == "create" else ""
            self._tale.say(
                FileChanged(path=diff.path, before=before, after="", call=id, added=diff.added, removed=diff.removed),
                agent,
            )
        if todos := _todos(about.get("newTodos")):
            self._tale.say(PlanChanged(todos=todos), agent)
        blocks = (diff,) if diff is not None else self._blocks(id, about, words)
        summary = f"+{diff.added} −{diff.removed}" if diff is not None else ""
        self._tale.result(id, shown, blocks=blocks, outcome=outcome, summary=summary)

    def _blocks(self, id: str, about: Json, words: str) -> tuple[Block, ...]:
        call = self._tale.calls.get(id)
        if call is not None and call.name == "Bash":
            return (TerminalBlock(command=text(call.input.get("command")), output=words),)
        file = child(about, "file")
        return (TextBlock(text=text(file.get("content")) or words),) if words or file else ()


def _usage(usage: Json) -> Usage:
    cached, written = count(usage.get("cache_read_input_tokens")), count(usage.get("cache_creation_input_tokens"))
    return Usage(
        input=count(usage.get("input_tokens")) + cached + written,
        output=count(usage.get("output_tokens")),
        cached=cached,
        cache_write=written,
    )


def _parts(content: object) -> list[Json]:
    """The parts of a person's message; a bare text among them is one, too."""
    if not isinstance(content, list):
        return []
    found = cast("list[object]", content)
    return [{"type": "text", "text": each} if isinstance(each, str) else child(each) for each in found]


def _image(part: Json) -> list[Image]:
    source = child(part, "source")
    data = text(source.get("data"))
    return [Image(media_type=text(source.get("media_type")) or "image/png", data=data)] if data else []


def _shown(content: object) -> tuple[Shown, ...]:
    if isinstance(content, str):
        return (Text(text=text(content)),)
    shown: list[Shown] = []
    for part in _parts(content):
        image = _image(part) if part.get("type") == "image" else []
        shown += image or [Text(text=text(part.get("text")))]
    return tuple(shown)


def _diff(about: Json) -> DiffBlock | None:
    hunks = [
        Hunk(
            old_start=count(each.get("oldStart")),
            old_count=count(each.get("oldLines")),
            new_start=count(each.get("newStart")),
            new_count=count(each.get("newLines")),
            lines=tuple(f"{line}\n" for line in _texts(each.get("lines")) if line[:1] in (" ", "+", "-")),
        )
        for each in children(about.get("structuredPatch"))
    ]
    path = text(about.get("filePath"))
    if not path or (not hunks and about.get("type") != "create"):
        return None
    if not hunks:
        lines = tuple(f"+{line}\n" for line in text(about.get("content")).split("\n"))
        hunks = [Hunk(old_start=0, old_count=0, new_start=1, new_count=len(lines), lines=lines)]
    return DiffBlock(path=path, hunks=tuple(hunks), change="add" if about.get("type") == "create" else "edit")


def _texts(value: object) -> list[str]:
    return [text(each) for each in cast("list[object]", value)] if isinstance(value, list) else []


def _todos(value: object) -> tuple[Todo, ...]:
    return tuple(
        Todo(content=text(each.get("content")), status=each["status"])
        for each in children(value)
        if each.get("status") in ("pending", "in_progress", "completed")
    )
