"""What all tests share: one option, and how property tests choose their examples."""

import pytest
from hypothesis import settings

settings.register_profile("gate", derandomize=True, deadline=None)
"""The same examples in every run, so that a gate says something about the change; `search` looks for new ones."""
settings.register_profile("search", deadline=None)
settings.load_profile("gate")


def pytest_addoption(parser: pytest.Parser) -> None:
    """`--update-snapshots` writes goldens anew instead of comparing them."""
    parser.addoption("--update-snapshots", action="store_true", help="write the goldens under snapshots/ anew")
