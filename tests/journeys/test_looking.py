"""`claw prompt`, `claw usage` and `claw config`: what holds, for people and for programs."""

import json
from pathlib import Path
from typing import Any

import pytest

from claw_tui.__main__ import main


@pytest.fixture
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A person's home with settings, and a project to stand in."""
    config = tmp_path / ".config" / "claw"
    (config / "prompt").mkdir(parents=True)
    (tmp_path / "shop" / ".claw").mkdir(parents=True)
    monkeypatch.setenv("HOME", str(tmp_path))
    for variable in ("XDG_CONFIG_HOME", "XDG_DATA_HOME", "CLAW_MODEL", "OPENAI_BASE_URL", "OPENAI_API_KEY"):
        monkeypatch.delenv(variable, raising=False)
    monkeypatch.chdir(tmp_path / "shop")
    return tmp_path


def told(capsys: pytest.CaptureFixture[str], *words: str) -> Any:
    assert main([*words, "--json"]) == 0
    return json.loads(capsys.readouterr().out)


def test_the_prompt_is_told_with_the_size_and_source_of_each_section(
    home: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    own = home / ".config" / "claw" / "prompt" / "speaking.md"
    own.write_text("Speak Latin.")
    (home / "shop" / "AGENTS.md").write_text("Use tabs.")
    prompt = told(capsys, "prompt")
    sections = {section["name"]: section for section in prompt["sections"]}
    assert sections["speaking"] == {
        "name": "speaking",
        "source": str(own),
        "bytes": 12,
        "tokens": 4,
        "text": "Speak Latin.",
    }
    assert f"instructions {home / 'shop' / 'AGENTS.md'}" in sections
    assert prompt["tokens"] == sum(section["tokens"] for section in prompt["sections"])
    assert "bash" in prompt["tools"]
    assert main(["prompt"]) == 0
    assert "── speaking: 4 tokens, from" in capsys.readouterr().out


def test_each_setting_says_where_it_comes_from(
    home: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    mine, project = home / ".config" / "claw" / "settings.toml", home / "shop" / ".claw" / "settings.toml"
    mine.write_text(
        'model = "a"\ntheme = "nord"\nfallback = ["b"]\n[network]\nproxy = "http://ada:pw@proxy:8080"\n'
        '[network.headers]\nX-Team = "secret"\n[permissions]\ndeny = ["Bash(rm *)"]\n'
    )
    project.write_text('model = "evil"\ntheme = "gruvbox"\n[permissions]\ndeny = ["Bash(git push *)"]\n')
    monkeypatch.setenv("CLAW_MODEL", "c")
    config = told(capsys, "config")
    settings = {setting["key"]: setting for setting in config["settings"]}
    assert settings["model"] == {"key": "model", "value": "c", "source": "environment", "sources": ["environment"]}
    assert (settings["theme"]["value"], settings["theme"]["source"]) == ("gruvbox", str(project))
    assert settings["permissions.deny"]["sources"] == [str(mine), str(project)]
    assert settings["network.headers"]["value"] == {"X-Team": "(hidden)"}
    assert "pw" not in json.dumps(config)
    assert settings["max_turns"] == {"key": "max_turns", "value": None, "source": None, "sources": []}
    assert "model ignored" in config["notices"][0]
    assert main(["config"]) == 0
    assert "secret" not in capsys.readouterr().out


def test_usage_says_what_there_is_and_unknown_is_not_zero(home: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert told(capsys, "usage")["rows"] == []
    script = home / "script.toml"
    script.write_text('[[reply]]\ntext = "Hello."\n[reply.usage]\ninput = 10\noutput = 2\n')
    assert main(["run", "--model", f"scripted/{script}", "hi"]) == 0
    capsys.readouterr()
    by_model = told(capsys, "usage")
    assert by_model["rows"][0]["calls"] == 1
    assert by_model["rows"][0]["input"] == 10
    assert set(by_model) == {"by", "rows", "total", "unreadable"}
    assert told(capsys, "usage", "--by", "project")["rows"][0]["name"] == str(home / "shop")
    assert main(["usage", "--by", "day"]) == 0
    assert "total" in capsys.readouterr().out
