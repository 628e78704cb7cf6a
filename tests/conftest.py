"""What all tests share: one option."""

import pytest


def pytest_addoption(parser: pytest.Parser) -> None:
    """`--update-snapshots` writes goldens anew instead of comparing them."""
    parser.addoption("--update-snapshots", action="store_true", help="write the goldens under snapshots/ anew")
