"""Signs of danger in a line that could not be taken apart, so that nobody knows what it runs.

Each sign is looked for in one pass over the text, since the text comes from a model and may be made to take long.
"""

import re

LONGEST = 100_000
"""Characters above which a line is dangerous because nobody can look through it."""

_ALONE = re.compile(r"\b(?:sudo|doas|mkfs\w*)\b")
_REMOVES = re.compile(r"\brm\s+-(\w+)\s+[/~]")
_FETCHES = re.compile(r"\b(?:curl|wget)\b")
_RUNS_PIPED = re.compile(r"\|\s*(?:sudo\s+)?\w*sh\b|\beval\b")
_RUNS = re.compile(r"\b(?:ba|z|da|k)?sh\b|\beval\b")
_IN_ONE_COMMAND = (
    ("dd", re.compile(r"(?P<first>\bdd\b)|(?P<second>\bof=)|[|;&]")),
    ("push", re.compile(r"(?P<first>\bpush\b)|(?P<second>\s(?:--force|-f\b))|[|;&]")),
)
"""What is dangerous where the second follows the first in one command, and a word without which it is not there."""


def sign_of_danger(text: str) -> str:
    """What in a line is a sign of danger, as it stands there; empty where nothing is."""
    if found := _ALONE.search(text):
        return found[0]
    if removes := next((each[0] for each in _REMOVES.finditer(text) if set("rRf") & set(each[1])), ""):
        return removes
    for word, signs in _IN_ONE_COMMAND:
        start: re.Match[str] | None = None
        for sign in signs.finditer(text) if word in text else ():
            if start and sign["second"]:
                return _shown(text, start, sign)
            # The first one of a command counts; a separator forgets it.
            start = (start or sign) if sign["first"] else start if sign["second"] else None
    for first, second in ((_FETCHES, _RUNS_PIPED), (_RUNS, _FETCHES)):
        if found := _one_after_the_other(text, first, second):
            return found
    return ""


def _one_after_the_other(text: str, first: re.Pattern[str], second: re.Pattern[str]) -> str:
    start = first.search(text)
    end = second.search(text, start.end()) if start else None
    return _shown(text, start, end) if start and end else ""


def _shown(text: str, start: re.Match[str], end: re.Match[str]) -> str:
    between = text[start.end() : end.start()]
    return start[0] + (between if len(between) < 40 else " … ") + end[0]
