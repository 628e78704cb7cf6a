"""Languages are told by names, and each has a lexer."""

import pytest
from pygments.lexers import find_lexer_class_by_name

from claw_core.language import language_of


@pytest.mark.parametrize(
    ("path", "lexer"),
    [
        ("src/a.py", "python"),
        ("/x/Makefile", "make"),
        ("A.MD", "markdown"),
        (".bashrc", "bash"),
        ("Dockerfile", "docker"),
        ("uv.lock", "toml"),
        ("component.tsx", "tsx"),
        ("LICENSE", ""),
        ("data.unknown", ""),
    ],
)
def test_a_name_says_the_language(path: str, lexer: str) -> None:
    assert language_of(path) == lexer
    assert not lexer or find_lexer_class_by_name(lexer)
