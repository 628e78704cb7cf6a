"""The user documentation is true: what it names is there, what is there is named, and its examples run."""

import json
import re
import shlex
import tomllib
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import fields, is_dataclass
from pathlib import Path, PurePosixPath
from textwrap import dedent
from types import UnionType
from typing import Any, Literal, get_args, get_origin, get_type_hints

import pytest

from claw_core import error
from claw_core.catalog import provider_module, provider_names
from claw_core.config.schema import Settings, read_table
from claw_core.demo.tour import STOPS
from claw_core.event import Mode
from claw_core.message import Usage
from claw_core.opening import default_tools
from claw_core.permissions import place
from claw_core.permissions.command_line import parse as parse_line
from claw_core.permissions.known_command import only_reads
from claw_core.permissions.place import follow_links
from claw_core.permissions.policy import Decision, Policy, Sandbox
from claw_core.permissions.rule import parse_rule
from claw_core.result import EXIT_STATUS, RunResult
from claw_core.sandbox.places import CACHES
from claw_core.scripting import ScriptedCall, ScriptedReply
from claw_core.shell_environment import looks_secret
from claw_core.tool import Action, Want
from claw_tui import theme
from claw_tui.__main__ import main
from claw_tui.arguments import FORMATS, parse
from claw_tui.command import helps
from claw_tui.keymap import actions, key_name
from tests.journeys.command import python
from tests.loopback import by_place, serving

ROOT = Path(__file__).parents[2]
PAGES = (
    "guide",
    "headless",
    "models",
    "performance",
    "permissions",
    "python",
    "security",
    "settings",
    "tools",
    "troubleshooting",
)
FENCE = re.compile(r"^```(\w+)\n(.*?)^```$", re.MULTILINE | re.DOTALL)
CODE = re.compile(r"(?<!`)`([^`\n]+)`(?!`)")


def page(name: str) -> str:
    """A page as it is written."""
    return (ROOT / "docs" / f"{name}.md").read_text()


def prose(name: str) -> str:
    """A page without its blocks of code."""
    return FENCE.sub("", page(name))


def blocks(name: str, language: str) -> list[str]:
    """The blocks of code in one language."""
    return [body for kind, body in FENCE.findall(page(name)) if kind == language]


def spans(text: str) -> list[str]:
    """What stands in backticks."""
    return [span.replace(r"\|", "|") for span in CODE.findall(text)]


def tables(text: str) -> Iterator[list[list[str]]]:
    """The tables, each row as its cells; the first row is the heading."""
    for found in re.findall(r"(?:^\|.*\|\n)+", text, re.MULTILINE):
        rows = [re.split(r"(?<!\\)\|", line.strip().strip("|")) for line in found.splitlines()]
        yield [[cell.strip() for cell in row] for row in rows if not set("".join(row)) <= set(" -:")]


def rows_below(name: str, *heading: str) -> list[list[str]]:
    """The rows of the tables whose heading begins so."""
    found = [rows for rows in tables(prose(name)) if tuple(rows[0][: len(heading)]) == heading]
    assert found, f"{name}.md has no table {heading}"
    return [row for rows in found for row in rows[1:]]


def marked(name: str, mark: str) -> list[str]:
    """What stands in backticks in the paragraph or table after `<!-- mark -->`."""
    after = prose(name).partition(f"<!-- {mark} -->\n")[2].strip()
    assert after, f"{name}.md has no mark {mark}"
    return spans(after.partition("\n\n")[0])


# ---- commands


def simple_commands(line: str) -> Iterator[list[str]]:
    """The commands of a shell line, without variables set before them and files that they are connected to."""
    words = shlex.shlex(line, posix=True, punctuation_chars="|&;<>")
    words.whitespace_split = True
    command: list[str] = []
    file_follows = False
    for word in [*words, ";"]:
        if set(word) <= set("|&;<>"):
            file_follows = bool(set(word) & set("<>"))
            if not file_follows:
                yield command
                command = []
        elif file_follows:
            file_follows = False
        elif command or not re.match(r"[A-Z_]+=", word):
            command.append(word)


