"""Goldens of screens: what the cells say as text, to be read in review, and beside it the picture as SVG."""

import difflib
import re
from pathlib import Path
from typing import Any, Protocol

import pytest
from textual.app import App

from tests.tui.bench import painted

ROOT = Path(__file__).parents[2]


class Matches(Protocol):
    """Compares a screen with its golden."""

    def __call__(self, app: App[Any], name: str, look: str = "") -> None: ...


@pytest.fixture(autouse=True)
def same_everywhere(monkeypatch: pytest.MonkeyPatch) -> None:
    """The screen depends on nothing around it."""
    for name in ("NO_COLOR", "TEXTUAL_THEME", "TEXTUAL_ANIMATIONS", "TMUX", "VISUAL", "EDITOR"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("TZ", "UTC")


@pytest.fixture
def matches_golden(request: pytest.FixtureRequest) -> Matches:
    """Compare the screen with `snapshots/tui/<test file>/<name>.txt` and `.svg`, or `<name>-<look>.svg`."""
    folder = ROOT / "snapshots" / "tui" / Path(str(request.path)).stem
    update = bool(request.config.getoption("--update-snapshots"))

    def compare(app: App[Any], name: str, look: str = "") -> None:
        picture = f"-{look}.svg" if look else ".svg"
        for suffix, now in ((".txt", painted(app)), (picture, _picture(app))):
            path = folder / f"{name}{suffix}"
            if update:
                folder.mkdir(parents=True, exist_ok=True)
                path.write_text(now, encoding="utf-8")
                continue
            known = path.read_text(encoding="utf-8") if path.exists() else ""
            if known != now:
                lines = difflib.unified_diff(known.splitlines(), now.splitlines(), "golden", "now", lineterm="", n=1)
                shown = "\n".join(lines) if suffix == ".txt" else "the words are the same, colours or styles are not"
                pytest.fail(f"{path.relative_to(ROOT)} differs (--update-snapshots writes it anew):\n{shown}")

    return compare


def _picture(app: App[Any]) -> str:
    """The SVG with names that do not depend on its content."""
    return re.sub(r"terminal-\d+", "terminal", app.export_screenshot(title="claw"))
