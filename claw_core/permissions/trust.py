"""Trust: whether a person vouched for a folder, by what they answered before. Pure; see `config/trust.py` for the rest.

A folder that nobody vouched for brings nothing along that loosens, runs or instructs (settings, hooks, servers,
commands, agents), and what its files say counts as text from outside. A yes is about what the folder brought when it
was given: what is brought in later, by a pull or by a model, is asked about anew.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

Standing = Literal["trusted", "untrusted", "changed", "unknown"]
"""A person said yes; they said no; they said yes to something else than what lies there now; nobody ever asked."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Vouched:
    """What a person answered about a folder."""

    trusted: bool
    brings: str = ""
    """A digest of what the folder brought along then; empty where that was nothing."""


def standing(folders: Sequence[Path], brings: str, answers: Mapping[Path, Vouched]) -> Standing:
    """How a folder stands.

    `folders`: itself first, then those around it that belong to the same project, whose answer holds for it, too, as
    long as it brings nothing of its own. `brings`: a digest of what it brings along now, empty for nothing.
    """
    for folder in folders:
        answer = answers.get(folder)
        if answer is None:
            continue
        if not answer.trusted:
            return "untrusted"
        own = folder == folders[0]
        if not brings or (own and brings == answer.brings):
            return "trusted"
        return "changed" if own else "unknown"
    return "unknown"
