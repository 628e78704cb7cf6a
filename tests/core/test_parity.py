"""`claw parity`: both implementations get the same questions, and whoever asks hears where they differ."""

import ast
import json
import os
import signal
import subprocess
import sys
from pathlib import Path
from types import ModuleType
from typing import Any

import pytest

from claw_core.native import _native
from claw_core.parity import areas
from claw_core.parity.audit import Comparison, audit, extension, twin, unasked
from claw_core.parity.bundled import write_bundled
from claw_core.parity.corpus import LARGEST_SAMPLE, MOST_SAMPLES, Corpus, corpus_of
from claw_core.reference.terminal import Terminal
from claw_core.registry import load, names
from claw_tui.arguments import parse
from claw_tui.entries.parity import enter, tell
from tests.journeys.command import claw, environment, wait_until

ROOT = Path(__file__).parents[2]


@pytest.fixture(scope="module")
def bundled(tmp_path_factory: pytest.TempPathFactory) -> Corpus:
    return corpus_of(write_bundled(tmp_path_factory.mktemp("bundled")))


def public_functions() -> set[str]:
    """What the manual of the extension lists."""
    manual = ast.parse((ROOT / "claw_core" / "native" / "_native.pyi").read_text())
    (listed,) = [node.value for node in manual.body if isinstance(node, ast.Assign)]
    return set(ast.literal_eval(listed))


def test_everything_in_the_extension_is_asked_about_or_has_a_reason(bundled: Corpus) -> None:
    asked = {case.function for area in names(areas.__name__) for case in load(areas.__name__, area).cases(bundled)}
    assert asked | set(unasked()) == public_functions()
    assert not asked & set(unasked())


def test_both_agree_about_what_is_bundled(tmp_path: Path) -> None:
    done = claw("parity", "--json", home=tmp_path)
    told = json.loads(done.stdout)["functions"]
    assert [each["first_difference"] for each in told if each["differing"]] == []
    assert done.returncode == 0
    assert {each["name"] for each in told} == public_functions() - set(unasked())
    assert all(each["cases"] == each["equal"] > 0 for each in told)
    assert all(each["speedup"] > 0 for each in told)


def test_a_person_sees_a_table_and_the_folder_is_only_read(tmp_path: Path) -> None:
    project = tmp_path / "project"
    (project / "src").mkdir(parents=True)
    (project / "src" / "cart.py").write_text("def total(lines):\n    return sum(lines)\n" * 20)
    (project / "build.sh").write_text("#!/bin/sh\nset -e\nmake | tee build.log\n")
    before = {path: path.lstat().st_mtime_ns for path in [project, *project.rglob("*")]}
    alone = claw("parity", home=tmp_path, cwd=project)
    both = claw("parity", "src", home=tmp_path, cwd=project)
    heading, *rows = both.stdout.splitlines()
    assert heading.split() == ["function", "cases", "equal", "differing", "times", "faster"]
    assert {row.split()[0] for row in rows if row and row[0].isalpha()} >= {"Search", "make_hunks"}
    assert "all equal" in both.stdout
    assert both.returncode == alone.returncode == 0
    assert number_of_cases(both.stdout) > number_of_cases(alone.stdout)
    assert {path: path.lstat().st_mtime_ns for path in [project, *project.rglob("*")]} == before


def number_of_cases(table: str) -> int:
    return int(table.splitlines()[-1].split()[0].replace(",", ""))


def test_a_difference_is_shown_with_the_place_where_they_part(
    bundled: Corpus, capsys: pytest.CaptureFixture[str]
) -> None:
    class Shortened(Terminal):
        def on_screen(self) -> str:
            return super().on_screen()[:-1]

    def mistaken(area: str) -> ModuleType:
        if area != "shell":
            return twin(area)
        wrong: Any = ModuleType("wrong")
        wrong.Process = twin(area).Process
        wrong.Terminal = Shortened
        return wrong

    found = list(audit([bundled], rust=extension(), python=mistaken))
    (terminal,) = [each for each in found if each.name == "Terminal"]
    assert terminal.differing > 0
    assert terminal.equal + terminal.differing == terminal.cases
    assert [each for each in found if each.differing] == [terminal]
    assert tell([terminal], as_json=False) == 1
    shown = capsys.readouterr().out
    assert terminal.first_difference is not None
    for part in (terminal.first_difference.case, terminal.first_difference.rust, terminal.first_difference.python):
        assert part in shown
    assert f"{terminal.differing} differ" in shown
    assert tell([terminal], as_json=True) == 1
    (told,) = json.loads(capsys.readouterr().out)["functions"]
    assert told["first_difference"] == terminal.first_difference.as_json()


