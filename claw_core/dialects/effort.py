"""How hard to think, as people say it, in the levels that OpenAI's APIs know."""

SAME = {"off": "none", "0": "none", "max": "xhigh"}
MIDDLE, MUCH = 6_000, 16_000
"""Tokens of thought from which on an effort is medium, and high."""


def level(effort: str) -> str:
    """The level for a word or a number of tokens; a word that is not known stays as it is, for the server to judge."""
    word = effort.strip().lower()
    if word in SAME:
        return SAME[word]
    if word.isdecimal():
        return "high" if int(word) >= MUCH else "medium" if int(word) >= MIDDLE else "low"
    return word