def claw_lines(lines: Iterable[str]) -> list[list[str]]:
    """Every `claw ...` of some shell lines, without the word claw."""
    commands = (command for line in lines for command in simple_commands(line))
    return [command[1:] for command in commands if command[:1] == ["claw"]]


@pytest.mark.parametrize("name", PAGES)
def test_every_command_line_is_understood(name: str) -> None:
    lines = [line for block in blocks(name, "sh") for line in block.splitlines()]
    lines += [line[2:] for block in blocks(name, "console") for line in block.splitlines() if line.startswith("$ ")]
    for words in claw_lines(lines):
        assert parse(words).command, words


@pytest.mark.parametrize("name", PAGES)
def test_every_command_that_is_named_is_one(name: str) -> None:
    for words in claw_lines(span for span in spans(prose(name)) if re.match(r"(\w+=\S+ )*claw ", span)):
        if any(word.startswith("-") or not word.islower() for word in words):
            assert parse(words).command, words
        else:
            with pytest.raises(SystemExit, match=r"^0$"):
                parse([*words, "--help"])


def test_the_examples_of_the_gate_say_what_the_gate_says(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    workspace = tmp_path / "home" / "shop"
    workspace.mkdir(parents=True)
    monkeypatch.chdir(workspace)
    monkeypatch.setenv("HOME", str(tmp_path / "home"))
    (told,) = blocks("permissions", "console")
    for example in told.split("$ ")[1:]:
        line, _, output = example.partition("\n")
        assert main(shlex.split(line)[1:]) == 0
        assert capsys.readouterr().out == output, line


def test_formats_and_exit_statuses_are_those_there_are() -> None:
    assert spans(" ".join(row[0] for row in rows_below("headless", "`--output-format`"))) == list(FORMATS)
    told = {row[0].strip("`"): int(row[1]) for row in rows_below("headless", "`stop`", "status")}
    assert told == EXIT_STATUS


def test_the_object_holds_what_the_page_says() -> None:
    result = RunResult(
        session="s", text="", usage=Usage(), cost=None, turns=1, files=(), stop="failed", error="no", trace=()
    )
    assert [row[0].strip("`") for row in rows_below("headless", "key", "holds")] == list(result.as_json())
    (example,) = [line for block in blocks("headless", "console") for line in block.splitlines() if '"usage"' in line]
    assert set(json.loads(example)) == set(result.as_json()) - {"error"}


@pytest.mark.parametrize("name", ["README.md", "CONTRIBUTING.md", "docs/performance.md", "docs/troubleshooting.md"])
def test_every_word_for_make_is_a_target(name: str) -> None:
    targets = set(re.findall(r"^([a-z-]+):", (ROOT / "Makefile").read_text(), re.MULTILINE))
    words = re.findall(r"(?:^    |`)make ([a-z-]+)", (ROOT / name).read_text(), re.MULTILINE)
    assert words
    assert set(words) <= targets


# ---- links


@pytest.mark.parametrize("name", [*PAGES, "../README"])
def test_every_link_leads_somewhere(name: str) -> None:
    here = (ROOT / "docs" / f"{name}.md").resolve()
    for target in re.findall(r"\]\(([^)\s]+)\)", FENCE.sub("", here.read_text())):
        if "://" in target:
            continue
        file, _, heading = target.partition("#")
        path = here.parent / file if file else here
        assert path.exists(), f"{target} in {name}.md"
        assert not heading or heading in headings(path.read_text()), f"{target} in {name}.md"


def headings(text: str) -> set[str]:
    """The anchors of a page's headings."""
    titles = re.findall(r"^#+ (.*)$", text, re.MULTILINE)
    return {re.sub(r"[^\w\- ]", "", title.lower()).replace(" ", "-") for title in titles}


# ---- settings


def settings(shape: type, prefix: str = "") -> Iterator[tuple[str, Any]]:
    """Every setting with its type."""
    hints = get_type_hints(shape)
    for field in fields(shape):
        kind = hints[field.name]
        if isinstance(kind, UnionType) or type(None) in get_args(kind):
            kind = next(each for each in get_args(kind) if each is not type(None))
        if isinstance(kind, type) and is_dataclass(kind):
            yield from settings(kind, f"{field.name}.")
        else:
            yield prefix + field.name, kind


def value_words(kind: Any, key: str) -> str:
    """How the page tells what a setting may be."""
    if get_origin(kind) is Literal:
        return ", ".join(f"`{choice}`" for choice in get_args(kind))
    if get_origin(kind) is tuple:
        return "list of rules" if key.startswith("permissions.") else "list of texts"
    if get_origin(kind) is Mapping:
        return "table of tables" if is_dataclass(get_args(kind)[1]) else "table of texts"
    return {str: "text", int: "whole number", float: "number", bool: "`true`, `false`"}[kind]


def test_the_page_of_settings_is_the_schema() -> None:
    told = {row[0].strip("`"): row[1] for row in rows_below("settings", "key", "value")}
    assert told == {key: value_words(kind, key) for key, kind in settings(Settings)}


def test_options_for_settings_are_those_there_are() -> None:
    options = spans(" ".join(row[2] for row in rows_below("settings", "key", "value")))
    for option in options:
        value = "ask" if option == "--permission-mode" else "Bash" if option in ("--allow", "--deny") else "1"
        assert parse([option, value])


@pytest.mark.parametrize("name", ["settings", "permissions"])
def test_examples_of_settings_fit(name: str) -> None:
    for block in blocks(name, "toml"):
        read_table(tomllib.loads(block), f"{name}.md")


def test_caches_are_those_there_are() -> None:
    line = page("settings").partition("Caches: ")[2].partition(".")[0]
    assert spans(line) == sorted(CACHES)


def test_themes_are_those_there_are() -> None:
    line = next(line for line in page("settings").splitlines() if line.startswith("Themes:"))
    assert sorted(spans(line)) == sorted(theme.files())


def test_environment_variables_are_those_the_code_reads() -> None:
    told = set(spans(" ".join(row[0] for row in rows_below("settings", "variable"))))
    vendors = [provider_module(name).VENDOR for name in provider_names()]
    assert {variable for vendor in vendors for variable in (*vendor.url_variables, *vendor.key_variables)} <= told
    code = "\n".join(
        path.read_text() for package in ("claw_core", "claw_tui") for path in (ROOT / package).rglob("*.py")
    )
    for variable in told:
        assert f'"{variable}"' in code, variable
    assert "CLAW_MODEL" in told


# ---- models, tools, commands, keys, errors


def test_providers_are_those_there_are() -> None:
    told = {row[0].strip("`"): " ".join(row) for row in rows_below("models", "provider", "for")}
    assert set(told) == set(provider_names())
    for name, row in told.items():
        vendor = provider_module(name).VENDOR
        for word in (*vendor.url_variables, *vendor.key_variables, vendor.base_url):
            assert word in row, (name, word)
    assert f"`{provider_module('openai').VENDOR.default_model}`" in page("models")


def test_the_page_of_tools_is_the_tools() -> None:
    sections = dict(re.findall(r"^## `(\w+)`\n(.*?)(?=^## |\Z)", page("tools"), re.MULTILINE | re.DOTALL))
    tools = {tool.name: tool for tool in default_tools()}
    assert sections.keys() == tools.keys()
    for name, section in sections.items():
        (rows,) = tables(section)
        told = {row[0].strip("`"): row[1] for row in rows[1:]}
        known = tools[name].input.model_fields
        assert list(told) == list(known), name
        for argument, field in known.items():
            said = told[argument]
            assert (said == "") == field.is_required(), (name, argument)
            if said.startswith("`"):
                assert said == f"`{json.dumps(field.default).strip(chr(34))}`", (name, argument)
            elif said:
                assert field.default == "", (name, argument)


def test_slash_commands_are_those_there_are() -> None:
    assert [row[0].strip("`/") for row in rows_below("guide", "command")] == list(helps())


@pytest.mark.parametrize("where", ["workbench", "permissions", "diffs", "replay"])
def test_keys_of_the_guide_are_bound(where: str) -> None:
    bound = {key_name(key).lower() for action in actions(where) for key in action.keys}
    after = prose("guide").partition(f"<!-- keys: {where} -->")[2]
    rows = next(tables(after))
    for key in spans(" ".join(row[0] for row in rows[1:])):
        assert key.lower() in bound, key


def test_keys_of_the_tour_are_bound() -> None:
    parts = ("conversation", "trace", "diffs", "permissions", "prompt", "prompt")
    for part, stop in zip(parts, STOPS, strict=True):
        bound = {key_name(key) for action in actions(part, "workbench", "list") for key in action.keys}
        named = {key.replace("Shift+", "⇧").replace("Ctrl+", "^") for key in spans(stop)}
        words = {key for key in named if key.startswith("claw ")} | {"yes", "/"}
        assert not named - words - bound, part


def test_every_error_is_explained() -> None:
    kinds = {
        name
        for name, kind in vars(error).items()
        if isinstance(kind, type) and issubclass(kind, error.ClawError) and kind.__module__ == error.__name__
    }
    parents = {"ClawError", "ProviderError", "ToolError"}
    assert {row[0].strip("`") for row in rows_below("troubleshooting", "error")} == kinds - parents


# ---- permissions


@pytest.fixture
def policy(tmp_path: Path) -> Policy:
    root, home = tmp_path / "home" / "shop", tmp_path / "home"
    root.mkdir(parents=True)
    return Policy(mode="ask", root=root, home=home, resolve=follow_links(root, home), sandbox=Sandbox(holds=True))


def decide(policy: Policy, tool: str, subject: str) -> Decision:
    """What the gate says about a command or a path."""
    wanted: dict[str, Action] = {"bash": "run", "read": "read", "edit": "write"}
    arguments = {"command" if tool == "bash" else "path": subject}
    return policy.decide(tool, arguments, (Want(action=wanted[tool], subject=subject),))


def test_modes_are_those_there_are(policy: Policy) -> None:
    rows = rows_below("permissions", "mode", "reading the workspace")
    assert [row[0].strip("`") for row in rows] == list(get_args(Mode))
    calls = [("read", "a.py"), ("edit", "a.py"), ("bash", "ls"), ("bash", "make")]
    words = {"allow": "free", "ask": "asked", "deny": "denied"}
    for row, mode in zip(rows, get_args(Mode), strict=True):
        said = [words[decide(policy.with_mode(mode), *call).decision] for call in calls]
        assert said == [cell.split()[0] for cell in row[1:]], mode


def test_rules_cover_what_the_page_says(policy: Policy) -> None:
    for rule, covered, left in rows_below("permissions", "rule", "covers"):
        text = rule.strip("`")
        allowing, tool = policy.with_rule(text), parse_rule(text).tool
        for subject in spans(covered):
            decision = decide(allowing, tool, subject)
            assert (decision.decision, decision.rule) == ("allow", text), subject
        for subject in spans(left):
            assert decide(allowing, tool, subject).decision == "ask", subject


@pytest.mark.parametrize("name", [*PAGES, "../README"])
def test_every_rule_that_is_named_is_one(name: str) -> None:
    text = page(name)
    for rule in re.findall(r"""['"`]((?:Bash|Read|Edit|Write|WebFetch)\([^'"`]*\))['"`]""", text):
        parse_rule(rule)


def test_secrets_and_protected_places_are_those_there_are(policy: Policy) -> None:
    def path(text: str) -> Path:
        return place.written(text, policy.root, policy.home)

    assert [text for text in marked("permissions", "secret") if not place.secret(path(text))] == []
    assert [text for text in marked("permissions", "not secret") if place.secret(path(text))] == []
    places = marked("permissions", "protected")
    assert [text for text in places if not place.protected(path(text))] == []
    everything = policy.with_rule("Edit(//**)")
    assert {decide(everything, "edit", text).decision for text in places} == {"ask"}
    wide = policy.with_rule("Read(~/**)")
    assert {decide(wide, "read", text).decision for text in marked("permissions", "secret")} == {"ask"}


def test_what_is_dangerous_is_told_apart(policy: Policy) -> None:
    for command, _ in rows_below("permissions", "command", "why"):
        (line,) = spans(command)
        decision = decide(policy.with_rule("Bash").with_rule("Edit(//**)"), "bash", line)
        assert (decision.decision, decision.dangerous) == ("ask", True), line


def test_what_only_reads_runs_in_every_mode(policy: Policy) -> None:
    for line in marked("permissions", "reads"):
        assert all(map(only_reads, parse_line(line).commands)), line
        assert decide(policy.with_mode("plan"), "bash", line).decision == "allow", line


def test_what_starts_another_command_is_looked_through_or_judged_with_it() -> None:
    through = {line: parse_line(line) for line in marked("permissions", "looked through")}
    assert [line for line, parsed in through.items() if parsed.uncertain] == []
    assert {parsed.commands[0].words[:2] for parsed in through.values()} == {("rm", "x")}
    for line in marked("permissions", "judged with"):
        parsed = parse_line(line)
        assert (parsed.uncertain, len(parsed.commands), parsed.commands[-1].words[:2]) == ("", 2, ("rm", "x")), line


def test_what_is_not_understood_is_asked_about(policy: Policy) -> None:
    for line in marked("permissions", "uncertain"):
        assert parse_line(line).uncertain, line
        assert decide(policy, "bash", line).decision == "ask", line


def test_variables_that_are_hidden_are_those_the_page_names() -> None:
    assert [name for name in marked("security", "hidden") if not looks_secret(name)] == []
    assert not looks_secret("DATABASE_URL")


# ---- Python

SCRIPT = (
    ScriptedReply(text="I read it.", calls=(ScriptedCall(name="read", input={"path": "src/auth.py"}),)),
    ScriptedReply(
        calls=(
            ScriptedCall(
                name="edit", input={"path": "src/auth.py", "old_string": "def login", "new_string": "async def login"}
            ),
        )
    ),
    ScriptedReply(text="login is async now.", usage=Usage(input=1200, output=80)),
)
EXAMPLES = re.findall(r"^```python\n(.*?)^```$(?:\n+```text\n(.*?)^```$)?", page("python"), re.MULTILINE | re.DOTALL)


@pytest.mark.parametrize("number", range(len(EXAMPLES)))
def test_examples_in_python_run(number: int, tmp_path: Path) -> None:
    example, output = EXAMPLES[number]
    project = tmp_path / "project"
    (project / "src").mkdir(parents=True)
    (project / "src" / "auth.py").write_text("def login(user):\n    return user\n")
    with serving(by_place(SCRIPT)) as server:
        done = python(
            dedent(example),
            home=tmp_path,
            cwd=project,
            OPENAI_BASE_URL=server.url,
            OPENAI_API_KEY="sk-test",
            CLAW_MODEL="tiny",
        )
    assert (done.returncode, done.stderr) == (0, "")
    assert not output or done.stdout == output


def test_the_script_of_the_page_of_python_plays(tmp_path: Path) -> None:
    from claw_core.scripting import load_script

    (script,) = blocks("python", "toml")
    file = tmp_path / "script.toml"
    file.write_text(script)
    assert [reply.text for reply in load_script(file)] == ["I read it.", "It defines login."]


def test_public_names_are_imported_from_where_they_are() -> None:
    import claw_code

    used = {word for block in blocks("python", "python") for word in _imported(block, "claw_code")}
    assert used <= set(claw_code.__all__)


def _imported(code: str, module: str) -> Iterator[str]:
    for names in re.findall(rf"^from {module} import (.+)$", code, re.MULTILINE):
        yield from re.split(r",\s*", names)


def test_places_of_files_are_those_the_code_uses(tmp_path: Path) -> None:
    from claw_core.config.keys import keys_file
    from claw_core.config.paths import Paths, project_settings

    paths = Paths.of({"HOME": str(tmp_path)})
    told = page("settings")
    for path in (paths.settings, keys_file(paths), paths.sessions, paths.config):
        assert f"`~/{PurePosixPath(path.relative_to(tmp_path))}" in told, path
    assert f"`~/{PurePosixPath(paths.own_settings(tmp_path).parent.relative_to(tmp_path))}" in told
    assert f"`{project_settings(tmp_path).relative_to(tmp_path)}`" in told
