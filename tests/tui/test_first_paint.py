"""What the first paint loads: Textual and our own code, and nothing that takes long."""

import subprocess
import sys

HEAVY = (
    "pydantic", "pygments.lexers.python", "markdown_it", "httpx", "openai", "watchfiles", "claw_core.loop",
    "claw_core.opening", "claw_core.session.session", "claw_core.tool", "claw_core.tools", "claw_core.providers",
    "claw_tui.own_settings",
)  # fmt: skip

OURS, ALL = 145, 560
"""Modules that are loaded before the first paint, at most. Who needs another one loads it when it is used."""


def test_the_workspace_loads_without_what_it_does_not_need_yet() -> None:
    middle = "import claw_tui.panes.conversation, claw_tui.panes.trace, claw_tui.panes.diffs"
    script = f"import claw_tui.entries.workspace, claw_tui.app; {middle}; import sys; print('\\n'.join(sys.modules))"
    told = subprocess.run([sys.executable, "-c", script], check=True, capture_output=True, text=True)
    loaded = set(told.stdout.split())
    assert "textual.app" in loaded
    assert loaded.isdisjoint(HEAVY)
    assert len({name for name in loaded if name.startswith("claw_")}) <= OURS
    assert len(loaded) <= ALL
