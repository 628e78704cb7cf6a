"""Sessions of OpenCode: what `opencode export` writes, or `storage/session/…/<id>.json` with what lies beside it."""

import json
from collections.abc import Iterator, Mapping
from pathlib import Path

from claw_core.block import Block, TerminalBlock, TextBlock
from claw_core.event import MAIN, ContextCompacted, NoticeRaised, Outcome, SessionNamed
from claw_core.foreign_json import Json, arguments, child, children, count, text
from claw_core.foreign_shelf import Glimpse
from claw_core.importer import MOST_LINE, Tale
from claw_core.message import Call, Image, Part, Text, Thought, Usage

NAME = "OpenCode"
MOST_FILES = 100_000
"""Files of a storage folder that are read."""


def recognises(path: Path, lines: list[Json]) -> bool:
    """One document: an export has `info` and `messages`, the others an id of OpenCode's making."""
    head = lines[0] if len(lines) == 1 else {}
    return ("messages" in head and "id" in child(head, "info")) or text(head.get("id")).startswith(("ses_", "msg_"))


def files(home: Path, environ: Mapping[str, str]) -> Iterator[Path]:
    """The sessions of its storage folder, without those of sub-agents."""
    named = Path(environ.get("XDG_DATA_HOME", ""))
    data = named if named.is_absolute() else home / ".local/share"
    return (data / "opencode/storage/session").glob("*/ses_*.json")


def glimpse(lines: list[Json]) -> Glimpse:
    """Its title and its folder; nothing for a sub-agent's."""
    head = lines[0] if lines else {}
    if head.get("parentID"):
        return Glimpse()
    return Glimpse(title=text(head.get("title")), project=text(head.get("directory")))


def tell(path: Path, lines: list[Json], tale: Tale) -> None:
    """Message by message, each with its parts."""
    head = lines[0]
    if "messages" in head:
        session, messages = child(head, "info"), children(head.get("messages"))
    else:
        session, messages = _stored(path, head)
    tale.session = text(session.get("id")) or tale.session
    tale.cwd = text(session.get("directory")) or text(child(messages[0] if messages else {}, "info", "path").get("cwd"))
    tale.version = text(session.get("version"))
    tale.when(child(session, "time").get("created"))
    if title := text(session.get("title")):
        tale.say(SessionNamed(title=title))
    for message in messages:
        info, parts = child(message, "info"), children(message.get("parts"))
        tale.when(child(info, "time").get("created"))
        if info.get("role") == "user":
            _asked(parts, tale)
        elif info.get("role") == "assistant":
            _answered(info, parts, tale)
        else:
            tale.left(f"message of {info.get('role')}")


def _stored(path: Path, head: Json) -> tuple[Json, list[Json]]:
    """A session of the storage folder, whose messages and parts are files of their own."""
    if text(head.get("id")).startswith("msg_"):
        return {"id": head.get("sessionID")}, [{"info": head, "parts": _parts(path.parents[2], head)}]
    storage = path.parents[2] if len(path.parents) > 2 else path.parent
    infos = _documents(storage / "message" / text(head.get("id")))
    return head, [{"info": info, "parts": _parts(storage, info)} for info in infos]


def _parts(storage: Path, info: Json) -> list[Json]:
    id = text(info.get("id"))
    return _documents(storage / "part" / id) or _documents(storage / "part" / text(info.get("sessionID")) / id)


def _documents(folder: Path) -> list[Json]:
    found: list[Json] = []
    for path in sorted(folder.glob("*.json"))[:MOST_FILES]:
        try:
            if path.stat().st_size <= MOST_LINE:
                found.append(child(json.loads(path.read_bytes())))
        except (OSError, ValueError, RecursionError):
            continue
    return found


def _asked(parts: list[Json], tale: Tale) -> None:
    said: list[str] = []
    images: list[Image] = []
    for part in parts:
        match part.get("type"):
            case "text":
                said.append(text(part.get("text")))
            case "file":
                url = text(part.get("url"))
                if url.startswith("data:image/") and ";base64," in url:
                    kind, _, data = url.removeprefix("data:").partition(";base64,")
                    images.append(Image(media_type=kind, data=data))
                else:
                    said.append(f"[{text(part.get('filename')) or url[:200]}]")
            case kind:
                tale.left(f"part {kind}")
    tale.prompt("\n".join(said), tuple(images))


def _answered(info: Json, parts: list[Json], tale: Tale) -> None:
    """One or more replies: each step of a message asked the model once."""
    tale.provider = text(info.get("providerID")) or "opencode"
    model = text(info.get("modelID")) or "unknown"
    steps = [part for part in parts if part.get("type") == "step-finish"]
    waiting: list[Json] = []
    replied = False
    for part in parts:
        if part.get("type") == "step-finish":
            _reply(waiting, model, child(part, "tokens"), part.get("cost"), tale)
            waiting, replied = [], True
        else:
            waiting.append(part)
    usage = {} if steps else child(info, "tokens")
    if waiting or (usage and not replied):
        _reply(waiting, model, usage, None if steps else info.get("cost"), tale)
    if error := child(info, "error"):
        said = text(child(error, "data").get("message")) or text(error.get("name"))
        tale.say(NoticeRaised(level="error", message=said or "The message failed."))
        if "Abort" in text(error.get("name")):
            tale.interrupted()


def _reply(parts: list[Json], model: str, tokens: Json, cost: object, tale: Tale) -> None:
    made: list[Part] = []
    ended: list[tuple[str, Json]] = []
    for part in parts:
        match part.get("type"):
            case "text":
                made.append(Text(text=text(part.get("text"))))
            case "reasoning":
                made.append(Thought(text=text(part.get("text"))))
            case "tool":
                state = child(part, "state")
                given, malformed = arguments(state.get("input"))
                id = text(part.get("callID")) or f"call-{len(tale.calls) + len(ended) + 1}"
                made.append(Call(id=id, name=text(part.get("tool")) or "tool", input=given, malformed=malformed))
                ended.append((id, state))
            case "step-start" | "snapshot" | "patch":
                pass
            case "compaction":
                tale.say(ContextCompacted(summary="", seq=0, told="OpenCode made room here."))
            case kind:
                tale.left(f"part {kind}")
    known = float(cost) if isinstance(cost, int | float) and not isinstance(cost, bool) and 0 <= cost < 1e9 else None
    if made or tokens:
        tale.reply(made, model=model, usage=_usage(tokens), cost=known, agent=MAIN)
    for id, state in ended:
        _result(id, state, tale)


def _usage(tokens: Json) -> Usage:
    cached, written = count(child(tokens, "cache").get("read")), count(child(tokens, "cache").get("write"))
    reasoning = count(tokens.get("reasoning"))
    return Usage(
        input=count(tokens.get("input")) + cached + written,
        output=count(tokens.get("output")) + reasoning,
        cached=cached,
        cache_write=written,
        reasoning=reasoning,
    )


def _result(id: str, state: Json, tale: Tale) -> None:
    tale.when(child(state, "time").get("start"))
    status = state.get("status")
    if status not in ("completed", "error"):
        return
    words = text(state.get("output")) if status == "completed" else text(state.get("error"))
    tale.when(child(state, "time").get("end"))
    outcome: Outcome = "ok" if status == "completed" else "error"
    block: Block = TextBlock(text=words)
    call = tale.calls[id]
    if call.name == "bash":
        block = TerminalBlock(command=text(call.input.get("command")), output=words)
    tale.result(id, (Text(text=words),), blocks=(block,), outcome=outcome, summary=text(state.get("title"))[:80])
