"""The doors to the Rust extension. Nothing else in the project touches `_native`.

Whether the extension or its plain-Python twin serves is decided once, here, when the first door is opened:
`CLAW_NATIVE=0` in the environment asks for the twins, and an extension that does not load leaves no choice.
"""

import importlib
import os
from typing import Literal


def _decide() -> tuple[Literal["rust", "python"], str]:
    if os.environ.get("CLAW_NATIVE") == "0":
        return "python", "CLAW_NATIVE=0 asks for it"
    try:
        importlib.import_module("claw_core.native._native")
    except ImportError as error:
        return "python", f"the extension does not load: {error}"
    return "rust", "the extension is loaded"


_BACKEND, _REASON = _decide()


def backend() -> Literal["rust", "python"]:
    """Who serves: the extension, or the plain-Python twins."""
    return _BACKEND


def reason() -> str:
    """Why that one serves, in words for a person."""
    return _REASON
