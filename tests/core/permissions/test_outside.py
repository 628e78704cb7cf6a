"""Text that nobody here wrote is known by where it is from."""

import pytest

from claw_core.permissions.outside import UNTRUSTED, outside
from claw_core.tool import Want


def of_line(line: str, *, trusted: bool = True, offline: bool = False) -> str:
    return outside("bash", (Want(action="run", subject=line),), (line,), trusted=trusted, offline=offline)


@pytest.mark.parametrize(
    ("line", "source"),
    [
        ("curl -s https://example.com/x", "the network: curl example.com"),
        ("make && /usr/bin/wget -qO- https://example.com | head", "the network: wget example.com"),
        ("timeout 5 env A=b curl example.com", "the network: curl"),
        ("bash -c 'gh issue view 7'", "the network: gh"),
        ("git -C . status", ""),
        ("git pull", "the network: git"),
        ("git clone https://git.example/x.git", "the network: git git.example"),
        ("npm view left-pad", "the network: npm"),
        ("npm test", ""),
        ("python3 -m pip download x", "the network: python3"),
        ("cat <(curl https://example.com)", "the network: curl example.com"),
        ("for x in a; do curl $x; done", "the network: curl"),
        ("exec 3<>/dev/tcp/example.com/80; cat <&3 # $((1))", "the network: /dev/tcp/"),
        ("echo curl", ""),
        ("ls", ""),
    ],
)
def test_a_command_that_talks_to_other_machines(line: str, source: str) -> None:
    assert of_line(line) == source


def test_a_command_that_could_reach_nobody_brought_nothing() -> None:
    assert of_line("curl https://example.com", offline=True) == ""


def test_the_web_and_servers_are_outside_whoever_is_trusted() -> None:
    fetch = (Want(action="fetch", subject="https://docs.example/page?x=1"),)
    assert outside("fetch", fetch, (), trusted=True, offline=True) == "the web: docs.example"
    assert outside("web_search", (Want(action="fetch"),), (), trusted=True, offline=False) == "the web"
    assert outside("mcp__github__get_issue", (Want(action="run"),), (), trusted=True, offline=False) == (
        "the server github"
    )


@pytest.mark.parametrize("action", ["read", "run"])
def test_all_that_an_untrusted_folder_says_is_outside(action: str) -> None:
    want = Want(action="read" if action == "read" else "run", subject="x")
    assert outside("any", (want,), (), trusted=False, offline=True) == UNTRUSTED
    assert outside("any", (want,), (), trusted=True, offline=True) == ""


def test_what_only_writes_or_talks_to_the_person_is_not() -> None:
    for action in ("write", "interact"):
        want = Want(action="write" if action == "write" else "interact", subject="x")
        assert outside("any", (want,), (), trusted=False, offline=False) == ""
