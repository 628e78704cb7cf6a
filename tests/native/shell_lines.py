"""Shell lines for tests: simple commands that are rewritten by quoting, escaping, wrapping and chaining.

The programs are called `p1` to `p3`; nothing else that does anything is called.
"""

import shlex

from hypothesis import strategies as st

PROGRAMS = ("p1", "p2", "p3")
Lines = st.SearchStrategy[str]

QUOTINGS = ("'{0}{1}'", '"{0}{1}"', "{0}\\{1}", "\\{0}{1}", "{0}''{1}", '{0}"{1}"', "'{0}'{1}")
ARGUMENTS = ("a", "'b c'", '"d  e"', "f\\ g", "-x", "--k=v", "h#i", "{}", "[j]", "k=l", "'$m'", "$n", "~", "*")
BEFORE = ("A=b ", "A='b c' ", ">o ", "2>&1 ", "A=$(p3) ", "<<<x ", "A+=b ")
AFTER = (" >o", " 2>&1", " &>o", " <<<x", " # c", " >&2", " <<E\nx $(p2)\nE", " <<'E' -z\nx\nE")
CHAINS = (" && ", " || ", "; ", " | ", " & ", "\n", "|&", "&&\n", ";")
STARTS = """timeout 5 |env |env A=b |nice -n 1 |nohup |setsid -w |command |exec |time |time -p |! |stdbuf -o0 |ionice |\
builtin command |coproc |\\time |noglob |watch -n 9 |nice -5 nice |echo x @ xargs |xargs -I{} |echo @ time """
AROUND = (
    ("(", ")"),
    ("{ ", "; }"),
    ("echo $(", ")"),
    ('echo "$(', ')"'),
    ("echo `", "`"),
    ("cat <(", ")"),
    ("A=$(", ")"),
    ("echo >$(", ")"),
    (": ${x:=$(", ")}"),
    ("echo $((", "))"),
    ('[ -n "$(', ')" ]'),
    ("if ", "; then :; fi"),
    ("for x in a; do ", "; done"),
    ("while ", "; do break; done"),
    ("case x in x) ", ";; esac"),
    ("f() { ", "; }; f"),
    ("cat <<E\n$(", ")\nE"),
    ("cat <<'E'\n", "\nE"),
    ("bash <<E\n", "\nE"),
    ("find . -maxdepth 0 -exec ", " \\;"),
    ("find . -maxdepth 0 -exec ", " {} +"),
)
TAKE_A_LINE = ("bash -c", "sh -c", "bash -ec", "env bash -c", "xargs bash -c", "eval", "trap")
PIECES = (
    *"'\"\\`#*=-~!&|;<>(){}[]$ \t\n",
    *(
        " ",
        "\n",
        "\\\n",
        "&&",
        "||",
        "|&",
        ";;",
        "((",
        "<(",
        ">(",
        "$(",
        "${",
        "$((",
        "$'",
        '$"',
        "<<<",
        "<<E\n",
        "\nE\n",
    ),
    *(
        "<<-'E'\n",
        ">o",
        "2>&1",
        "&>o",
        ">&-",
        "{a}>o",
        "p1",
        "p2",
        " p3 ",
        "x",
        "é",
        "x=y ",
        "x+=(",
        "x[0]=",
        "bash -c ",
    ),
    *("env ", "xargs ", "time ", "eval ", "if ", "then ", "fi ", "for x in ", "do ", "done ", "case ", "esac", "in "),
    *("function ", "[[ ", " ]]", "[ ", " ]", "{ ", "; }", "! ", "coproc ", "until ", "{p1,p2}", "{1..2}", "$x", "${x}"),
    *("$1", "$@", "$((1))", "#\n", "timeout 5 ", "exec ", "command ", "trap "),
)

loose = st.lists(st.sampled_from(PIECES), max_size=14).map("".join)
"""Pieces of shell lines in any order, which are seldom right."""


@st.composite
def simple(draw: st.DrawFn) -> str:
    """One program with its words, variables and redirections."""
    way = draw(st.sampled_from(("{0}{1}",) * 4 + QUOTINGS))
    name = way.format(*draw(st.sampled_from(PROGRAMS)))
    before, after = draw(st.sampled_from(("",) * 6 + BEFORE)), draw(st.sampled_from(("",) * 6 + AFTER))
    return before + " ".join([name, *draw(st.lists(st.sampled_from(ARGUMENTS), max_size=3))]) + after


def wrapped(inner: Lines) -> Lines:
    """Lines made of other lines."""
    starts = [start.replace("@", "|") for start in STARTS.split("|")]
    around = st.tuples(st.sampled_from(AROUND), inner)
    return st.one_of(
        st.tuples(inner, st.sampled_from(CHAINS), inner).map("".join),
        st.tuples(st.sampled_from(starts), inner).map("".join),
        around.map(lambda pair: pair[0][0] + pair[1] + pair[0][1]),
        st.tuples(st.sampled_from(TAKE_A_LINE), inner.map(shlex.quote)).map(" ".join).map(_with_event),
    )


def _with_event(line: str) -> str:
    return line + " EXIT" if line.startswith("trap ") else line


lines = st.recursive(simple(), wrapped, max_leaves=5)
"""Lines that run some of the programs, mostly."""


@st.composite
def spoiled(draw: st.DrawFn) -> str:
    """Such lines with something put in, or taken out, at any place."""
    line = draw(lines)
    for _ in range(draw(st.integers(1, 3))):
        at = draw(st.integers(0, len(line)))
        line = line[:at] + draw(st.sampled_from(PIECES)) + line[at + draw(st.sampled_from((0, 0, 0, 1, 2))) :]
    return line
