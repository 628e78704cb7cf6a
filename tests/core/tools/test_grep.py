"""`grep`: hits with their places, files or counts, and a clear word for a bad pattern."""

import pytest

from claw_core.block import ListingBlock, ListingRow
from claw_core.error import FileMissing
from claw_core.tool import Want
from tests.core.tools.bench import Bench, refusal, told

PROJECT = {
    "src/a.py": "import os\n\ndef load(path):\n    return os.open(path)\n",
    "src/b.rs": "fn load() {}\nfn main() { load() }\n",
    "notes.md": "Load it.\n",
    ".github/ci.yml": "run: load\n",
    ".ignore": "build/\n",
    "build/out.py": "def load(): ...\n",
}


@pytest.fixture
def project(bench: Bench) -> Bench:
    bench.files(PROJECT)
    return bench


async def test_hits_stand_below_their_file(project: Bench) -> None:
    result = await project.run("grep", pattern="load")
    assert told(result) == ("src/a.py\n3: def load(path):\nsrc/b.rs\n1: fn load() {}\n2: fn main() { load() }")
    assert result.summary == "3 hits in 2"
    block = result.blocks[0]
    assert isinstance(block, ListingBlock)
    assert block.total == 3
    assert block.rows[0] == ListingRow(path="src/a.py", line=3, text="def load(path):")


async def test_context_lines_are_told_from_hits(project: Bench) -> None:
    result = await project.run("grep", pattern="def load", context=1)
    assert told(result) == "src/a.py\n2- \n3: def load(path):\n4-     return os.open(path)"


async def test_only_files_or_counts(project: Bench) -> None:
    files = await project.run("grep", pattern="load", output="files")
    assert (told(files), files.summary) == ("src/a.py\nsrc/b.rs", "2 files")
    counts = await project.run("grep", pattern="load", output="count", ignore_case=True)
    assert told(counts) == "notes.md: 1\nsrc/a.py: 1\nsrc/b.rs: 2"
    other = await project.run("grep", regex="load", output_mode="files_with_matches", head_limit=1)
    assert told(other) == "src/a.py\n[1 of 2 left out. Narrow the pattern, path or glob, or raise limit.]"


async def test_files_are_chosen_by_folder_glob_and_type(project: Bench) -> None:
    assert (await project.run("grep", pattern="load", glob="*.rs")).summary == "2 hits in 1"
    assert (await project.run("grep", pattern="load", glob=["*.rs", "*.md"], ignore_case=True)).summary == "3 hits in 2"
    assert (await project.run("grep", pattern="load", type="py")).summary == "1 hit in 1"
    only = await project.run("grep", pattern="load", path="src/a.py")
    assert told(only) == "src/a.py\n3: def load(path):"
    assert told(await project.run("grep", pattern="main", path=str(project.root / "src"))).startswith("src/b.rs\n")


async def test_hidden_files_are_searched_where_they_are_named(project: Bench) -> None:
    assert told(await project.run("grep", pattern="run: load", path=".github")) == ".github/ci.yml\n1: run: load"
    assert (await project.run("grep", pattern="run: load", glob=".github/**")).summary == "1 hit in 1"
    assert (await project.run("grep", pattern="run: load")).summary == "no hits"


async def test_a_match_over_several_lines(project: Bench) -> None:
    assert (await project.run("grep", pattern=r"path\):\s+return")).summary == "no hits"
    assert (await project.run("grep", pattern=r"path\):\s+return", multiline=True)).summary == "2 hits in 1"


async def test_no_hits_is_no_error(project: Bench) -> None:
    result = await project.run("grep", pattern="absent")
    assert (told(result), result.outcome) == ("No line matches in 3 files.", "ok")


async def test_more_than_the_limit_is_counted(project: Bench) -> None:
    project.files({"many": "hit\n" * 500})
    result = await project.run("grep", pattern="^hit$", limit=2)
    assert told(result).endswith(
        "1: hit\n2: hit\n[498 of 500 left out. Narrow the pattern, path or glob, or raise limit.]"
    )
    assert isinstance(result.blocks[0], ListingBlock)
    assert (len(result.blocks[0].rows), result.blocks[0].total) == (2, 500)


async def test_a_bad_pattern_or_type_says_what_is_wrong(project: Bench) -> None:
    bad = (await refusal(project.run("grep", pattern="load("))).message
    assert "the pattern is bad" in bad
    assert "    load(\n        ^" in bad
    assert "klingon" in (await refusal(project.run("grep", pattern="x", type="klingon"))).message
    assert isinstance(await refusal(project.run("grep", pattern="x", path="nowhere")), FileMissing)


def test_it_wants_to_read_where_it_searches(bench: Bench) -> None:
    tool = bench.tool("grep")
    assert tool.reads_only
    assert tool.wants(tool.parse({"pattern": "x"})) == (Want(action="read", subject="."),)
    input = tool.parse({"query": "x", "directory": "src", "include": "*.py", "-i": True, "-C": 2})
    assert tool.wants(input) == (Want(action="read", subject="src"),)
    assert tool.target(input) == "x in *.py src"
    assert (input.model_dump()["ignore_case"], input.model_dump()["context"]) == (True, 2)
    assert "-i" not in str(tool.schema)
