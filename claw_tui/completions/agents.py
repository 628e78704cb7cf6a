"""Sub-agents, whom a prompt can name: those that claw brings, the person's own, and those of a folder they trust."""

import os
from collections.abc import Sequence
from pathlib import Path

from claw_core.config.paths import Paths
from claw_core.mention import as_mention
from claw_tui.completion import Ground, Offer
from claw_tui.picker import match

SIGN = "@"


async def offers(typed: str, ground: Ground) -> Sequence[Offer]:
    """Those whose names fit; none for what can only be a path."""
    if "/" in typed or "." in typed:
        return []
    return [offer for offer in await ground.once(_all) if not typed or match(typed, offer.label)]


def _all(root: Path) -> list[Offer]:
    """Those that a session in this folder could send."""
    from claw_core.config.trust import folder_trust
    from claw_core.opening import agents_in

    paths = Paths.of(os.environ)
    found, _ = agents_in(paths, root, folder_trust(paths, root))
    return [
        Offer(label=name, detail=f"agent · {agent.description}", value=as_mention(name))
        for name, agent in found.items()
    ]
