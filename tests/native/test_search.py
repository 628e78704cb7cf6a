"""What a search through the door promises to whoever awaits it."""

import asyncio
import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Generator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from pathlib import Path

import pytest

from claw_core.native.search import FindResult, Line, SearchResult, find, pages, search
from claw_core.parity.awkward_tree import write_tree

ROOT = Path(__file__).parents[2]


@pytest.fixture(scope="module")
def corpus(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return write_tree(tmp_path_factory.mktemp("corpus"))


@pytest.fixture
def project(tmp_path: Path) -> Path:
    subprocess.run(["git", "init", "-q", str(tmp_path)], check=True)
    (tmp_path / "src").mkdir()
    (tmp_path / "src" / "b.py").write_text("import os\n\ndef load():\n    return os.environ\n")
    (tmp_path / "src" / "a.py").write_text("def load():\n    pass\n\nload()\n")
    (tmp_path / "notes.md").write_text("Load it.\n")
    return tmp_path


async def test_lines_come_in_order_of_path_and_line(project: Path) -> None:
    found = await search("load", project)
    assert [(line.path, line.line_number, line.text) for line in found] == [
        ("src/a.py", 1, "def load():"),
        ("src/a.py", 4, "load()"),
        ("src/b.py", 3, "def load():"),
    ]
    assert (found.matches, found.files, found.searched) == (3, 2, 3)
    assert dict(found.counts) == {"src/a.py": 2, "src/b.py": 1}
    assert not found.truncated
    assert len(found) == 3


async def test_lines_are_a_sequence_like_any_other(tmp_path: Path) -> None:
    for number in range(3):
        (tmp_path / f"{number}.txt").write_text("needle\n" * 1000)
    lines = (await search("needle", tmp_path)).lines
    told = tuple(lines)
    assert [(line.path, line.line_number) for line in told] == [
        (f"{file}.txt", line) for file in range(3) for line in range(1, 1001)
    ]
    assert (lines[0], lines[-1], lines[1000]) == (told[0], told[-1], told[1000])
    for part in (slice(None, 3), slice(998, 1003), slice(-2, None), slice(None, None, -700), slice(5, 2)):
        assert lines[part] == told[part]
    assert lines == told
    assert lines != told[1:]
    assert (told[2500] in lines, lines.index(told[2500])) == (True, 2500)
    assert repr(lines) == "<3,000 lines>"
    with pytest.raises(IndexError):
        lines[3000]


async def test_a_limit_cuts_the_lines_but_not_the_counts(project: Path) -> None:
    found = await search("load", project, limit=1)
    assert [line.path for line in found] == ["src/a.py"]
    assert (found.matches, found.files, found.truncated) == (3, 2, True)


async def test_lines_around_a_match_are_marked(project: Path) -> None:
    found = await search("environ", project, before=1)
    assert list(found) == [
        Line(path="src/b.py", line_number=3, text="def load():", is_match=False),
        Line(path="src/b.py", line_number=4, text="    return os.environ", is_match=True),
    ]


async def test_a_file_type_chooses_files_and_an_unknown_one_is_answered_with_near_ones(project: Path) -> None:
    assert set((await search("(?i)load", project, types=["md"])).counts) == {"notes.md"}
    with pytest.raises(ValueError, match="did you mean py"):
        await search("load", project, types=["pyt"])


async def test_smart_case_is_strict_only_where_the_pattern_is(project: Path) -> None:
    assert (await search("load", project, case="smart")).files == 3
    assert (await search("Load", project, case="smart")).files == 1


async def test_a_bad_pattern_says_where_it_is_bad(project: Path) -> None:
    with pytest.raises(ValueError, match=r"(?s)load\(x\n\s+\^"):
        await search("load(x", project)


async def test_a_bad_glob_is_named(project: Path) -> None:
    with pytest.raises(ValueError, match=r'the glob "a\[" is bad'):
        await search("x", project, globs=["a["])


async def test_a_root_that_is_not_there_is_named(project: Path) -> None:
    with pytest.raises(FileNotFoundError, match="nowhere"):
        await search("x", project / "nowhere")


async def test_a_file_as_root_is_searched_whatever_hides_it(project: Path) -> None:
    (project / ".gitignore").write_text("secret.log\n")
    (project / "secret.log").write_text("token\n")
    assert (await search("token", project)).matches == 0
    assert [line.path for line in await search("token", project / "secret.log")] == ["secret.log"]


async def test_the_repositorys_own_folder_is_never_searched(project: Path) -> None:
    found = await search("repositoryformatversion", project, hidden=True, respect_ignore=False)
    assert found.matches == 0


async def test_ignore_files_encodings_and_odd_names_on_a_whole_corpus(corpus: Path) -> None:
    counts = (await search("needle", corpus)).counts
    assert {"utf16le.txt", "utf16be.txt", "latin1.txt", "keep.log", "new\nline.txt"} <= set(counts)
    assert not {"debug.log", "build/out.txt", "binary.bin", "late-nul.txt", "link.py"} & set(counts)
    latin = [line.text for line in await search("needle", corpus, globs=["latin1.txt"])]
    assert latin == ["café needle", "plain needle"]


async def test_a_match_over_lines_counts_each_of_them(corpus: Path) -> None:
    found = await search(r"begin\n.*needle", corpus, multiline=True)
    assert [(line.line_number, line.is_match) for line in found] == [(1, True), (2, True)]


async def test_a_long_line_is_cut_and_shows_it(corpus: Path) -> None:
    (line, *_) = await search("needle", corpus, globs=["long.txt"], max_columns=10)
    assert line.text == "needle xx…"


async def test_what_cannot_be_read_is_told_and_not_fatal() -> None:
    with tempfile.TemporaryDirectory() as folder, somebody_unprivileged(folder):
        for name in ("locked/x.py", "open/y.py"):
            path = Path(folder) / name
            path.parent.mkdir()
            path.write_text("load\n")
        (Path(folder) / "secret.py").write_text("load\n")
        (Path(folder) / "secret.py").chmod(0)
        (Path(folder) / "locked").chmod(0)
        found = await search("load", folder)
        (Path(folder) / "locked").chmod(0o755)
    assert dict(found.counts) == {"open/y.py": 1}
    assert [problem.split(":")[0] for problem in found.problems] == ["locked", "secret.py"]
    assert all("ermission denied" in problem for problem in found.problems)


@contextmanager
def somebody_unprivileged(folder: str) -> Generator[None]:
    """Permission bits do not bind root, so root becomes nobody meanwhile. Nobody may not be able to read what Python
    loads late."""
    assert ThreadPoolExecutor
    if os.geteuid() != 0:
        yield
        return
    os.chown(folder, 65534, -1)
    os.seteuid(65534)
    try:
        yield
    finally:
        os.seteuid(0)


async def test_find_lists_files_by_path_or_by_time(project: Path) -> None:
    assert list(await find(["*.py"], project)) == ["src/a.py", "src/b.py"]
    os.utime(project / "src" / "a.py", (1, 1))
    newest = await find(["*.py"], project, sort="modified", limit=1)
    assert newest == FindResult(paths=("src/b.py",), total=2, problems=())
    assert newest.truncated
    assert len(await find([], project)) == 3


async def test_find_keeps_to_ignore_files_unless_told(project: Path) -> None:
    (project / ".gitignore").write_text("b.py\n")
    assert list(await find(["*.py"], project)) == ["src/a.py"]
    assert len(await find(["*.py"], project, respect_ignore=False)) == 2
    assert list(await find([".git*"], project, hidden=True)) == [".gitignore"]


BOTH = """
import sys
from claw_core.native import _native
from claw_core.reference import search
asked = dict(hidden=False, respect_ignore=True, follow=False, limit=None, sort="path")
for engine in (_native, search):
    print(*engine.find([], sys.argv[1], **asked, cancel=engine.CancelToken())[0])
"""


@pytest.mark.parametrize(
    "files",
    [
        {".config/git/ignore": "b.py\n"},
        {".gitconfig": "[core]\n\texcludesFile = ~/mine\n", "mine": "b.py\n"},
        {".config/git/config": "[core]\n\texcludesfile = ~/mine\n", "mine": "b.*\n!b.md\n"},
    ],
    ids=["at its place", "named in the settings", "named in the other settings"],
)
def test_what_git_ignores_in_every_repository_is_ignored(project: Path, tmp_path: Path, files: dict[str, str]) -> None:
    home = tmp_path / "home"
    for name, text in files.items():
        (home / name).parent.mkdir(parents=True, exist_ok=True)
        (home / name).write_text(text)
    (tmp_path / ".gitignore").write_text("home\n")
    env = {"HOME": str(home), "PATH": os.environ["PATH"], "PYTHONPATH": str(ROOT)}
    both = [sys.executable, "-c", BOTH, str(project)]
    told = subprocess.run(both, env=env, check=True, capture_output=True, text=True).stdout
    git = ["git", "-C", str(project), "ls-files", "--others", "--exclude-standard", "--", "*.py", "*.md"]
    left = subprocess.run(git, env=env, check=True, capture_output=True, text=True).stdout.split()
    assert left == ["notes.md", "src/a.py"]
    assert told.splitlines() == [" ".join(left)] * 2


async def test_pages_come_while_the_search_goes_on_and_are_the_whole_together(tmp_path: Path) -> None:
    for number in range(2000):
        (tmp_path / f"{number}.txt").write_text("needle\nnothing\n")
    whole = await search("needle", tmp_path)
    read = [page async for page in pages("needle", tmp_path)]
    assert len(read) > 1
    assert tuple(line for page in read for line in page) == whole.lines
    assert {path: count for page in read for path, count in page.counts.items()} == whole.counts
    assert sum(page.searched for page in read) == whole.searched == 2000


async def test_whoever_has_seen_enough_leaves_and_the_search_ends(project: Path) -> None:
    async for page in pages("load", project):
        assert page.files
        break


async def test_files_alone_are_found_without_their_lines(project: Path) -> None:
    found = await search("load", project, want="files")
    assert (dict(found.counts), found.lines) == ({"src/a.py": 1, "src/b.py": 1}, ())
    counted = await search("load", project, want="counts")
    assert (dict(counted.counts), counted.lines) == ({"src/a.py": 2, "src/b.py": 1}, ())


async def test_links_are_followed_only_where_asked_and_loops_are_told(project: Path) -> None:
    (project / "src" / "again").symlink_to(project)
    (project / "gone").symlink_to(project / "nowhere")
    assert (await search("load", project)).files == 2
    found = await search("load", project, follow=True)
    assert found.files == 2
    assert found.problems == (
        "gone: No such file or directory",
        "src/again: this link leads back to a folder that it lies in",
    )


async def test_a_file_that_vanishes_meanwhile_is_told_and_not_fatal(tmp_path: Path) -> None:
    for number in range(300):
        (tmp_path / f"{number:03}.txt").write_text("needle\n" * 2000)
    running = pages("needle", tmp_path)
    first = await anext(running)
    for path in tmp_path.iterdir():
        path.unlink()
    rest = [page async for page in running]
    told = [problem for page in rest for problem in page.problems]
    searched = first.searched + sum(page.searched for page in rest)
    assert searched + len(first.problems) + len(told) == 300
    assert all(problem.endswith("No such file or directory") for problem in told)


def test_a_worktree_knows_its_repositorys_own_list(project: Path) -> None:
    git = ["git", "-C", str(project), "-c", "user.name=x", "-c", "user.email=x@y"]
    subprocess.run([*git, "commit", "-q", "--allow-empty", "-m", "first"], check=True)
    (project / ".git" / "info" / "exclude").write_text("local.txt\n")
    tree = project.parent / f"{project.name}-tree"
    subprocess.run([*git, "worktree", "add", "-q", str(tree)], check=True)
    (tree / "local.txt").write_text("needle\n")
    (tree / "seen.txt").write_text("needle\n")
    assert list(asyncio.run(search("needle", tree)).counts) == ["seen.txt"]


async def test_a_cancelled_search_stops_at_once_and_lets_the_loop_run_meanwhile(tmp_path: Path) -> None:
    for folder in range(20):
        (tmp_path / str(folder)).mkdir()
        for number in range(20):
            (tmp_path / str(folder) / f"{number}.txt").write_text("some words that do not match\n" * 4000)
    running = asyncio.ensure_future(search(r"(\w+ ){3,20}nothing", tmp_path))
    await asyncio.sleep(0)
    running.cancel()
    started = time.monotonic()
    with pytest.raises(asyncio.CancelledError):
        await running
    assert time.monotonic() - started < 5


async def test_searches_run_side_by_side(project: Path) -> None:
    results: list[SearchResult] = await asyncio.gather(*(search("load", project) for _ in range(20)))
    assert {result.matches for result in results} == {3}
