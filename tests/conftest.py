"""What all tests share: one option, how property tests choose their examples, and what is said in the end."""

import re
from collections import Counter

import pytest
from hypothesis import settings

settings.register_profile("gate", derandomize=True, deadline=None)
"""The same examples in every run, so that a gate says something about the change; `search` looks for new ones."""
settings.register_profile("search", deadline=None)
settings.load_profile("gate")


def pytest_addoption(parser: pytest.Parser) -> None:
    """`--update-snapshots` writes goldens anew instead of comparing them."""
    parser.addoption("--update-snapshots", action="store_true", help="write the goldens under snapshots/ anew")


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    """Say of how many providers' recorded exchanges the meaning was found again, or that there were none."""
    found: dict[str, Counter[str]] = {}
    for outcome in ("passed", "failed", "skipped"):
        for report in terminalreporter.getreports(outcome):
            if match := re.search(r"tests/conformance/test_\w+\.py::\w+\[(\w+?)(-|\])", report.nodeid):
                found.setdefault(match[1], Counter())[outcome] += 1
    if set(found) == {"absent"}:
        terminalreporter.write_line("conformance: nothing was compared, the recordings (../shared/data) are absent")
    elif found:
        told = (f"{name} {outcomes['passed']}/{outcomes.total()}" for name, outcomes in sorted(found.items()))
        terminalreporter.write_line(f"conformance: {', '.join(told)}")
