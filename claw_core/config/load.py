"""Reads the settings files and merges them, and writes the one thing claw writes there: a rule that is remembered.

In this order, later over earlier: the person's file, the project's, the person's own file for the project, the
command line. What a project brings along was written by whoever wrote the project, and a cloned folder must not be
able to open the gate or choose a server: of its file only what makes things stricter counts, and what is harmless;
where the person trusts the folder, also its rules and limits, but never another server, proxy or sandbox.
"""

import re
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import cast

from claw_core.config.paths import Paths, project_settings
from claw_core.config.schema import (
    NetworkSettings,
    PermissionSettings,
    SandboxSettings,
    Settings,
    Table,
    laid_over,
    read_table,
    set_values,
)
from claw_core.config.settings_file import table_of, text_of, write_whole
from claw_core.config.trust import Brought, FolderTrust, folder_trust
from claw_core.error import ConfigError
from claw_core.permissions.rule import Rules, Verdict, parse_rules

COMMAND_LINE = "command line"
ENVIRONMENT = "environment"
_FOR_PEOPLE = ("auto", "bypass")
"""Modes that only a person may choose."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Configuration:
    """All settings that hold, and what should be said about how they came to be."""

    settings: Settings
    rules: Rules
    """The rules of all files and of the command line, each with its source."""
    files: tuple[Path, ...]
    """The files that were read."""
    notices: tuple[str, ...]
    """What a person should know, a sentence each."""
    layers: tuple[tuple[str, Settings], ...] = ()
    """What each file and the command line say, with its name; later ones win."""
    trust: FolderTrust = field(default_factory=lambda: FolderTrust(standing="unknown", brought=Brought()))
    """Whether the folder may bring along what loosens, runs or instructs."""

    def sources(self) -> dict[str, tuple[str, ...]]:
        """Where each setting that is set comes from: the layers that count, the deciding one last."""
        found: dict[str, tuple[str, ...]] = {}
        for name, layer in self.layers:
            for key in set_values(layer):
                adds_up = key.startswith(("permissions.", "network.headers"))
                found[key] = (*found.get(key, ()), name) if adds_up else (name,)
        return found


def load_settings(
    paths: Paths,
    root: Path,
    command_line: Settings | None = None,
    environment: Settings | None = None,
    *,
    trusted: bool | None = None,
) -> Configuration:
    """Read and merge everything for a workspace. Blocks for a moment; raises ConfigError where a file does not fit.

    `trusted`: whether the folder is, for this time; None for what the person said before.
    """
    trust = folder_trust(paths, root)
    if trusted is not None:
        trust = replace(trust, standing="trusted" if trusted else "untrusted")
    notices: list[str] = [trust.notice] if trust.notice else []
    merged, rules = Settings(), Rules()
    files: list[Path] = []
    layers: list[tuple[str, Settings]] = []
    for file in (paths.settings, project_settings(root), paths.own_settings(root)):
        settings = read_settings(file)
        if settings is None:
            continue
        files.append(file)
        if file == project_settings(root):
            settings, ignored = _untrusted(settings) if not trust.trusted else _vouched(settings)
            if ignored:
                why = "a project may not choose that" if trust.trusted else "you have not trusted this folder"
                notices.append(f"{file}: {', '.join(ignored)} ignored, since {why}.")
        layers.append((str(file), settings))
        merged = laid_over(merged, settings)
        rules += _rules(settings.permissions, str(file))
    if environment is not None:
        layers.append((ENVIRONMENT, environment))
        merged = laid_over(merged, environment)
    if command_line is not None:
        layers.append((COMMAND_LINE, command_line))
        merged = laid_over(merged, command_line)
        rules += _rules(command_line.permissions, COMMAND_LINE)
    return Configuration(
        settings=merged, rules=rules, files=tuple(files), notices=tuple(notices), layers=tuple(layers), trust=trust
    )


def read_settings(file: Path) -> Settings | None:
    """What a settings file says; None where there is no such file. Raises ConfigError where it does not fit."""
    text = text_of(file)
    return None if text is None else read_table(table_of(text, file), str(file))


def remember_rule(rule: str, scope: Verdict, file: Path) -> None:
    """Add a rule (or several, one a line) to a settings file, which is made where it is missing, readable by its owner.

    Only the list in question is written anew; everything else, comments too, stays as it is. Raises ConfigError, with
    nothing written, where the file cannot be read, understood or written.
    """
    wanted = [each.text for each in parse_rules(rule, "the rule to remember")]
    if any("\ud800" <= character <= "\udfff" for character in rule):
        raise ConfigError(f"The rule {rule!r} holds characters that no text file can.", "Write it without them.")
    text = text_of(file) or ""
    before = table_of(text, file)
    permissions = read_table(before, str(file)).permissions
    present: tuple[str, ...] = getattr(permissions, scope)
    missing = [each for each in dict.fromkeys(wanted) if each not in present]
    if not missing:
        return
    after = _with_list(text, scope, [*present, *missing])
    if table_of(after, file) != _expected(before, scope, [*present, *missing]):
        raise ConfigError(
            f"{file}: permissions.{scope} is written in a way that cannot be added to safely; nothing was changed.",
            f"Add the rule yourself: {scope} = {_list([*present, *missing])}",
        )
    write_whole(file, after, "The rule holds for this session.")


def _untrusted(settings: Settings) -> tuple[Settings, list[str]]:
    """What counts of a project's settings where nobody vouched for it, and the names of what does not."""
    kept = PermissionSettings(ask=settings.permissions.ask, deny=settings.permissions.deny)
    return _kept(settings, Settings(theme=settings.theme, ui=settings.ui, permissions=kept))


