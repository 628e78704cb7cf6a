"""The doctor tells what is there, and never more."""

import json
from dataclasses import replace
from pathlib import Path

import pytest

from claw_core.doctor import examine
from claw_core.native.sandbox import Support, support
from claw_core.sandbox.holds import what_holds
from claw_core.sandbox.profile import word
from tests.journeys.command import claw

FULL = Support(landlock=7, seccomp=True, mounts=True, loopback=True, problems=())
NONE = Support(landlock=0, seccomp=False, mounts=False, loopback=False, problems=(("landlock", "switched off"),))
ALONE = replace(FULL, mounts=False, loopback=False, problems=(("mounts", "the kernel said: no"),))


def states(found: Support, **wanted: object) -> dict[str, str]:
    return {hold.what: hold.state for hold in what_holds("workspace-write", found, **wanted)}  # type: ignore[arg-type]


def test_a_healthy_machine_is_told_so(tmp_path: Path) -> None:
    report = examine(tmp_path, {"HOME": str(tmp_path), "TERM": "xterm"})
    assert report.healthy
    assert report.sandbox == support()
    assert [check.name for check in report.checks] == [
        "core", "sandbox", "workspace", "settings", "sessions", "git", "terminal"
    ]  # fmt: skip


def test_settings_that_do_not_fit_are_an_error_and_the_rest_is_told(tmp_path: Path) -> None:
    file = tmp_path / ".config" / "claw" / "settings.toml"
    file.parent.mkdir(parents=True)
    file.write_text('[sandbox]\ncaches = ["pipp"]\n')
    report = examine(tmp_path, {"HOME": str(tmp_path)})
    (check,) = [check for check in report.checks if check.state == "error"]
    assert (check.name, check.hint) == ("settings", "Did you mean pip?")
    assert not report.healthy


def test_what_of_a_workspace_cannot_be_kept_is_told(tmp_path: Path) -> None:
    (tmp_path / ".git").mkdir()
    (tmp_path / ".envrc").symlink_to("elsewhere")
    (check,) = [check for check in examine(tmp_path, {"HOME": str(tmp_path)}).checks if check.name == "workspace"]
    assert (check.state, check.told) == (
        "warning",
        "1 protected files and folders stay as they are inside the sandbox; but .envrc is a link, and can be replaced",
    )


def test_the_word_for_a_status_line() -> None:
    assert [word(each) for each in (FULL, ALONE, NONE)] == ["sandbox", "sandbox, partly", "no sandbox"]
    assert word(replace(FULL, landlock=5)) == "sandbox, partly"
    assert word(replace(ALONE, landlock=2)) == "no sandbox"


def test_what_the_kernel_lacks_is_not_pretended() -> None:
    assert [hold.state for hold in what_holds("workspace-write", NONE)] == ["not held"]
    assert [hold.state for hold in what_holds("off", FULL)] == ["not held"]
    alone, old = states(ALONE), states(replace(ALONE, landlock=5))
    modes = "It changes no modes, owners, times or attributes elsewhere."
    signals = "It sends no signal to a process outside."
    assert (states(FULL)[modes], alone[modes]) == ("held", "not held")
    assert (alone[signals], old[signals]) == ("held", "not held")
    sockets = "It reaches no other program over a unix socket."
    assert states(FULL)[sockets] == "held"
    assert states(FULL, unix_sockets=True)[sockets] == "partly"
    assert states(replace(FULL, landlock=5), unix_sockets=True)[sockets] == "not held"
    assert "It talks to what it started itself, and to nobody else." in states(FULL, network="loopback")
    assert "It talks to nobody over a network." in states(ALONE, network="loopback")


def test_every_promise_that_is_not_held_says_why() -> None:
    for found in (FULL, ALONE, NONE, replace(ALONE, landlock=2), replace(FULL, landlock=1)):
        for profile in ("off", "read-only", "workspace-write"):
            for hold in what_holds(profile, found):
                assert hold.state == "held" or hold.why, hold
                assert hold.state != "held" or hold.by, hold


@pytest.mark.parametrize("native", ["", "0"])
def test_the_keys_of_the_json_stay(tmp_path: Path, native: str) -> None:
    done = claw("doctor", "--json", home=tmp_path, CLAW_NATIVE=native)
    report = json.loads(done.stdout)
    assert (done.returncode, done.stderr) == (0, "")
    assert list(report) == ["version", "python", "system", "backend", "healthy", "checks", "sandbox"]
    assert list(report["checks"][0]) == ["name", "state", "told", "hint"]
    assert list(report["sandbox"]) == [
        "holds", "word", "why_not", "landlock", "seccomp", "mounts", "loopback", "problems", "profiles"
    ]  # fmt: skip
    assert [each["name"] for each in report["sandbox"]["profiles"]] == ["read-only", "workspace-write"]
    assert list(report["sandbox"]["profiles"][0]["promises"][0]) == ["what", "state", "by", "why"]
    assert report["backend"] == ("python" if native else "rust")
    assert not (native and report["sandbox"]["holds"])
