"""What a text names: addresses and files, found as they stand, never what is not there to be seen."""

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from claw_tui.reference import MOST, at, file_in, host_of, is_address, references


@pytest.mark.parametrize(
    ("text", "targets"),
    [
        ("see https://example.com/a?b=1#c.", ["https://example.com/a?b=1#c"]),
        ("(https://en.wikipedia.org/wiki/A_(b))", ["https://en.wikipedia.org/wiki/A_(b)"]),
        ("<http://localhost:8080/x>, then", ["http://localhost:8080/x"]),
        ("[docs](https://example.com/x), and", ["https://example.com/x"]),
        ("javascript:alert(1) file:///etc/passwd ftp://x.y/z", []),
        ("https:///nohost and https://", []),
        ("https://exa\u202emple.com", []),
        ("https://user@evil.example/", ["https://user@evil.example/"]),
    ],
)
def test_addresses_are_found_as_they_stand(text: str, targets: list[str]) -> None:
    assert [one.target for one in references(text) if one.kind == "address"] == targets


@pytest.mark.parametrize(
    ("text", "path", "line"),
    [
        ("● read  src/auth.py   212 lines", "src/auth.py", 0),
        ("src/auth.py:12: error", "src/auth.py", 12),
        ("src/auth.py:12:5", "src/auth.py", 12),
        ('  File "src/auth.py", line 40, in f', "src/auth.py", 40),
        ("src/auth.py#L7", "src/auth.py", 7),
        ("src/a.ts(3,14): error", "src/a.ts", 3),
        ("look at ./tests/test_x.py.", "./tests/test_x.py", 0),
        ("the .gitignore here", ".gitignore", 0),
        ("`pyproject.toml`", "pyproject.toml", 0),
        ("--- a/src/x.py", "a/src/x.py", 0),
    ],
)
def test_files_are_found_with_their_lines(text: str, path: str, line: int) -> None:
    assert [(one.target, one.line) for one in references(text)] == [(path, line)]


def test_what_is_pointed_at_is_what_stands_there() -> None:
    text = "open src/a.py:3 or https://example.com"
    assert at(text, 0) is None
    assert at(text, 5) == at(text, 14)
    found = at(text, 25)
    assert found is not None
    assert found.target == "https://example.com"


def test_only_files_inside_the_workspace_are_files(tmp_path: Path) -> None:
    root = tmp_path / "shop"
    (root / "src").mkdir(parents=True)
    (root / "src/a.py").write_text("x\n")
    (tmp_path / "secret.txt").write_text("no\n")
    (root / "out.txt").symlink_to(tmp_path / "secret.txt")
    (root / "in.txt").symlink_to(root / "src/a.py")

    def found(text: str) -> list[Path | None]:
        return [file_in(root, one) for one in references(text)]

    assert found("src/a.py:1") == [root / "src/a.py"]
    assert found(f"{root}/src/a.py") == [root / "src/a.py"]
    assert found("--- a/src/a.py") == [root / "src/a.py"]
    assert file_in(Path("/"), references("/etc/passwd")[0]) is None
    assert found("in.txt") == [root / "src/a.py"]
    assert found("out.txt") == [None]
    assert found("../secret.txt") == [None]
    assert found("/etc/passwd") == [None]
    assert found("src/") == []
    assert found("src/b.py") == [None]


def test_a_host_is_named_as_the_system_asks_for_it() -> None:
    assert host_of("https://example.com:8080/x") == "example.com"
    assert host_of("https://google.com@evil.example/") == "evil.example"
    assert host_of("https://g\u043e\u043egle.com/").startswith("xn--")


@given(st.text(max_size=300))
def test_whatever_a_text_says_only_what_may_be_opened_is_found(text: str) -> None:
    for one in references(text):
        assert text[one.start : one.end].startswith(one.target)
        assert one.kind == "file" or is_address(one.target)
        assert one.target.isprintable() or one.kind == "file"


def test_a_text_of_nothing_else_is_bounded() -> None:
    assert len(references("a/b " * 10_000)) == MOST
    references("a." * 50_000)
    references("(((https://x.y/" + ")" * 50_000)
    references("/" * 50_000)
    references("a/" * 50_000)
