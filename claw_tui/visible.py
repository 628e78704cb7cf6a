"""Foreign text in an editor: what cannot be seen, or would break lines or the screen, stands there by number.

`⟨U+202E⟩` can be read, moved and deleted like a word, and becomes the character again when the text is taken back.
"""

import re
from itertools import count

from claw_tui.line import INVISIBLE

_ODD = re.compile("[\x00-\x08\x0b-\x1f\x7f-\x9f]|" + INVISIBLE)


class VisibleText:
    """A text as an editor shows it, and the way back."""

    def __init__(self, text: str) -> None:
        self._crlf = "\r\n" in text and text.count("\r\n") == text.count("\n")
        plain = text.replace("\r\n", "\n") if self._crlf else text
        # A text that talks about such marks itself is shown with others.
        many = next(number for number in count(1) if "⟨" * number + "U+" not in plain)
        self._begin, self._end = "⟨" * many, "⟩" * many
        self.shown = _ODD.sub(lambda found: f"{self._begin}U+{ord(found[0]):04X}{self._end}", plain)
        """What the editor shows."""

    def taken_back(self, shown: str) -> str:
        """The text that a person made of `shown`."""
        mark = re.compile(f"{self._begin}U\\+([0-9A-F]{{4,6}}){self._end}")
        text = mark.sub(lambda found: _character(found[0], int(found[1], 16)), shown)
        return text.replace("\n", "\r\n") if self._crlf else text


def _character(mark: str, number: int) -> str:
    return chr(number) if number <= 0x10FFFF and _ODD.fullmatch(chr(number)) else mark
