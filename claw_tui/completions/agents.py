"""Sub-agents, whom a prompt can name: those that claw brings, and the person's own."""

import asyncio
import os
from collections.abc import Sequence

from claw_core.config.paths import Paths
from claw_core.mention import as_mention
from claw_tui.completion import Ground, Offer
from claw_tui.picker import match

SIGN = "@"


async def offers(typed: str, ground: Ground) -> Sequence[Offer]:
    """Those whose names fit; none for what can only be a path."""
    if not typed or "/" in typed or "." in typed:
        return await asyncio.to_thread(_all) if not typed else []
    return [offer for offer in await asyncio.to_thread(_all) if match(typed, offer.label)]


def _all() -> list[Offer]:
    from claw_core.subagent import agents_of

    found, _ = agents_of([Paths.of(os.environ).config / "agents"])
    return [
        Offer(label=name, detail=f"agent · {agent.description}", value=as_mention(name))
        for name, agent in found.items()
    ]
