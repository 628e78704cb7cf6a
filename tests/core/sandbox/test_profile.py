"""What each profile lets a command write, with mounts of its own and with Landlock alone."""

import os
from dataclasses import replace
from pathlib import Path

import pytest

from claw_core.native.sandbox import support
from claw_core.native.shell import Finished, run
from claw_core.sandbox import places
from claw_core.sandbox.profile import Grounds, Held, Walls, holds, newly_made, raise_walls, why_not

needs_sandbox = pytest.mark.skipif(not holds(support()), reason=f"no sandbox here: {why_not(support())}")
ALONE = replace(support(), mounts=False, loopback=False)


@pytest.fixture
def grounds(tmp_path: Path) -> Grounds:
    """A project as they are."""
    root = tmp_path / "home" / "shop"
    for folder in (".git/hooks", ".claw", "src", "packages/a/.git", "packages/b", "node_modules/x", ".github"):
        (root / folder).mkdir(parents=True)
    for file in (".git/config", ".env", ".env.example", "src/a.py", "packages/a/.git/config", "packages/a/a.py", "top"):
        (root / file).write_text("before")
    (tmp_path / "home" / ".cache" / "go-build").mkdir(parents=True)
    return Grounds(root=root, temp=tmp_path / "session" / "tmp", home=tmp_path / "home")


async def inside(walls: Walls, command: str, grounds: Grounds) -> Finished:
    env = {**os.environ, "LC_ALL": "C.UTF-8", "TMP": str(grounds.temp), "HOME": str(grounds.home)}
    return await run(command, cwd=grounds.root, env=env, confinement=walls.confinement, timeout=30)


def test_what_is_protected_is_found_at_any_depth(grounds: Grounds) -> None:
    found = places.protected(grounds.root)
    names = {str(path.relative_to(grounds.root)) for path in found.paths}
    assert names == {".git", ".claw", ".env", "packages/a/.git"}
    assert (found.links, found.complete) == ((), True)
    assert not places.protected(grounds.root, most=3).complete


def test_a_protected_name_that_is_a_link_is_told(grounds: Grounds) -> None:
    (grounds.root / ".envrc").symlink_to("top")
    assert places.protected(grounds.root).links == (grounds.root / ".envrc",)


def test_around_what_is_kept_everything_else_is_allowed(grounds: Grounds) -> None:
    kept = places.protected(grounds.root).paths
    allowed = {str(path.relative_to(grounds.root)) for path in places.around(grounds.root, kept)}
    assert allowed == {
        "src", "top", "node_modules", ".github", ".env.example", "packages/b", "packages/a/a.py"
    }  # fmt: skip
    with pytest.raises(ValueError, match="more than 2"):
        places.around(grounds.root, kept, most=2)


@needs_sandbox
@pytest.mark.parametrize("found", [support(), ALONE], ids=["mounts", "landlock"])
async def test_the_workspace_is_written_but_for_what_is_protected(grounds: Grounds, found: object) -> None:
    assert found in (support(), ALONE)
    walls = raise_walls("workspace-write", grounds, support() if found == support() else ALONE)
    ended = await inside(
        walls,
        """
        set -e
        echo after > src/a.py; mkdir src/new; mv src/new packages/b/; echo x > $TMP/x; echo after > top
        echo x > $HOME/.cache/go-build/x; echo x > node_modules/x/.npmrc; echo fine
        """,
        grounds,
    )
    assert (ended.exit_code, ended.output) == (0, "fine\n")
    refused = [
        "echo evil > .git/config", "echo evil > .git/hooks/pre-commit", "echo evil > .env", "rm -rf .git",
        "echo evil > packages/a/.git/config", "rm -r .claw", "touch .claw/settings.toml", "mv .git gone",
        "echo evil > $HOME/.bashrc", "touch $HOME/x", "touch $HOME/.cache/x",
        "mv -f src/a.py .env", "mv packages/a/.git x",
    ]  # fmt: skip
    for command in refused:
        assert (await inside(walls, command, grounds)).exit_code != 0, command
    for kept in (".git/config", ".env", "packages/a/.git/config"):
        assert (grounds.root / kept).read_text() == "before"
    assert not (grounds.root / ".claw" / "settings.toml").exists()


@needs_sandbox
async def test_names_that_are_not_there_are_told_with_mounts_and_forbidden_without(grounds: Grounds) -> None:
    walls = raise_walls("workspace-write", grounds)
    if support().mounts:
        assert (await inside(walls, "echo x > new; echo x > .envrc", grounds)).exit_code == 0
        assert newly_made(walls, grounds.root) == (".envrc",)
    alone = raise_walls("workspace-write", grounds, ALONE)
    for command in ("touch newer", "touch .npmrc", "mkdir .husky", "touch packages/a/.envrc"):
        assert (await inside(alone, command, grounds)).exit_code != 0, command
    assert newly_made(alone, grounds.root) == ()


@needs_sandbox
@pytest.mark.parametrize("found", [support(), ALONE], ids=["mounts", "landlock"])
async def test_read_only_writes_nothing_at_all(grounds: Grounds, found: object) -> None:
    walls = raise_walls("read-only", grounds, support() if found == support() else ALONE)
    for command in ("touch src/x", "echo x > top", "mkdir d", "touch $TMP/x", "touch /tmp/claw-was-here"):
        assert (await inside(walls, command, grounds)).exit_code != 0, command
    assert (await inside(walls, "cat top > /dev/null && grep -r before . | wc -l", grounds)).exit_code == 0


@needs_sandbox
def test_a_loopback_that_cannot_be_had_is_none(grounds: Grounds) -> None:
    wanted = replace(grounds, network="loopback")
    assert raise_walls("workspace-write", wanted).network == ("loopback" if support().loopback else "off")
    assert raise_walls("workspace-write", wanted, ALONE).network == "off"


@pytest.mark.parametrize("profile", ["read-only", "workspace-write"])
def test_without_a_kernel_that_can_there_are_no_walls(grounds: Grounds, profile: Held) -> None:
    none = replace(support(), landlock=0, problems=(("landlock", "switched off"),))
    with pytest.raises(ValueError, match="switched off"):
        raise_walls(profile, grounds, none)
    old = replace(ALONE, landlock=2, seccomp=True)
    assert not holds(old)
    assert "lets any file be emptied" in why_not(old)
