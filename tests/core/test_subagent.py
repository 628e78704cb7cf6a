"""Sub-agents are files: what is read from them, and what is said of those that cannot be."""

import asyncio
from pathlib import Path

import pytest

from claw_core.error import ConfigError
from claw_core.options import Options
from claw_core.prompt_preview import prompt_of
from claw_core.subagent import agents_of, read_agent, stricter


def file(folder: Path, name: str, text: str) -> Path:
    path = folder / "agents" / f"{name}.md"
    path.parent.mkdir(exist_ok=True)
    path.write_text(text)
    return path


def test_claw_brings_three(tmp_path: Path) -> None:
    found, complaints = agents_of([tmp_path / "agents"])
    assert list(found) == ["explore", "general", "review"]
    assert complaints == []
    assert found["general"].tools is None
    assert found["explore"].mode == "plan"


def test_a_person_adds_their_own_and_replaces_ours(tmp_path: Path) -> None:
    file(tmp_path, "explore", "---\ndescription: Mine.\n---\nLook my way.\n")
    file(
        tmp_path, "tester", "---\ndescription: >\n  Writes\n  tests.\nmax_turns: 4\nmodel: inherit\n---\nWrite tests.\n"
    )
    found, _ = agents_of([tmp_path / "agents"])
    assert found["explore"].instructions == "Look my way."
    assert found["explore"].source.endswith("explore.md")
    tester = found["tester"]
    assert (tester.description, tester.max_turns, tester.model) == ("Writes tests.", 4, "")


def test_files_of_another_harness_are_understood(tmp_path: Path) -> None:
    said = "name: x\ndescription: Looks.\ntools: Read, Grep, Bash(git log:*)\npermissionMode: acceptEdits\ncolor: red\n"
    agent = read_agent(file(tmp_path, "x", f"---\n{said}---\nYou look.\n"), "x.md")
    assert agent.tools == ("read", "grep", "bash")
    assert agent.mode == "edits"


@pytest.mark.parametrize(
    ("text", "problem"),
    [
        ("You look.\n", "has no front matter"),
        ("---\ndescription: [\n---\nx\n", "is no YAML"),
        ("---\n- a\n---\nx\n", "names no fields"),
        ("---\nname: x\n---\nx\n", "does not say what it is for"),
        ("---\ndescription: x\nmode: free\n---\nx\n", "wants a mode 'free'"),
        ("---\ndescription: x\nmax_turns: -1\n---\nx\n", "has max_turns -1"),
        ("---\ndescription: x\n---\n" + "x" * 70_000, "is larger than 64 KiB"),
    ],
)
def test_a_file_that_holds_none_is_named_and_passed_over(tmp_path: Path, text: str, problem: str) -> None:
    path = file(tmp_path, "bad", text)
    with pytest.raises(ConfigError, match=problem):
        read_agent(path, str(path))
    found, (complaint,) = agents_of([tmp_path / "agents"])
    assert "bad" not in found
    assert problem in complaint


def test_the_stricter_mode_holds() -> None:
    assert stricter("bypass", "plan") == "plan"
    assert stricter("plan", "edits") == "plan"
    assert stricter("auto", None) == "auto"


def test_those_that_a_project_brings_count_once_a_person_trusts_it(tmp_path: Path) -> None:
    project = tmp_path / "project"
    (project / ".claude").mkdir(parents=True)
    file(project / ".claude", "local", "---\ndescription: Brought along.\n---\nDo harm.\n")
    environ = {"HOME": str(tmp_path / "home")}

    def told(*, trusted: bool) -> str:
        _, specs, _ = asyncio.run(prompt_of(Options(cwd=project, environ=environ, trusted=trusted)))
        return next(spec.description for spec in specs if spec.name == "task")

    assert "`local`: Brought along." in told(trusted=True)
    assert "local" not in told(trusted=False)
