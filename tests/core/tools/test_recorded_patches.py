"""Patches and edits that models really wrote, and the cases that other tools are tested with.

Where this project does something else than the tool that a case is from, the case is named here with the reason.
"""

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from claw_core.error import ToolError
from claw_core.native.patch import (
    Chunk,
    Edit,
    FilePatch,
    apply_hunks,
    fit_chunks,
    make_hunks,
    parse_patch,
    replace_pieces,
)
from claw_core.replacement import patched
from tests.core.tools.bench import Bench

DATA = Path(__file__).parents[4] / "shared" / "data"


def recorded(pattern: str, applies: Callable[[Any], bool] = lambda _: True) -> list[Any]:
    """Every case of a family that a test is about; one that is skipped where the data is not there."""
    found = sorted(DATA.glob(pattern))
    absent = pytest.mark.skip("The recorded patches are not beside the project (../shared/data).")
    cases = [path for path in found if path.suffix != ".json" or applies(load(path))]
    return [pytest.param(path, id=path.name) for path in cases] or [pytest.param(None, marks=absent)]


def load(path: Path) -> Any:
    return json.loads(path.read_text())


def below(folder: Path) -> dict[str, bytes]:
    return {str(path.relative_to(folder)): path.read_bytes() for path in folder.rglob("*") if path.is_file()}


DIFFERS = {
    "011_add_overwrites_existing_file": "a file that exists is not overwritten: that it is to be new may be an error",
    "015_failure_after_partial_success_leaves_changes": "a patch is applied completely, or not at all",
}


@pytest.mark.parametrize("case", recorded("apply_patch/scenarios/*"))
async def test_the_scenarios_of_apply_patch(bench: Bench, case: Path) -> None:
    before, expected = below(case / "input"), below(case / "expected")
    bench.files(before)
    for path in before:
        await bench.run("read", path=path)
    try:
        await bench.change("apply_patch", patch=(case / "patch.txt").read_text())
        refused = False
    except ToolError:
        refused = True
    if case.name in DIFFERS:
        assert refused, DIFFERS[case.name]
        assert below(bench.root) == before != expected
        return
    assert refused == ("rejects" in case.name or "fails" in case.name)
    assert below(bench.root) == expected


@pytest.mark.parametrize("case", recorded("apply_patch/bodies/*.json"))
async def test_operations_that_a_model_sent(bench: Bench, case: Path) -> None:
    for call in load(case)["apply_patch_calls"]:
        operation = call["operation"]
        path = operation["path"]
        if operation["type"] == "delete_file":
            bench.files({path: "gone\n"})
            await bench.run("read", path=path)
        words = {"create_file": "Add", "update_file": "Update", "delete_file": "Delete"}
        section = f"*** {words[operation['type']]} File: {path}\n{operation.get('diff', '')}"
        await bench.change("apply_patch", patch=f"*** Begin Patch\n{section}\n*** End Patch\n")
        lines = operation.get("diff", "").splitlines()
        expected = {path: "".join(line[1:] + "\n" for line in lines).encode()} if lines else {}
        assert below(bench.root) == expected


@pytest.mark.parametrize("case", recorded("edits/claude_code_edit/ok_*.json"))
def test_edits_that_worked_elsewhere_work_the_same(case: Path) -> None:
    told = load(case)
    edit = Edit(old=told["old_string"], new=told["new_string"], everywhere=bool(told["replace_all"]))
    after, (placed,) = replace_pieces(told["original"], [edit])
    assert (placed.verdict, after) == ("fits", told["expected_file"])


FORGIVEN = {"error_005", "error_010", "error_011", "error_030", "error_036"}
"""Refused there as not found, made here: all lines are there, and every one of them is indented by one tab more."""


def is_about_the_text(told: Any) -> bool:
    """Whether it failed for what the file holds, and that is known."""
    error = told["error"]
    is_known = told["file_content_if_known"] is not None
    return is_known and ("not found in file" in error or "matches of the string" in error)


