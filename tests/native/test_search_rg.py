"""Agreement with the `rg` program: the same files, the same lines, the same counts.

Where claw rightly differs, a test of its own names the case and the reason.
"""

import asyncio
import json
import os
import re
import subprocess
import sys
from base64 import b64decode
from pathlib import Path
from typing import Any

import pytest

from claw_core.native.search import find, search
from claw_core.parity.awkward_tree import write_tree

RG = Path(sys.executable).with_name("rg")


@pytest.fixture(scope="module")
def tree(tmp_path_factory: pytest.TempPathFactory) -> Path:
    root = write_tree(tmp_path_factory.mktemp("tree"))
    more = {
        "src/main.py": "import os\n\n\ndef main():\n    return os.getcwd()\n",
        "src/lib.rs": "fn main() {\n    // TODO: needle\n}\n",
        "src/deep/er/x.tsx": "const needle = 1;\n",
        "src/.gitignore": "/deep/*\n!/deep/er\n",
        "vendor/.ignore": "*\n!kept.txt\n",
        "vendor/kept.txt": "needle\n",
        "vendor/gone.txt": "needle\n",
        "tricky/.gitignore": "a*\n!ab*\nabc\n\\!x\nsp ace\n*.[oa]\n**/mid/**\ndir/\n!dir/in.txt\n",
        **dict.fromkeys(
            [f"tricky/{name}" for name in ("a1", "ab", "abc", "!x", "sp ace", "m.o", "m.c", "q/mid/z", "dir/in.txt")],
            "needle\n",
        ),
        "git-wins/.gitignore": "x.txt\n",
        "git-wins/.ignore": "!x.txt\n",
        "git-wins/x.txt": "needle\n",
    }
    for name, text in more.items():
        (root / name).parent.mkdir(parents=True, exist_ok=True)
        (root / name).write_text(text)
    return root


def rg(root: Path, *arguments: str) -> str:
    """What it prints; with a home of its own, so that no settings of this machine count."""
    environment = {"PATH": os.environ["PATH"], "HOME": str(root / "nobody"), "LC_ALL": "C.UTF-8"}
    ended = subprocess.run(
        [RG, "--no-config", "--crlf", *arguments],
        cwd=root,
        env=environment,
        stdin=subprocess.DEVNULL,
        capture_output=True,
        check=False,
    )
    assert ended.returncode in {0, 1}, ended.stderr.decode()
    return ended.stdout.decode("utf-8", "replace")


Hit = tuple[str, int, str, bool]


def rg_lines(root: Path, *arguments: str) -> list[Hit]:
    """Path, number, text, whether it matches, of each line that it prints, in order."""
    found: list[Hit] = []
    for told in map(json.loads, rg(root, "--json", *arguments).rstrip("\n").split("\n")):
        if told["type"] in {"match", "context"}:
            data = told["data"]
            path = _text(data["path"], "utf-8").removeprefix("./")
            for number, line in enumerate(_text(data["lines"]).removesuffix("\n").split("\n"), data["line_number"]):
                found.append((path, number, line.removesuffix("\r"), told["type"] == "match"))
    return sorted(found)


def _text(value: dict[str, str], encoding: str = "latin-1") -> str:
    return value["text"] if "text" in value else b64decode(value["bytes"]).decode(encoding, "replace")


def our_lines(root: Path, pattern: str, **options: Any) -> list[Hit]:
    found = asyncio.run(search(pattern, root, max_columns=0, **options))
    assert [line[:2] for line in found] == sorted(line[:2] for line in found)
    return sorted((line.path, line.line_number, line.text, line.is_match) for line in found)


QUERIES: list[tuple[str, list[str], dict[str, Any]]] = [
    ("needle", [], {}),
    ("needle", ["--hidden"], {"hidden": True}),
    ("needle", ["--no-ignore"], {"respect_ignore": False}),
    ("needle", ["--no-ignore", "--hidden"], {"respect_ignore": False, "hidden": True}),
    ("needle", ["-C1"], {"before": 1, "after": 1}),
    ("needle", ["-B2"], {"before": 2}),
    ("needle", ["-A3"], {"after": 3}),
    ("NEEDLE", ["-i"], {"case": "insensitive"}),
    ("needle", ["-S"], {"case": "smart"}),
    ("Needle", ["-S"], {"case": "smart"}),
    (r"\Sneedle", ["-S"], {"case": "smart"}),
    ("def needle():", ["-F"], {"literal": True}),
    ("(", ["-F"], {"literal": True}),
    ("über|straße", ["-i"], {"case": "insensitive"}),
    (r"\p{Han}+ needle", [], {}),
    (r"needle$", [], {}),
    (r"^needle", [], {}),
    (r"^\s*$", [], {}),
    (r"\bneedle\b \d+", [], {}),
    (r"[[:upper:]]eedle", [], {}),
    (r"(?i:N)eedle", [], {}),
    (r"needle \d{2}", ["-A1"], {"after": 1}),
    (r"begin\n.*needle", ["-U"], {"multiline": True}),
    (r"begin\s+end", ["-U"], {"multiline": True}),
    (r"(?s)begin.*?end", ["-U"], {"multiline": True}),
    (r"begin\nend", ["-U", "-A1"], {"multiline": True, "after": 1}),
    ("needle", ["-tpy"], {"types": ["py"]}),
    ("needle", ["-tpy", "-trust"], {"types": ["py", "rust"]}),
    ("needle", ["-ttxt"], {"types": ["txt"]}),
]


