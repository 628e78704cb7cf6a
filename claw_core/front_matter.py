"""Front matter: the fields in YAML that a text may begin with.

Nearly all of it is a field and plain words in each line. Those are read here; loading YAML's own reader, and reading
with it, would take longer than all else of a start that reads a few such files.
"""

import re
from typing import Any, cast

_FIELD = re.compile(r"([A-Za-z_]\w*):[ ]+([A-Za-z][\w ,.;()'/-]*?)[ ]*\n?")
"""A field whose value can only be the words that stand there."""
_MORE_THAN_WORDS = frozenset({"yes", "no", "true", "false", "on", "off", "null"})
"""Words that mean something else in YAML where they stand alone."""


def fields_of(lines: list[str]) -> dict[str, Any] | None:
    """What the lines say; None where they say no fields. Raises ValueError where they are no YAML."""
    plain = [found for line in lines if (found := _FIELD.fullmatch(line)) is not None]
    said = {
        found[1]: found[2] for found in plain if not any(each.lower() in _MORE_THAN_WORDS for each in found.groups())
    }
    if lines and len(said) == len(lines):
        return said
    import yaml

    try:
        told = yaml.safe_load("".join(lines))
    except yaml.YAMLError as error:
        raise ValueError(str(error)) from error
    return cast("dict[str, Any]", told) if isinstance(told, dict) else None
