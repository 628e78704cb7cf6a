"""Front matter is read as YAML reads it, and where it is plain, without YAML."""

import subprocess
import sys

import pytest
import yaml
from hypothesis import example, given
from hypothesis import strategies as st

from claw_core.front_matter import fields_of

WORDS = st.text("abyn0129 ,.;()'/-_:#\"[]{}&*!|>%@~\\\n", max_size=12) | st.sampled_from(
    ["yes", "No", "NULL", "on", "y", "2026-01-31", "1e3", "0x1f", "a, b", "it's so; (see x/y)", "e.g. this - that"]
)


@given(st.lists(st.tuples(st.sampled_from(["name", "tools", "x", "y", "no", "a_b"]), WORDS), max_size=3))
@example([("name", "review"), ("tools", "read, grep")])
@example([("name", "one"), ("name", "two")])
def test_whatever_is_written_is_read_as_yaml_reads_it(said: list[tuple[str, str]]) -> None:
    text = "".join(f"{name}: {words}\n" for name, words in said)
    lines = text.splitlines(keepends=True)
    try:
        theirs: object = yaml.safe_load(text)
    except yaml.YAMLError:
        with pytest.raises(ValueError):  # noqa: PT011 - in YAML's own words
            fields_of(lines)
        return
    assert fields_of(lines) == (theirs if isinstance(theirs, dict) else None)


def test_the_agents_that_claw_brings_need_no_yaml() -> None:
    program = """
import sys
from pathlib import Path
from claw_core import agents
from claw_core.subagent import read_agent
found = [read_agent(path, "") for path in Path(agents.__file__).parent.glob("*.md")]
assert len(found) == 3
assert "yaml" not in sys.modules
"""
    subprocess.run([sys.executable, "-c", program], check=True)