@pytest.mark.parametrize(("pattern", "arguments", "options"), QUERIES, ids=str)
def test_the_lines_are_those_of_rg(tree: Path, pattern: str, arguments: list[str], options: dict[str, Any]) -> None:
    theirs = rg_lines(tree, "-g!.git", *arguments, "-e", pattern, ".")
    assert our_lines(tree, pattern, **options) == theirs
    assert theirs or pattern in {r"\Sneedle", "Needle"}


@pytest.mark.parametrize("options", [{}, {"hidden": True}, {"respect_ignore": False}], ids=str)
def test_counts_and_files_are_those_of_rg(tree: Path, options: dict[str, Any]) -> None:
    arguments = ["--hidden"] * ("hidden" in options) + ["--no-ignore"] * ("respect_ignore" in options)
    told = rg(tree, "-g!.git", "--null", "-c", *arguments, "needle", ".")
    theirs = {path.removeprefix("./"): int(count) for path, count in re.findall(r"([^\0]+)\0(\d+)\r\n", told)}
    ours = asyncio.run(search("needle", tree, want="counts", **options)).counts
    assert ours == theirs
    files = asyncio.run(search("needle", tree, want="files", **options)).counts
    assert list(files) == list(ours)


GLOBS = [
    ["*.py"],
    ["*.{py,txt}"],
    ["!*.txt"],
    ["src/**"],
    ["/*.txt"],
    ["**/deep/**"],
    ["!src", "!sub"],
    ["*.txt", "!m*"],
    ["!*.txt", "many.txt"],
    ["[a-m]*.txt"],
    ["?ulti.txt"],
    ["a/**/z.*"],
    ["sub/*"],
    ["*", "!nested"],
    ["{main,multi}.*"],
    ["deep"],
    ["!deep/"],
]


@pytest.mark.parametrize("globs", GLOBS, ids=str)
def test_globs_mean_what_they_mean_to_rg(tree: Path, globs: list[str]) -> None:
    # Where nothing is ignored: with ignore files rg's globs bring back what those hide.
    arguments = [word for glob in globs for word in ("-g", glob)]
    told = rg(tree, "--files", "--null", "--no-ignore", "--hidden", *arguments, "-g!.git").split("\0")
    ours = asyncio.run(find(globs, tree, hidden=True, respect_ignore=False))
    assert list(ours) == sorted(filter(None, told))


@pytest.mark.parametrize("where", [".", "sub", "sub/deep", "nested", "nested/repo", "src", "tricky", "vendor", "foo"])
@pytest.mark.parametrize("hidden", [False, True])
def test_the_files_below_any_folder_are_those_of_rg(tree: Path, where: str, hidden: bool) -> None:
    told = rg(tree / where, "--files", "--null", "-g!.git", *["--hidden"] * hidden).split("\0")
    ours = asyncio.run(find([], tree / where, hidden=hidden))
    assert list(ours) == sorted(filter(None, told))


def test_followed_links_lead_where_they_lead_rg_and_loops_are_told(tree: Path) -> None:
    ended = subprocess.run(
        [RG, "--no-config", "-L", "--files", "--null"],
        cwd=tree,
        capture_output=True,
        text=True,
        errors="replace",
        check=False,
    )
    ours = asyncio.run(find([], tree, follow=True))
    assert list(ours) == sorted(filter(None, ended.stdout.split("\0")))
    assert [problem.split(":")[0] for problem in ours.problems] == ["broken", "sub/loop"]
    assert [
        line for line in ended.stderr.splitlines() if "loop" in line or "broken" in line
    ] == ended.stderr.splitlines()


def test_a_glob_brings_back_nothing_that_is_ignored_here(tree: Path) -> None:
    # A model that asks for `**/*` means the project's files: rg would search build output and the packages of others.
    assert "debug.log" in rg(tree, "--files", "-g", "*.log")
    assert list(asyncio.run(find(["*.log"], tree))) == [
        "keep.log",
        "nested/repo/debug.log",
        "rescued.log",
        "sub/deep/inner.log",
        "sub/inner.log",
    ]


def test_a_line_that_is_not_utf_8_is_read_as_latin_1_here(tree: Path) -> None:
    # rg searches bytes and finds no é in it; whoever sees the line sees one.
    assert rg(tree, "café", "latin1.txt") == ""
    assert asyncio.run(search("café", tree / "latin1.txt")).matches == 1


def test_a_file_with_a_nul_is_binary_throughout_here(tmp_path: Path) -> None:
    # rg prints the lines before a NUL that it meets late, with a warning, but counts none of them.
    (tmp_path / "late.txt").write_bytes(b"needle\n" * 50_000 + b"\0")
    assert rg(tmp_path, "needle", ".").count("needle") > 1000
    assert rg(tmp_path, "-c", "needle", ".") == ""
    assert asyncio.run(search("needle", tmp_path)).matches == 0
