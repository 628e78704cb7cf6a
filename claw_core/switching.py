"""Going on with another model: what of the conversation it cannot take as it is, said to the person.

How it is turned into what the model can take is in `dialects/carry.py`, and happens anew with every request.
"""

from collections.abc import Sequence

from claw_core.catalog import ModelCard
from claw_core.dialects.carry import CALL_IDS, Taker, changed
from claw_core.dialects.served import ServedProvider
from claw_core.event import NoticeRaised
from claw_core.message import Message
from claw_core.provider import Provider


def switch_notice(provider: Provider, model: str, card: ModelCard, messages: Sequence[Message]) -> NoticeRaised | None:
    """What the model that goes on gets in another form; None where it takes everything as it is."""
    ids = provider.quirks.ids if isinstance(provider, ServedProvider) else CALL_IDS
    taker = Taker(origin=f"{provider.name}/{model}", images=card.images is not False, ids=ids)
    told = changed(messages, taker)
    if not told:
        return None
    return NoticeRaised(
        level="info",
        message=f"{model} gets the whole conversation, but {'; '.join(told)}.",
        hint="Of earlier turns' thoughts nothing is sent; everything is kept in the session.",
    )


def auto_is_edits(why: str) -> NoticeRaised:
    """Mode auto was chosen where no sandbox holds."""
    message = f"There is no sandbox here, so mode auto acts like edits: commands are still asked about. ({why}.)"
    return NoticeRaised(level="warning", message=message, hint="`claw doctor` says what holds.")
