"""Keeping a key and forgetting it, by the commands that people type."""

import json
import os
import stat
import subprocess
import sys
from pathlib import Path


def claw(home: Path, *words: str, typed: str = "") -> subprocess.CompletedProcess[str]:
    environ = {"PATH": os.environ["PATH"], "HOME": str(home), "PYTHON_KEYRING_BACKEND": "keyring.backends.fail.Keyring"}
    command = [sys.executable, "-m", "claw_tui", *words]
    return subprocess.run(command, input=typed, env=environ, capture_output=True, text=True, check=False)


def test_a_key_is_kept_used_and_forgotten(tmp_path: Path) -> None:
    kept = claw(tmp_path, "login", "anthropic", typed="sk-ant-secret\n")
    assert kept.returncode == 0, kept.stderr
    assert "ANTHROPIC_API_KEY is kept in" in kept.stdout
    assert "sk-ant-secret" not in kept.stdout + kept.stderr
    file = tmp_path / ".config" / "claw" / "credentials.json"
    assert stat.S_IMODE(file.stat().st_mode) == 0o600

    listed = {one["provider"]: one for one in json.loads(claw(tmp_path, "models", "--json").stdout)}
    assert listed["anthropic"]["ready"]
    assert listed["anthropic"]["key"] == "ANTHROPIC_API_KEY"
    assert not listed["google"]["ready"]
    assert listed["google"]["reason"] == "GEMINI_API_KEY is not set"

    assert claw(tmp_path, "logout", "anthropic").stdout == "ANTHROPIC_API_KEY is forgotten.\n"
    assert claw(tmp_path, "logout", "anthropic").returncode == 1
    assert json.loads(file.read_text()) == {}


def test_what_cannot_be_kept_is_refused(tmp_path: Path) -> None:
    assert "Did you mean anthropic?" in claw(tmp_path, "login", "antropic", typed="k\n").stderr
    assert "takes no key" in claw(tmp_path, "login", "scripted", typed="k\n").stderr
    assert "No key was given" in claw(tmp_path, "login", "openai", typed="\n").stderr