def test_a_refusal_is_an_answer_and_an_engine_that_breaks_is_not_hidden(bundled: Corpus) -> None:
    def broken(*_: object, **__: object) -> None:
        raise ZeroDivisionError

    engine = ModuleType("engine")
    for name in public_functions():
        setattr(engine, name, broken if name == "Terminal" else getattr(_native, name))
    with pytest.raises(ZeroDivisionError):
        list(audit([bundled], rust=engine))


def test_a_folder_is_sampled_within_bounds_and_the_same_each_time(tmp_path: Path) -> None:
    for number in range(3 * MOST_SAMPLES):
        (tmp_path / f"{number}.txt").write_text(f"number {number}\n")
    (tmp_path / "large.txt").write_bytes(b"x" * (LARGEST_SAMPLE + 1))
    os.mkfifo(tmp_path / "pipe")
    (tmp_path / "loop").symlink_to(tmp_path)
    corpus = corpus_of(tmp_path)
    assert len(corpus.samples) == MOST_SAMPLES
    assert corpus == corpus_of(tmp_path)
    assert corpus.roots == (tmp_path,)


def test_of_a_folder_that_is_too_large_parts_are_searched(tmp_path: Path) -> None:
    for folder in range(3):
        (tmp_path / str(folder)).mkdir()
        for number in range(12):
            (tmp_path / str(folder) / f"{number}.txt").write_text("words\n")
    corpus = corpus_of(tmp_path, most_files=20)
    assert corpus.roots
    assert {root.parent for root in corpus.roots} == {tmp_path}


def test_an_audit_ends_when_its_time_is_over(bundled: Corpus) -> None:
    short = list(audit([bundled], rust=extension(), patience=0))
    assert [each.cases for each in short] == [1] * len(short)
    assert len(short) == len(names(areas.__name__))


def test_a_folder_that_is_not_there_is_a_usage_error(tmp_path: Path) -> None:
    done = claw("parity", "nowhere", home=tmp_path)
    assert (done.returncode, done.stdout) == (2, "")
    assert "no folder nowhere" in done.stderr


def test_an_interrupt_ends_it_and_leaves_nothing(tmp_path: Path) -> None:
    (tmp_path / "tmp").mkdir()
    with subprocess.Popen(
        [sys.executable, "-m", "claw_tui", "parity", str(ROOT)],
        env=environment(tmp_path, TMPDIR=str(tmp_path / "tmp"), PYTHONPATH=str(ROOT)),
        cwd=tmp_path,
        stdout=subprocess.PIPE,
        text=True,
        # Who tests in the background of a shell has interrupts ignored, and so would what they start.
        preexec_fn=lambda: signal.signal(signal.SIGINT, signal.SIG_DFL),  # noqa: PLW1509 - a child of one call
    ) as process:
        wait_until(lambda: any((tmp_path / "tmp").glob("claw-parity-*")))
        process.send_signal(signal.SIGINT)
        assert process.wait(timeout=60) == 130
    assert list((tmp_path / "tmp").iterdir()) == []


def test_the_entry_takes_what_the_command_line_says(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (tmp_path / "notes.txt").write_text("some words to look for\n")
    assert enter(parse(["parity", str(tmp_path), "--json"])) == 0
    told = json.loads(capsys.readouterr().out)["functions"]
    assert set(told[0]) == {"name", "cases", "equal", "differing", "first_difference", "speedup"}


def test_the_speed_is_that_of_the_extension_over_the_twin() -> None:
    assert Comparison("f", cases=2, rust_seconds=0.5, python_seconds=2.0).speedup == 4
    assert Comparison("f").speedup is None
