"""The command line: what can be typed after `claw`, and what is said when it cannot be understood.

One definition of each option yields the parser and its help. Nothing heavy is imported here: `claw --help` and
`claw --version` answer at once.
"""

import argparse
from collections.abc import Sequence
from pathlib import Path
from typing import Any, NoReturn

from claw_core import __version__
from claw_core.error import UsageError

MODES = ("plan", "ask", "edits", "auto", "bypass")
FORMATS = ("text", "json", "stream-json")
USAGE_BY = ("model", "project", "day")
WORKSPACE = "workspace"

DESCRIPTION = """\
A coding agent for the terminal that you can see into and stay in command of.

Without a command, claw opens the full-screen workspace on the folder it is started in;
words in quotes are its first prompt. `claw -p` is `claw run`."""

EXIT_STATUS = """\
exit status:
  0    done
  1    failed: no model could be had, the session cannot be read or written, ...
  2    usage: the command line, a setting or a rule cannot be used
  3    `claw run` was stopped by a permission or a limit
  130  interrupted"""

EPILOG = f"""\
examples:
  claw                                  the workspace on this folder
  claw "fix the failing test"           the same, with a first prompt
  claw --resume latest                  go on where you were
  claw --model ollama/qwen3.5:35b       a model on this machine
  claw run "what does auth.py do?"      the answer on standard output, without a screen
  claw demo                             see how it works; needs no model and no network

{EXIT_STATUS}

`claw COMMAND --help` says more about a command."""

RUN_DESCRIPTION = """\
Do one task without a screen. Standard output holds the answer and nothing else; warnings and errors
go to standard error. Nobody is there to be asked: what is not allowed is denied, and the model hears so."""

RUN_EPILOG = f"""\
examples:
  claw run "what does src/auth.py do?"
  claw run "fix the failing test" --permission-mode edits --allow 'Bash(pytest *)'
  git diff | claw run --output-format json
  claw run - < task.md

{EXIT_STATUS}"""

PARITY_DESCRIPTION = """\
Search, patches, the shell and the rest of the core's fast parts exist twice: in Rust, and in plain Python for
systems on which the extension does not load. This asks both the same questions, compares the answers, and says
how many times faster the extension is. A folder is only read. Exit status 1 where something differs."""

MODE_HELP = (
    "what may be done without asking: plan (look, change nothing), ask (look; ask about the rest), "
    "edits (edit files here, ask about commands), auto (as edits, and commands inside the sandbox), bypass (everything)"
)


class Help(argparse.RawDescriptionHelpFormatter):
    """Descriptions as they are written, and no word of an option cut in two."""

    def _split_lines(self, text: str, width: int) -> list[str]:
        import textwrap

        return textwrap.wrap(text, width, break_on_hyphens=False)


class Parser(argparse.ArgumentParser):
    """Raises UsageError instead of ending the process."""

    def error(self, message: str) -> NoReturn:
        raise UsageError(f"{message[:1].upper()}{message[1:]}.", f"`{self.prog} --help` shows what there is.")


def parse(words: Sequence[str]) -> argparse.Namespace:
    """What was typed; its `command` says what is to be done, `workspace` where no command was given.

    Raises UsageError for what cannot be understood. Exits for `--help` and `--version`.
    """
    words = _headless_first(list(words))
    parser, commands = _parser()
    if words and words[0] in commands:
        return parser.parse_args(words)
    if any(word in ("-h", "--help", "--version") for word in words):
        return parser.parse_args(words)
    return _workspace(words, commands)


def _headless_first(words: list[str]) -> list[str]:
    """`claw -p` is `claw run`, wherever the `-p` stands."""
    end = words.index("--") if "--" in words else len(words)
    for flag in ("-p", "--print"):
        if flag in words[:end]:
            words.remove(flag)
            return ["run", *words]
    return words


def _workspace(words: list[str], commands: tuple[str, ...]) -> argparse.Namespace:
    """No command: the workspace, perhaps with a first prompt. A lone word is a command mistyped, never a prompt."""
    parser = Parser(prog="claw", add_help=False, allow_abbrev=False)
    _shared(parser)
    _reader(parser)
    _prompt(parser)
    found = parser.parse_args(words)
    found.command = WORKSPACE
    prompt: list[str] = found.prompt
    literal = "--" in words
    if prompt and not literal and (len(prompt) > 1 or not any(map(str.isspace, prompt[0]))):
        if prompt[0] in commands:
            raise UsageError(f"Options go after the command: claw {prompt[0]} --option …")
        from difflib import get_close_matches

        near = get_close_matches(prompt[0], commands, 1)
        hint = f"Did you mean `claw {near[0]}`? " if near else ""
        raise UsageError(
            f"{prompt[0]!r} is not a command of claw.", f'{hint}A prompt goes in quotes: claw "{" ".join(prompt)} …"'
        )
    return found


