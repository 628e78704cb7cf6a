"""What the sandbox refused, as programs tell it."""

import os
from pathlib import Path

import pytest

from claw_core.native.sandbox import support
from claw_core.native.shell import run
from claw_core.sandbox.denial import Denial, find_denial
from claw_core.sandbox.profile import Grounds, Walls, holds, raise_walls, why_not

pytestmark = pytest.mark.skipif(not holds(support()), reason=f"no sandbox here: {why_not(support())}")


@pytest.fixture
def grounds(tmp_path: Path) -> Grounds:
    (tmp_path / "home" / "shop" / ".git").mkdir(parents=True)
    (tmp_path / "home" / "shop" / "src").mkdir()
    (tmp_path / "home" / ".bashrc").write_text("mine")
    return Grounds(root=tmp_path / "home" / "shop", temp=tmp_path / "tmp", home=tmp_path / "home")


async def denied(command: str, grounds: Grounds, walls: Walls | None = None) -> Denial | None:
    """What is made of a command's output, run for real."""
    walls = walls or raise_walls("workspace-write", grounds)
    env = {**os.environ, "LC_ALL": "C.UTF-8", "HOME": str(grounds.home)}
    ended = await run(command, cwd=grounds.root, env=env, confinement=walls.confinement, timeout=30)
    return find_denial(ended.output, walls, grounds.root, grounds.home)


@pytest.mark.parametrize(
    ("command", "target"),
    [
        ("echo evil >> ~/.bashrc", "~/.bashrc"),
        ("touch ../other", "~/other"),
        ("mkdir ~/new", "~/new"),
        ("rm ~/.bashrc", "~/.bashrc"),
        ("cp src/../src/../src ~/copy -r", "~/copy"),
        ('python3 -c \'open("../file", "w")\'', "~/file"),
        ("echo x > .git/config", ".git/config"),
        ("git init --quiet .", ".git"),
        ("tee ~/out < /dev/null", "~/out"),
        ("sed -i s/a/b/ ~/.bashrc", "~"),
    ],
)
async def test_a_write_outside_is_told_by_its_path(command: str, target: str, grounds: Grounds) -> None:
    denial = await denied(command, grounds)
    assert denial is not None
    assert (denial.kind, denial.certain) == ("write", True)
    assert denial.target.startswith(target)
    assert denial.told == f"It tried to write {denial.target}, outside the sandbox."


@pytest.mark.parametrize(
    "command",
    [
        "curl -sS http://claw.test/",
        "python3 -c 'import urllib.request as r; r.urlopen(\"http://claw.test/\")'",
        "git ls-remote https://claw.test/x.git",
        "exec 3<>/dev/tcp/127.0.0.1/9",
    ],
)
async def test_the_network_is_told_as_a_guess(command: str, grounds: Grounds) -> None:
    denial = await denied(command, grounds)
    assert denial is not None
    assert (denial.kind, denial.certain) == ("network", False)
    assert "seems" in denial.told


async def test_a_call_that_is_refused_is_told_by_its_name(grounds: Grounds) -> None:
    denial = await denied("unshare -r true", grounds)
    assert denial is not None
    assert (denial.kind, denial.target) == ("call", "unshare")


@pytest.mark.parametrize(
    "command",
    [
        "cat nothing-here",
        "false",
        "echo all is well",
        "echo x > src/fine && ls src",
        "echo 'permission denied: it is only a sentence'",
        "chmod 000 src; cd src",
        "cat /nowhere/at/all; python3 -c 'raise SystemExit(1)'",
        "grep -rn x /proc/1/mem",
    ],
)
async def test_what_would_fail_outside_too_is_no_denial(command: str, grounds: Grounds) -> None:
    assert await denied(command, grounds) is None


async def test_the_read_only_profile_refuses_the_workspace(grounds: Grounds) -> None:
    denial = await denied("touch src/new", grounds, raise_walls("read-only", grounds))
    assert denial == Denial(kind="write", target="src/new", certain=True)


def test_any_output_is_read_in_bounded_time(grounds: Grounds) -> None:
    walls = raise_walls("workspace-write", grounds)
    for text in ("permission denied " * 100_000, "'" * 300_000, "a: " * 100_000 + "permission denied", "\0: EACCES"):
        find_denial(text, walls, grounds.root, grounds.home)
