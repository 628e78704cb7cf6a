"""Chips: what stands in a draft as one word and is much more: a long text that was pasted, a picture.

A chip is known by its label, which no other has. So a draft is a plain text wherever it is put aside, kept or looked
for, and becomes whole when it is sent: pasted text takes its label's place, and a picture goes along with it.
"""

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import TypeAlias

from claw_core.message import Image

MOST_LINES = 10
MOST_CHARACTERS = 1200
"""A paste of more lines or characters becomes a chip."""

_LABEL = re.compile(r"\[(?:pasted text|image) #(\d+)[^\[\]\n]*\]")


@dataclass(frozen=True, slots=True, kw_only=True)
class PastedText:
    """A text that was pasted."""

    number: int
    text: str

    @property
    def label(self) -> str:
        """What stands for it."""
        lines = self.text.count("\n") + 1
        size = f"{lines:,} lines" if lines > 1 else f"{len(self.text):,} characters"
        return f"[pasted text #{self.number}, {size}]"


@dataclass(frozen=True, slots=True, kw_only=True)
class Picture:
    """A picture."""

    number: int
    name: str
    image: Image | None = None
    """None while it is read."""

    @property
    def label(self) -> str:
        """What stands for it."""
        name = re.sub(r"[\[\]\x00-\x1f\x7f]", "_", self.name)[:60]
        return f"[image #{self.number}, {name}]"


Chip: TypeAlias = PastedText | Picture


class Chips:
    """All chips of a prompt, by their labels."""

    def __init__(self) -> None:
        self._chips: dict[str, Chip] = {}
        self._last = 0

    def keep_text(self, text: str) -> str:
        """A new chip for a text; its label."""
        return self._add(PastedText(number=self._next(), text=text))

    def keep_picture(self, name: str, image: Image | None = None) -> str:
        """A new chip for a picture; its label."""
        return self._add(Picture(number=self._next(), name=name, image=image))

    def seen(self, label: str, image: Image) -> None:
        """The picture of this chip was read."""
        chip = self._chips.get(label)
        if isinstance(chip, Picture):
            self._chips[label] = Picture(number=chip.number, name=chip.name, image=image)

    def rewritten(self, label: str, text: str) -> str:
        """The same pasted text with other words; its label now."""
        chip = self._chips[label]
        return self._add(PastedText(number=chip.number, text=text))

    def adopt(self, chips: Iterable[Chip]) -> None:
        """Take chips over that were kept elsewhere, under the labels they have."""
        for chip in chips:
            self._add(chip)
            self._last = max(self._last, chip.number)

    def get(self, label: str) -> Chip | None:
        """The chip of this label."""
        return self._chips.get(label)

    def within(self, text: str) -> Iterator[tuple[int, int, Chip]]:
        """The chips that stand in a text: first character, the one behind the last, and the chip."""
        for match in _LABEL.finditer(text):
            chip = self._chips.get(match[0])
            if chip is not None:
                yield match.start(), match.end(), chip

    def whole(self, text: str) -> str:
        """A draft as it is sent: with what was pasted. A picture keeps its label, so that it can be spoken of."""
        found = (chip for _, _, chip in self.within(text))
        return self._with(text, {chip.label: chip.text for chip in found if isinstance(chip, PastedText)})

    def without(self, text: str) -> str:
        """A draft without its chips: what was typed."""
        return self._with(text, {chip.label: " " for _, _, chip in self.within(text)})

    def _with(self, text: str, words: Mapping[str, str]) -> str:
        return _LABEL.sub(lambda match: words.get(match[0], match[0]), text)

    def pictures(self, text: str) -> tuple[Picture, ...]:
        """The pictures of a draft, each once."""
        found = {chip.label: chip for _, _, chip in self.within(text) if isinstance(chip, Picture)}
        return tuple(found.values())

    def of(self, *drafts: str) -> tuple[Chip, ...]:
        """What stands in these drafts and can be kept: pictures once they are read."""
        found = {chip.label: chip for draft in drafts for _, _, chip in self.within(draft)}
        return tuple(chip for chip in found.values() if isinstance(chip, PastedText) or chip.image is not None)

    def forget_all_but(self, *texts: str) -> None:
        """Let go of chips that stand in none of these drafts."""
        kept = {chip.label: chip for text in texts for _, _, chip in self.within(text)}
        self._chips = kept

    def _next(self) -> int:
        self._last += 1
        return self._last

    def _add(self, chip: Chip) -> str:
        self._chips[chip.label] = chip
        return chip.label


def is_long(text: str) -> bool:
    """Whether a paste is better shown as a chip."""
    return text.count("\n") >= MOST_LINES or len(text) > MOST_CHARACTERS


class Sent:
    """The drafts of what was sent, by what they became, so that a draft that comes back has its chips."""

    MOST = 20

    def __init__(self) -> None:
        self._drafts: dict[str, str] = {}

    @property
    def drafts(self) -> tuple[str, ...]:
        """All of them."""
        return tuple(self._drafts.values())

    def keep(self, whole: str, draft: str) -> None:
        """This was sent."""
        if whole != draft or "[image #" in draft:
            self._drafts.pop(whole, None)
            self._drafts[whole] = draft
            while len(self._drafts) > self.MOST:
                self._drafts.pop(next(iter(self._drafts)))

    def draft(self, whole: str) -> str:
        """What was written for it."""
        return self._drafts.get(whole, whole)