def _parser() -> tuple[Parser, tuple[str, ...]]:
    parser = Parser(
        prog="claw",
        usage="claw [OPTION]... [PROMPT]\n       claw COMMAND ...",
        description=DESCRIPTION,
        epilog=EPILOG,
        formatter_class=Help,
        allow_abbrev=False,
    )
    parser.add_argument("--version", action="version", version=f"claw {__version__}", help="print the version")
    _shared(parser)
    commands = parser.add_subparsers(dest="command", metavar="COMMAND", prog="claw", parser_class=Parser)
    _run(commands)
    _sessions(commands)
    _replay(commands)
    _permissions(commands)
    demo = _add(commands, "demo", "a scripted model on a small real project in a scratch folder; needs no network")
    _reader(demo)
    demo.add_argument("--headless", action="store_true", help="play it to the end with the answers given")
    prompt = _add(commands, "prompt", "the system prompt, section by section, with the size of each")
    prompt.add_argument("--model", metavar="M", help="for this model (else the one that is set up)")
    prompt.add_argument("--base-url", metavar="URL", help="a server that speaks Chat Completions, to ask for the model")
    prompt.add_argument("--permission-mode", choices=MODES, metavar="MODE", help="in this mode")
    prompt.add_argument("--cwd", type=Path, metavar="DIR", help="the workspace (else this folder)")
    _json(prompt)
    usage = _add(commands, "usage", "tokens and money of all sessions")
    usage.add_argument("--by", choices=USAGE_BY, default="model", metavar="WHAT", help="model, project or day")
    _json(usage)
    config = _add(commands, "config", "every setting, its value, and where it comes from")
    config.add_argument("--cwd", type=Path, metavar="DIR", help="the workspace (else this folder)")
    _json(config)
    _json(_add(commands, "models", "whom claw could talk to now, and why not to the others"))
    _json(_add(commands, "doctor", "what works here and what does not, and what the sandbox holds"))
    login = _add(commands, "login", "keep a provider's key, in the system's keyring or in a file of yours")
    login.add_argument("--file", action="store_true", help="in the file, also where there is a keyring")
    logout = _add(commands, "logout", "forget a provider's key")
    for command in (login, logout):
        command.add_argument("provider", metavar="PROVIDER", help="one of those that `claw models` lists")
    _json(_add(commands, "manifest", "what claw brings: tools, commands, providers, themes"))
    _parity(commands)
    return parser, tuple(commands.choices)


def _add(commands: Any, name: str, line: str, **more: Any) -> Parser:
    words = {"description": line[:1].upper() + line[1:] + ".", **more}
    return commands.add_parser(name, help=line, formatter_class=Help, allow_abbrev=False, **words)


def _shared(parser: argparse.ArgumentParser) -> None:
    """What the workspace and `claw run` both understand."""
    parser.add_argument(
        "--model", metavar="M", help="a model's name, or PROVIDER/NAME (else CLAW_MODEL, or the settings)"
    )
    parser.add_argument("--base-url", metavar="URL", help="a server that speaks Chat Completions, to ask for the model")
    parser.add_argument("--permission-mode", choices=MODES, metavar="MODE", help=MODE_HELP)
    _rules(parser, ("allow", "deny"))
    parser.add_argument("--effort", metavar="LEVEL", help="how hard the model thinks: low, medium, high ..., or tokens")
    parser.add_argument("--max-turns", type=_whole, metavar="N", help="stop after so many model calls for one task")
    parser.add_argument("--max-budget", type=_amount, metavar="USD", help="stop when the session has cost this much")
    parser.add_argument(
        "--fallback", type=_names, default=(), metavar="M,M", help="models to go on with where one cannot be had"
    )
    parser.add_argument("--cwd", type=Path, metavar="DIR", help="the folder to work in (else this one)")
    parser.add_argument("--resume", metavar="ID", help="continue a session: its id, a beginning of it, or `latest`")


def _reader(parser: argparse.ArgumentParser) -> None:
    parser.add_argument(
        "--screen-reader", action="store_true", help="a plain conversation, line by line, in place of the workspace"
    )


def _rules(parser: argparse.ArgumentParser, kinds: Sequence[str]) -> None:
    told = {
        "allow": "allow without asking what fits: 'Bash(npm test)', 'Edit(src/**)'",
        "ask": "ask about what fits, whatever the mode",
        "deny": "never allow what fits: 'Read(.env)'; wins over everything",
    }
    for kind in kinds:
        parser.add_argument(
            f"--{kind}", action="append", default=[], metavar="RULE", help=f"{told[kind]}; may be given several times"
        )


