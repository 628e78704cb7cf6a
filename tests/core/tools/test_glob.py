"""`glob`: files by name, sorted, counted."""

import pytest

from claw_core.block import ListingBlock
from claw_core.error import FileMissing
from claw_core.file_globs import names_hidden, rooted, split_globs
from claw_core.tool import Want
from tests.core.tools.bench import Bench, refusal, told


@pytest.fixture
def project(bench: Bench) -> Bench:
    bench.files(dict.fromkeys(["b.py", "a.py", "src/c.py", "src/d.ts", "src/deep/e.tsx", ".github/ci.yml"], ""))
    return bench


async def test_names_fit_at_any_depth_and_paths_from_the_root(project: Bench) -> None:
    result = await project.run("glob", pattern="*.py")
    assert (told(result), result.summary) == ("a.py\nb.py\nsrc/c.py", "3 files")
    assert told(await project.run("glob", pattern="src/**/*.{ts,tsx}")) == "src/d.ts\nsrc/deep/e.tsx"
    assert told(await project.run("glob", pattern="*.ts", path="src")) == "src/d.ts"
    assert told(await project.run("glob", pattern="./src/*.py")) == "src/c.py"
    assert told(await project.run("glob", pattern=f"{project.root}/src/*.py")) == "src/c.py"


async def test_hidden_files_are_found_where_they_are_named(project: Bench) -> None:
    assert told(await project.run("glob", pattern=".github/**")) == ".github/ci.yml"
    assert told(await project.run("glob", pattern="*.yml")) == "No file below . has such a name."


async def test_what_was_cut_is_counted(project: Bench) -> None:
    result = await project.run("glob", pattern="*", limit=2)
    assert told(result) == "a.py\nb.py\n[2 of 5 files. Narrow the pattern or raise limit.]"
    assert isinstance(result.blocks[0], ListingBlock)
    assert (len(result.blocks[0].rows), result.blocks[0].total) == (2, 5)


async def test_bad_patterns_and_folders_are_named(project: Bench) -> None:
    assert "no pattern" in (await refusal(project.run("glob", pattern="{a"))).message
    assert isinstance(await refusal(project.run("glob", pattern="*", path="nowhere")), FileMissing)


def test_it_wants_to_read_where_the_pattern_starts(bench: Bench) -> None:
    tool = bench.tool("glob")
    assert tool.reads_only
    assert tool.wants(tool.parse({"pattern": "*.py"})) == (Want(action="read", subject="."),)
    assert tool.wants(tool.parse({"pattern": "/etc/**/*.conf"})) == (Want(action="read", subject="/etc"),)
    assert tool.wants(tool.parse({"pattern": "../*", "path": "src"})) == (Want(action="read", subject="src/.."),)
    assert tool.wants(tool.parse({"pattern": "~root/*", "path": "src"})) == (Want(action="read", subject="src"),)


def test_globs_are_taken_apart() -> None:
    assert split_globs("*.py, src/**/*.{ts,tsx} ./x") == ("*.py", "src/**/*.{ts,tsx}", "x")
    assert split_globs("") == ()
    assert rooted("/etc/hosts") == ("/etc", "hosts")
    assert rooted("~/x/*.md") == ("~/x", "*.md")
    assert rooted("~root/*.md") == ("", "~root/*.md")
    assert rooted("a/*.md") == ("", "a/*.md")
    assert names_hidden("src/.env*")
    assert not names_hidden("./src", "../x", "")