def _vouched(settings: Settings) -> tuple[Settings, list[str]]:
    """What counts where the person trusts the folder: it still chooses no server, no sandbox, and not to be asked."""
    chosen = replace(settings, base_url=None, network=NetworkSettings(), sandbox=SandboxSettings())
    if settings.permission_mode in _FOR_PEOPLE:
        chosen = replace(chosen, permission_mode=None)
    return _kept(settings, chosen)


def _kept(settings: Settings, kept: Settings) -> tuple[Settings, list[str]]:
    counts = set_values(kept)
    return kept, [key for key in set_values(settings) if key not in counts]


def _rules(permissions: PermissionSettings, source: str) -> Rules:
    return Rules.of(allow=permissions.allow, ask=permissions.ask, deny=permissions.deny, source=source)


def _list(rules: list[str]) -> str:
    return "[\n" + "".join(f"    {_quoted(rule)},\n" for rule in rules) + "]"


def _quoted(text: str) -> str:
    escaped = text.replace("\\", "\\\\").replace('"', '\\"')
    return '"' + re.sub(r"[\x00-\x1f\x7f]", lambda found: f"\\u{ord(found[0]):04x}", escaped) + '"'


def _with_list(text: str, scope: str, rules: list[str]) -> str:
    """The file's text with the list written anew; what comes of it is compared with what should, before it is used."""
    header = re.search(r"^[ \t]*\[[ \t]*permissions[ \t]*\][ \t]*(#.*)?$", text, re.MULTILINE)
    if header is None:
        gap = "" if not text or text.endswith("\n\n") else "\n" if text.endswith("\n") else "\n\n"
        return f"{text}{gap}[permissions]\n{scope} = {_list(rules)}\n"
    following = re.search(r"^[ \t]*\[(?=[^\n]*\][ \t]*(#.*)?$)", text[header.end() :], re.MULTILINE)
    end = header.end() + following.start() if following else len(text)
    section = text[header.end() : end]
    string = r"\"(?:[^\"\\\n]|\\.)*\"|'[^'\n]*'"
    entry = re.search(rf"^[ \t]*{scope}[ \t]*=[ \t]*\[(?:{string}|#[^\n]*|[^\]\"'#])*\]", section, re.MULTILINE)
    if entry is None:
        return f"{text[: header.end()]}\n{scope} = {_list(rules)}{text[header.end() :]}"
    if "#" in re.sub(string, "", entry[0]):
        # There are comments between the rules: add to the end instead of writing the list anew.
        body = entry[0][:-1].rstrip()
        last = re.sub(rf"({string})|#[^\n]*", lambda found: found[1] or "", body).rstrip()
        comma = "" if last.endswith((",", "[")) else ","
        known = len(re.findall(string, re.sub(rf"({string})|#[^\n]*", lambda found: found[1] or "", body)))
        added = "".join(f"\n    {_quoted(rule)}," for rule in rules[known:])
        lines = f"\n    {comma}" if comma else ""
        written = f"{body}{lines}{added}\n]"
    else:
        written = f"{scope} = {_list(rules)}"
    return text[: header.end()] + section[: entry.start()] + written + section[entry.end() :] + text[end:]


def _expected(before: Table, scope: str, rules: list[str]) -> Table:
    permissions = cast("Table", before.get("permissions", {}))
    return {**before, "permissions": {**permissions, scope: rules}}


def with_rules(settings: Settings, *, allow: tuple[str, ...] = (), deny: tuple[str, ...] = ()) -> Settings:
    """Settings with more rules, as a command line adds them. Raises ConfigError where one cannot be understood."""
    Rules.of(allow=allow, source="--allow")
    Rules.of(deny=deny, source="--deny")
    permissions = settings.permissions
    added = replace(permissions, allow=permissions.allow + allow, deny=permissions.deny + deny)
    return replace(settings, permissions=added)
