"""Text from outside: what a call gives the model that nobody here wrote. Pure.

Such text may try to give orders. It is marked in the records, and whatever is asked for after it says so.
"""

import re
from urllib.parse import urlsplit

from claw_core.native.command_line import SimpleCommand
from claw_core.permissions.command_line import parse
from claw_core.permissions.wrapper import program
from claw_core.tool import Want

UNTRUSTED = "a folder you have not trusted"
"""The source of what lies in such a folder, as people read it."""
_SERVER = "mcp__"
_REACHES = frozenset(
    {"curl", "wget", "http", "https", "xh", "aria2c", "nc", "ncat", "netcat", "socat", "telnet", "ftp", "lftp"}
    | {"ssh", "scp", "sftp", "rsync", "lynx", "w3m", "elinks", "gh", "glab", "dig", "host", "nslookup", "whois"}
    | {"npx", "pnpx", "bunx", "uvx", "yt-dlp"}
)
"""Programs whose output is what somebody else's machine said."""
_SUBCOMMANDS = {
    "git": frozenset({"clone", "fetch", "pull", "ls-remote", "submodule", "remote"}),
    "npm": frozenset({"install", "i", "ci", "view", "info", "search", "audit", "outdated", "update", "exec"}),
    "pnpm": frozenset({"install", "i", "add", "view", "audit", "outdated", "update", "dlx"}),
    "yarn": frozenset({"install", "add", "info", "audit", "outdated", "upgrade", "dlx"}),
    "pip": frozenset({"install", "download", "index", "search"}),
    "uv": frozenset({"sync", "add", "lock", "pip", "tool"}),
    "cargo": frozenset({"add", "fetch", "install", "search", "update"}),
    "go": frozenset({"get", "install"}),
    "docker": frozenset({"pull", "search", "run"}),
    "podman": frozenset({"pull", "search", "run"}),
    "kubectl": frozenset({"get", "describe", "logs"}),
    "brew": frozenset({"install", "info", "search", "update"}),
    "apt": frozenset({"install", "search", "show", "update"}),
    "apt-get": frozenset({"install", "update"}),
}
_NAMED = re.compile(r"\b(?:" + "|".join(map(re.escape, sorted(_REACHES))) + r")\b|\bhttps?://|/dev/(?:tcp|udp)/")


def outside(tool: str, wants: tuple[Want, ...], lines: tuple[str, ...], *, trusted: bool, offline: bool) -> str:
    """Where what a call gives is from, in a few words for people; empty where nobody outside wrote it.

    `lines`: the shell lines whose output it gives. `trusted`: the workspace is; `offline`: they could reach nobody.
    """
    if tool.startswith(_SERVER):
        return f"the server {tool.removeprefix(_SERVER).partition('__')[0]}"
    for want in wants:
        if want.action == "fetch":
            return f"the web: {_host(want.subject)}" if _host(want.subject) else "the web"
    if not offline:
        for line in lines:
            if reached := _reached(line):
                return f"the network: {reached}"
    if not trusted and any(want.action in {"read", "run"} for want in wants):
        return UNTRUSTED
    return ""


def _reached(line: str) -> str:
    """What in a shell line talks to other machines: the program, and with whom where that can be told."""
    parsed = parse(line)
    for command in parsed.commands:
        name = program(command.words[0]).rpartition("/")[2] if command.words else ""
        if name in _REACHES or _reaches_by(name, command):
            host = next((_host(word) for word in command.words[1:] if "://" in word and _host(word)), "")
            return f"{name} {host}".strip()
    if parsed.uncertain and (found := _NAMED.search(line)):
        return found[0]
    return ""


def _reaches_by(name: str, command: SimpleCommand) -> bool:
    second = next((word for word in command.words[1:] if not word.startswith("-")), "")
    name = "pip" if name == "pip3" else name
    if name.startswith("python") and command.words[1:3] == ("-m", "pip"):
        name, second = "pip", next((word for word in command.words[3:] if not word.startswith("-")), "")
    return second in _SUBCOMMANDS.get(name, frozenset())


def _host(address: str) -> str:
    try:
        return urlsplit(address).hostname or ""
    except ValueError:
        return ""
