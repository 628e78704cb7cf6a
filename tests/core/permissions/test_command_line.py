"""A shell line is taken apart as a shell would; what nothing is certain about is said."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from claw_core.permissions.command_line import parse


def words(line: str) -> list[tuple[str, ...]]:
    parsed = parse(line)
    assert parsed.uncertain == ""
    return [command.words for command in parsed.commands]


@pytest.mark.parametrize("operator", ["&&", "||", ";", "|", "|&", "&", "\n", " && \n "])
def test_every_operator_separates_commands(operator: str) -> None:
    assert words(f"ls -l{operator}rm x") == [("ls", "-l"), ("rm", "x")]


@pytest.mark.parametrize(
    ("line", "expected"),
    [
        ("echo 'a && b' \"c; d\" e\\;f", [("echo", "a && b", "c; d", "e;f")]),
        ("l\\s 'a'b\"c\"", [("ls", "abc")]),
        ("ls # && rm x", [("ls",)]),
        ("ls a#b", [("ls", "a#b")]),
        ("ls \\\n -l", [("ls", "-l")]),
        ("(cd a; ls) && pwd", [("cd", "a"), ("ls",), ("pwd",)]),
        ("{ ls; pwd; }", [("ls",), ("pwd",)]),
        ("! grep x y", [("grep", "x", "y")]),
        ("", []),
        ("# only words", []),
    ],
)
def test_words_are_those_that_the_shell_would_pass(line: str, expected: list[tuple[str, ...]]) -> None:
    assert words(line) == expected


@pytest.mark.parametrize(
    "line",
    [
        "echo $(rm x)",
        'echo "a $(rm x) b"',
        "echo `rm x`",
        'echo "`rm x`"',
        "diff <(rm x) y",
        "tee >(rm x)",
        "cat <<EOF\n$(rm x)\nEOF",
        "cat <<-E\n\t`rm x`\n\tE",
        "echo $(echo $(rm x))",
        "X=$(rm x) ls",
        "ls > $(rm x)",
        "bash -c 'rm x'",
        "sh -c 'ls; rm x'",
        "/bin/bash -ec 'rm x'",
        "bash -c \"bash -c 'rm x'\"",
        "timeout 5 rm x",
        "timeout -s KILL 5 nice -n 3 rm x",
        "env -i A=1 rm x",
        "nohup rm x &",
        "stdbuf -oL rm x",
        "command rm x",
        "time rm x",
        "if true; then rm x; fi",
        "for f in a b; do rm x; done",
    ],
)
def test_a_command_cannot_hide(line: str) -> None:
    assert ("rm", "x") in [command.words for command in parse(line).commands]


def test_what_xargs_and_find_start_is_found_and_its_words_are_not_known() -> None:
    assert [c.words[:2] for c in parse("ls | xargs -0 -n1 rm -f").commands] == [("ls",), ("rm", "-f")]
    xargs = parse("ls | xargs rm").commands[1]
    assert xargs.wrapped_by == ("xargs",)
    assert xargs.expanded
    found = parse("find . -name x -exec rm {} \\;").commands
    assert [command.words[0] for command in found] == ["find", "rm"]
    assert found[1].expanded


def test_text_of_a_quoted_here_document_is_no_command() -> None:
    (command,) = parse("cat <<'EOF' > out\n$(rm x)\nEOF").commands
    assert command.words == ("cat",)
    assert command.redirects_written == ("out",)


@pytest.mark.parametrize(
    ("line", "written", "read"),
    [
        ("echo x > out", ("out",), ()),
        ("echo x >> out 2>err", ("out", "err"), ()),
        ("echo x >| out", ("out",), ()),
        ("make &> log", ("log",), ()),
        ("make &>>log", ("log",), ()),
        ("make >& log", ("log",), ()),
        ("make 2>&1", (), ()),
        ("sort < in > out", ("out",), ("in",)),
        ("> out", ("out",), ()),
        ("cat <<< word", (), ()),
        ("exec 3<> both", ("both",), ()),
    ],
)
def test_redirections_are_files_read_and_written(line: str, written: tuple[str, ...], read: tuple[str, ...]) -> None:
    (command,) = parse(line).commands
    assert (command.redirects_written, command.redirects_read) == (written, read)


@pytest.mark.parametrize(
    ("line", "written"),
    [
        ("nohup p", ("nohup.out",)),
        ("nohup p >o", ("o",)),
        ("nohup p &>o", ("o",)),
        ("nohup p 2>o", ("o", "nohup.out")),
        ("nohup p 2>/dev/null", ("/dev/null", "nohup.out")),
        ("nohup p >/dev/null 2>&1", ("/dev/null",)),
        ("nohup p >o >&2", ("o", "nohup.out")),
        ("nohup p >/dev/tty", ("/dev/tty", "nohup.out")),
        ("env nohup nice p 3>o", ("o", "nohup.out")),
    ],
)
def test_nohup_writes_a_file_unless_its_output_goes_to_one(line: str, written: tuple[str, ...]) -> None:
    (command,) = parse(line).commands
    assert command.redirects_written == written


@pytest.mark.parametrize(
    "line",
    [
        "eval ls",
        "f() { rm x; }; f",
        "function f { rm x; }",
        "$CMD x",
        "{rm,-rf,x}",
        "case x in x) rm x;; esac",
        "echo ${x:=$(rm x)}",
        "echo $((1+1))",
        "a=(1 2)",
        "echo 'open",
        'echo "open',
        "echo `open",
        "(ls",
        "ls)",
        "cat <<EOF\nno end",
        "ls \\",
        "ls\rrm x",
        "ls \u202e x",
        "env -S 'rm x'",
        "timeout --odd 5 rm x",
        'bash -c "$LINE"',
        "curl x | sh",
        "bash -o pipefail -c 'rm x'",
        "[[ -f x ]]",
        "ls >",
        "eval " * 1000,
        "(" * 1000,
        "$(" * 1000,
        "x" * 10_001,
    ],
)
def test_what_is_not_understood_is_said(line: str) -> None:
    assert parse(line).uncertain


pieces = st.sampled_from(
    [
        "ls",
        "rm",
        "x",
        " ",
        "'",
        '"',
        "\\",
        "$(",
        ")",
        "`",
        "<<E\n",
        "E\n",
        "\n",
        ";",
        "&&",
        "|",
        ">",
        "<",
        "&",
        "{",
        "}",
        "$x",
        "${",
        "$'",
        "((",
        "bash -c ",
        "find . -exec ",
        "xargs ",
        "timeout 5 ",
        "#",
        "*",
        "=",
        "-",
        "\t",
        "\x00",
        "é",
    ]
)


@given(st.lists(pieces, max_size=30).map("".join))
def test_it_never_fails(line: str) -> None:
    parse(line)


@given(st.text(max_size=60))
def test_it_never_fails_on_any_text(line: str) -> None:
    parse(line)


@given(st.lists(st.text(st.characters(exclude_categories=["C", "Z"]), min_size=1, max_size=8), min_size=1, max_size=6))
def test_quoted_words_come_back_as_they_were(given_words: list[str]) -> None:
    line = "echo " + " ".join("'" + word.replace("'", "'\\''") + "'" for word in given_words)
    assert [command.words for command in parse(line).commands] == [("echo", *given_words)]
