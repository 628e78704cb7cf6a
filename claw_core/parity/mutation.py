"""A later version of a text, as people and models make it: lines changed, added, removed, moved."""

import random
import re


def mutated(text: str, chance: random.Random, changes: int) -> str:
    """The text with some lines changed; the same chance makes the same changes."""
    lines = re.findall(r"[^\n]*\n|[^\n]+", text)
    for _ in range(changes):
        at = chance.randrange(len(lines) + 1)
        end = min(at + chance.randrange(1, 4), len(lines))
        match chance.choice(["change", "add", "remove", "move", "end"]):
            case "change":
                lines[at:end] = [_changed(line, chance) for line in lines[at:end]]
            case "add":
                lines[at:at] = [f"{chance.choice(lines or ['']).rstrip()} {chance.randrange(100)}\n"]
            case "remove":
                del lines[at:end]
            case "move":
                taken = lines[at:end]
                del lines[at:end]
                to = chance.randrange(len(lines) + 1)
                lines[to:to] = taken
            case _ if lines:
                lines[-1] = lines[-1].rstrip("\r\n") if lines[-1].endswith("\n") else lines[-1] + "\n"
            case _:
                pass
    return "".join(lines)


def _changed(line: str, chance: random.Random) -> str:
    words = re.findall(r"\w+|\W+", line.rstrip("\r\n"))
    if words:
        words[chance.randrange(len(words))] = chance.choice(["", "other", "  ", "é日", "_1"])
    return "".join(words) + line[len(line.rstrip("\r\n")) :]