def _prompt(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("prompt", nargs="*", metavar="PROMPT", help="the task, in quotes")


def _run(commands: Any) -> None:
    run = _add(commands, "run", "do one task without a screen", description=RUN_DESCRIPTION, epilog=RUN_EPILOG)
    _shared(run)
    run.add_argument(
        "--output-format",
        choices=FORMATS,
        default="text",
        metavar="FORMAT",
        help="text: the final answer (the default); json: one object when it is over, with usage, cost and files; "
        "stream-json: everything that happens, a JSON record a line",
    )
    run.add_argument(
        "prompt",
        nargs="?",
        metavar="PROMPT",
        help="the task, in quotes; without it, or with -, standard input",
    )


def _sessions(commands: Any) -> None:
    sessions = _add(commands, "sessions", "list, inspect, copy and delete sessions")
    does = sessions.add_subparsers(dest="does", metavar="ACTION", required=True, parser_class=Parser)
    _json(_add(does, "list", "all sessions, the newest first"))
    for name, line in (
        ("show", "what happened in a session, a line a step"),
        ("check", "whether a session's log is sound; exit status 1 where it is not"),
        ("fork", "a copy to continue from"),
        ("delete", "remove a session for good"),
    ):
        action = _add(does, name, line)
        action.add_argument("id", metavar="ID", help="a session's id, a beginning of it, or latest")
        if name == "fork":
            action.add_argument("--at", type=_whole, metavar="SEQ", help="the last record to share (else all)")
        _json(action)


def _replay(commands: Any) -> None:
    replay = _add(commands, "replay", "open the workspace on a session that has happened, also another agent's")
    replay.add_argument(
        "id",
        metavar="ID",
        help="a session's id, a beginning of it, or latest; or the path of a session of Claude Code, Codex or OpenCode",
    )
    replay.add_argument(
        "--rerun",
        choices=("model", "all", "live"),
        help="do it again and compare: with the model's recorded answers (model), those and the recorded results of"
        " calls (all), or nothing recorded (live); tools run on a scratch copy",
    )
    replay.add_argument("--model", metavar="MODEL", help="who answers in a live rerun")
    _json(replay)
    foreign = _add(commands, "import", "make another agent's session one that can be gone on from here")
    foreign.add_argument("file", metavar="FILE", help="a session's file of Claude Code, Codex or OpenCode")
    _json(foreign)


def _permissions(commands: Any) -> None:
    permissions = _add(commands, "permissions", "ask the gate what it would decide, and why it decided")
    does = permissions.add_subparsers(dest="does", metavar="ACTION", required=True, parser_class=Parser)
    check = _add(
        does,
        "check",
        "what would be decided about a call, and by which rule",
        epilog="""example:\n  claw permissions check bash '{"command": "npm test"}' --mode edits""",
    )
    check.add_argument("tool", metavar="TOOL", help="a tool's name; `claw manifest` lists them")
    check.add_argument("input", metavar="INPUT_JSON", help="""the call's arguments: '{"command": "ls"}'""")
    check.add_argument("--mode", choices=MODES, metavar="MODE", help=f"one of {', '.join(MODES)} (else the settings')")
    _rules(check, ("allow", "ask", "deny"))
    check.add_argument("--cwd", type=Path, metavar="DIR", help="the workspace (else this folder)")
    _json(check)
    why = _add(
        does,
        "why",
        "who or what decided about a call, when, by which rule, and what was shown",
        epilog="example:\n  claw permissions why call_7 --session latest",
    )
    why.add_argument("call", metavar="CALL", help="a call's id, or a beginning of it; the trace shows them")
    why.add_argument("--session", default="latest", metavar="ID", help="the session it is in (else the latest)")
    _json(why)
    trust = _add(
        does,
        "trust",
        "whether you trust a folder, so that its settings, commands and agents count",
        epilog="example:\n  claw permissions trust --yes ~/src/shop",
    )
    trust.add_argument("folder", nargs="?", type=Path, metavar="FOLDER", help="the folder (else this one)")
    said = trust.add_mutually_exclusive_group()
    for word, does_what in (("yes", "you trust it"), ("no", "you do not"), ("forget", "forget what you said")):
        said.add_argument(f"--{word}", dest="said", action="store_const", const=word, help=does_what)
    _json(trust)


def _parity(commands: Any) -> None:
    parity = _add(
        commands,
        "parity",
        "whether the Rust core and its plain-Python twins agree; exit status 1 where they do not",
        description=PARITY_DESCRIPTION,
        epilog="example:\n  claw parity ~/src/shop",
    )
    parity.add_argument("folder", nargs="?", type=Path, metavar="FOLDER", help="ask about this folder's files, too")
    _json(parity)


def _json(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--json", action="store_true", help="print JSON, and nothing else")


def _whole(text: str) -> int:
    number = int(text)
    if number < 1:
        raise argparse.ArgumentTypeError(f"{text} is less than 1")
    return number


def _names(text: str) -> tuple[str, ...]:
    return tuple(name for part in text.split(",") if (name := part.strip()))


def _amount(text: str) -> float:
    number = float(text)
    if not number > 0:
        raise argparse.ArgumentTypeError(f"{text} is no amount of money")
    return number
