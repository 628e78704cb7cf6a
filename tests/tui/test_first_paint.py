"""What the first paint loads: Textual and our own code, and nothing that takes long."""

import subprocess
import sys

HEAVY = (
    "pydantic", "pygments.lexers.python", "markdown_it", "httpx", "openai", "watchfiles", "claw_core.loop",
    "claw_core.session.session", "claw_core.tools", "claw_core.providers",
)  # fmt: skip


def test_the_app_loads_without_what_it_does_not_need_yet() -> None:
    script = "import sys, claw_tui.app, claw_tui.screens.workbench; print('\\n'.join(sys.modules))"
    told = subprocess.run([sys.executable, "-c", script], check=True, capture_output=True, text=True)
    loaded = set(told.stdout.split())
    assert "textual.app" in loaded
    assert loaded.isdisjoint(HEAVY)
