"""Draws the README's picture from the real screen: the demo, where its edit waits to be answered. `make picture`."""

import asyncio
import shutil
import sys
import tempfile
from dataclasses import replace
from pathlib import Path

from claw_core.demo import TASK, attended, scratch_project
from claw_tui.app import ClawApp
from claw_tui.entries.doors import opener

PICTURE = Path(__file__).parent / "pictures" / "workspace.svg"
SIZE = (132, 40)


async def draw() -> None:
    """Run the demo up to its first question, look at its hunks, and take the picture."""
    project = scratch_project()
    home = Path(tempfile.mkdtemp())
    options = replace(attended(project), environ={"HOME": str(home)})
    app = ClawApp(opener(options, TASK), root=project, still=True)
    try:
        async with app.run_test(size=SIZE) as pilot:
            while "waiting&#160;for&#160;you" not in app.export_screenshot():
                await pilot.pause(0.2)
            await pilot.press("tab")
            await pilot.pause(0.5)
            await pilot.press("space")
            await pilot.pause(0.5)
            svg = app.export_screenshot(title="claw").replace(str(project), "~/shop")
        PICTURE.write_text(svg)
    finally:
        shutil.rmtree(project.parent)
        shutil.rmtree(home)


if __name__ == "__main__":
    sys.exit(asyncio.run(draw()))
