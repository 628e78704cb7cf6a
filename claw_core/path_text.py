"""What a path means as a model or a person writes it.

The gate judges by this and the workspace opens by this. There is one reading, so that nothing can be allowed as one
file and opened as another.
"""

import os
import re
import unicodedata
from pathlib import Path

_PASSED_OVER = re.compile("[\u200c-\u200f\u202a-\u202e\u206a-\u206f\ufeff]")
"""Characters that some file systems pass over in names."""


def written(text: str, root: Path, home: Path) -> Path:
    """The absolute path that a text names: from `root`, `~` being `home`, symbolic links not followed.

    `~name` is no other person's home but a file of that name, and `//x` is `/x`. Never raises, and looks at no disk.
    """
    if text == "~" or text.startswith("~/"):
        text = f"{home}/{text[2:]}"
    # Some systems give two slashes at the start a meaning of their own, so that normpath keeps them.
    joined = os.path.normpath(os.path.join(root, text))  # noqa: PTH118 - the gate asks hundreds of times, and texts join faster
    return Path("/" + joined.lstrip("/"))


def folded(text: str) -> str:
    """A path or a name as file systems may read it that know no upper and lower case: `.ENV`, `.\u017fsh`. What is the
    same in this spelling may be the same file."""
    plain = text.casefold()
    return plain if plain.isascii() else unicodedata.normalize("NFC", _PASSED_OVER.sub("", plain))