@pytest.mark.parametrize("case", recorded("edits/claude_code_edit/error_*.json", is_about_the_text))
def test_edits_that_failed_elsewhere_fail_here_or_are_forgiven(case: Path) -> None:
    told = load(case)
    text, error = told["file_content_if_known"], told["error"]
    after, (placed,) = replace_pieces(text, [Edit(old=told["old_string"], new=told["new_string"])])
    if case.stem in FORGIVEN:
        assert (placed.verdict, placed.stage) == ("fits", "indentation")
        assert squeezed(after) == squeezed(text).replace(squeezed(told["old_string"]), squeezed(told["new_string"]))
    else:
        assert placed.verdict == ("absent" if "not found" in error else "ambiguous")
        assert after == text
        assert placed.verdict == "absent" or len(placed.lines) == text.count(told["old_string"])


def squeezed(text: str) -> str:
    return "\n".join(line.strip() for line in text.split("\n"))


def is_parsed(told: Any) -> bool:
    """Whether what was meant is recorded."""
    return told["expected_parse_error"] or told["expected_blocks"] is not None


@pytest.mark.parametrize("case", recorded("edits/aider_chat/*.json", is_parsed))
def test_fences_in_real_replies_are_read(case: Path) -> None:
    told = load(case)
    if told["expected_parse_error"]:
        with pytest.raises(ValueError, match=r"^line \d+: expected (=======|>>>>>>> REPLACE)$"):
            parse_patch(told["section_markdown"])
        return
    # Blocks of shell commands are no edits: a patch runs nothing.
    blocks = [
        (block["path"], block["search"], block["replace"]) for block in told["expected_blocks"] if "path" in block
    ]
    assert [(file.path, *sides(file)) for file in parse_patch(told["section_markdown"])] == blocks


def sides(file: FilePatch) -> tuple[str, str]:
    lines = [line for chunk in file.chunks for line in chunk.lines]
    return "".join(line[1:] for line in lines if line[0] == "-"), "".join(line[1:] for line in lines if line[0] == "+")


@pytest.mark.parametrize("case", recorded("edits/aider_tests/*.json"))
def test_the_cases_of_an_edit_format(case: Path) -> None:
    for told in load(case):
        strings = told["strings"]
        if "whole" in strings:
            old = tuple(f"-{line}\n" for line in strings["part"].splitlines())
            new = tuple(f"+{line}\n" for line in strings["replace"].splitlines())
            file = FilePatch(action="update", path="a", chunks=(Chunk(lines=old + new),), ends=True)
            assert patched(strings["whole"], file, "a")[0] == strings["expected_output"]
        elif told["expects_error"]:
            with pytest.raises(ValueError, match="expected"):
                parse_patch(strings["edit"])
        elif "edit" in strings:
            (file,) = parse_patch(strings["edit"])
            assert file.path in {"foo.txt", "Program.cs"}
            if "search_text" in strings:
                assert sides(file) == (strings["search_text"], strings["replace_text"])
        elif "content" in strings:
            files = parse_patch(strings["content"])
            assert all(file.chunks and file.path for file in files)
            assert files[0].path == strings.get("asserted_0", "aider/versioncheck.py")


@pytest.mark.parametrize("case", recorded("edits/continue_lazy/*.diff"))
def test_changes_that_were_written_lazily_are_hunks_once_they_are_written_out(case: Path) -> None:
    """A rewriting that leaves parts out (`// ... existing code ...`) is no form of a patch here: what was left out
    would have to be guessed. What it meant is recorded as a diff, and that is taken."""
    before, _, diff = case.read_text().split("\n---\n")
    lines = diff.strip("\n").split("\n")
    old = "".join(line.removeprefix("-") + "\n" for line in lines if line[:1] != "+")
    new = "".join(line.removeprefix("+") + "\n" for line in lines if line[:1] != "-")
    assert squeezed(old).strip() == squeezed(before).strip()
    hunks = make_hunks(old, new)
    assert apply_hunks(old, hunks) == new
    fits = fit_chunks(old, [Chunk(lines=hunk.lines) for hunk in hunks])
    assert [fitted.hunk for fitted in fits] == list(hunks)
