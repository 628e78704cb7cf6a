"""What a sub-agent is: a Markdown file on the shelf `agents/`, whose name is its name.

Front matter between two lines `---` says what it is for, the rest is what it is told:

    ---
    description: Reads a change and says what is wrong with it.
    tools: read, grep, glob        those it has; all but `task` where nothing is said
    model: openai/gpt-5-mini       whom it talks to; the model of who calls it where nothing is said, or `inherit`
    mode: plan                     the freest mode it works in; never a freer one than the session's
    max_turns: 20                  model calls it may take for one errand
    ---
    You review a change you did not write. ...

As other harnesses write them, too: other fields are passed over, and so is the case of the tools' names.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, cast, get_args

from claw_core.error import ConfigError
from claw_core.event import Mode
from claw_core.provider import ToolSpec
from claw_core.registry import folders
from claw_core.tool import Tool
from claw_core.tool_names import canonical

TOOL = "task"
"""The tool that sends them."""
DEFAULT = "general"
"""Who is sent where nobody is named."""
MOST = 64 * 1024
"""Bytes of a file."""
BUILT_IN = "built in"

_MODES: tuple[Mode, ...] = ("plan", "ask", "edits", "auto", "bypass")
"""From the strictest to the freest."""
_FOREIGN_MODES: Mapping[str, Mode] = {"default": "ask", "acceptEdits": "edits", "bypassPermissions": "bypass"}


@dataclass(frozen=True, slots=True, kw_only=True)
class SubAgent:
    """One that work can be handed to."""

    name: str
    description: str
    """What it is good for: the model that may call it reads this."""
    instructions: str
    """What it is told beside what every agent is."""
    tools: tuple[str, ...] | None = None
    """The tools it has; None for all."""
    model: str = ""
    """Whom it talks to, as people name models; empty for the model of who calls it."""
    mode: Mode | None = None
    """The freest mode it works in."""
    max_turns: int | None = None
    """Model calls for one errand; None for no limit of its own."""
    source: str = BUILT_IN
    """The file it was read from, or `built in`."""


def stricter(mode: Mode, cap: Mode | None) -> Mode:
    """The stricter of a session's mode and the freest one that an agent may work in."""
    return mode if cap is None or _MODES.index(mode) < _MODES.index(cap) else cap


def agents_of(more: Iterable[Path] = ()) -> tuple[dict[str, SubAgent], list[str]]:
    """The sub-agents that there are, by name, and what is wrong with files that hold none.

    What the folders `more` hold comes before what claw brings, the first of them first.
    """
    (built_in,) = folders(f"{__package__}.agents")
    return find_agents(more, built_in)


def specs_of(tools: Iterable[Tool], agents: Mapping[str, SubAgent]) -> tuple[ToolSpec, ...]:
    """What the model is told of the tools; of the one that sends sub-agents, which there are."""
    listed = "\n".join(f"- `{agent.name}`: {agent.description}" for agent in agents.values())

    def described(tool: Tool) -> str:
        return f"{tool.description}\n\nThe sub-agents:\n\n{listed}" if tool.name == TOOL else tool.description

    return tuple(ToolSpec(name=tool.name, description=described(tool), schema=tool.schema) for tool in tools)


def find_agents(more: Iterable[Path], built_in: Path) -> tuple[dict[str, SubAgent], list[str]]:
    """All sub-agents by name, and what is wrong with files that hold none. The first folder that has a name wins."""
    found: dict[str, SubAgent] = {}
    complaints: list[str] = []
    for folder in (*more, built_in):
        for path in sorted(folder.glob("*.md")):
            if path.stem in found:
                continue
            try:
                found[path.stem] = read_agent(path, BUILT_IN if folder == built_in else str(path))
            except ConfigError as error:
                complaints.append(f"{error.message} {error.hint}")
    return dict(sorted(found.items())), complaints


def read_agent(path: Path, source: str) -> SubAgent:
    """What a file says. Raises ConfigError, naming it, where that cannot be told."""
    try:
        with path.open("rb") as file:
            text = file.read(MOST + 1).decode()
    except (OSError, UnicodeDecodeError) as error:
        raise ConfigError(f"The sub-agent {path} cannot be read: {error}.", "Mend or remove the file.") from error
    if len(text.encode()) > MOST:
        raise ConfigError(f"The sub-agent {path} is larger than {MOST // 1024} KiB.", "Shorten it.")
    said, instructions = _parted(text, path)
    description = said.get("description")
    if not isinstance(description, str) or not description.strip():
        raise ConfigError(f"The sub-agent {path} does not say what it is for.", "Give it a line `description: ...`.")
    model = said.get("model")
    return SubAgent(
        name=path.stem,
        description=" ".join(description.split()),
        instructions=instructions,
        tools=_tools(said.get("tools")),
        model=model if isinstance(model, str) and model != "inherit" else "",
        mode=_mode(said.get("mode") or said.get("permissionMode"), path),
        max_turns=_turns(said.get("max_turns") or said.get("maxTurns"), path),
        source=source,
    )


def _parted(text: str, path: Path) -> tuple[dict[str, Any], str]:
    """The front matter, and the rest."""
    import yaml

    lines = text.lstrip("\ufeff").splitlines(keepends=True)
    ends = [at for at, line in enumerate(lines) if line.rstrip() == "---"]
    if len(ends) < 2 or ends[0] != 0:
        raise ConfigError(f"The sub-agent {path} has no front matter.", "Begin it with a block between lines of `---`.")
    try:
        said = yaml.safe_load("".join(lines[1 : ends[1]]))
    except yaml.YAMLError as error:
        raise ConfigError(
            f"The front matter of {path} is no YAML: {error}", "Mend it, or quote what it says."
        ) from error
    if not isinstance(said, dict):
        raise ConfigError(f"The front matter of {path} names no fields.", "Write `description: ...` into it.")
    return cast("dict[str, Any]", said), "".join(lines[ends[1] + 1 :]).strip()


def _tools(said: object) -> tuple[str, ...] | None:
    if said is None or said == "*":
        return None
    names = said.split(",") if isinstance(said, str) else cast("list[object]", said) if isinstance(said, list) else []
    return tuple(canonical(str(name).partition("(")[0].strip()) for name in names)


def _mode(said: object, path: Path) -> Mode | None:
    if said is None:
        return None
    mode = _FOREIGN_MODES.get(str(said), said)
    if mode not in get_args(Mode):
        raise ConfigError(f"The sub-agent {path} wants a mode {said!r}.", f"Modes are: {', '.join(_MODES)}.")
    return cast("Mode", mode)


def _turns(said: object, path: Path) -> int | None:
    if said is None:
        return None
    if not isinstance(said, int) or isinstance(said, bool) or said < 1:
        raise ConfigError(f"The sub-agent {path} has max_turns {said!r}.", "Write how many model calls it may take.")
    return said
