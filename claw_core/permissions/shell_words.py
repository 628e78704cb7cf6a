"""Reads a shell line, character by character, into simple commands. See `command_line.py` for what it is for.

It follows the POSIX shell's rules of quoting and what bash adds. Control structures are not followed: their keywords
are dropped, what they hold is read as commands, and the line is marked as uncertain.
"""

import re
from dataclasses import dataclass, field

from claw_core.permissions.command_line import SimpleCommand

_BLANK = " \t"
_ENDS_WORD = " \t\n;&|<>()"
_KEYWORDS = frozenset(
    {"if", "then", "elif", "else", "fi", "while", "until", "for", "do", "done"}
    | {"case", "esac", "select", "function", "coproc", "[[", "]]"}
)
_DEEPEST = 20
_ASSIGNMENT = re.compile(r"[A-Za-z_]\w*\+?=")


@dataclass(slots=True)
class Reading:
    """What was read of a line."""

    commands: list[SimpleCommand] = field(default_factory=list[SimpleCommand])
    uncertain: str = ""

    def doubt(self, why: str) -> None:
        """Note what could not be understood; the first one is kept."""
        self.uncertain = self.uncertain or why


@dataclass(slots=True)
class _Word:
    text: str = ""
    quoted: bool = False
    expanded: bool = False
    globbed: bool = False


@dataclass(slots=True)
class _Command:
    words: list[_Word] = field(default_factory=list[_Word])
    assignments: list[str] = field(default_factory=list[str])
    written: list[str] = field(default_factory=list[str])
    read: list[str] = field(default_factory=list[str])
    redirects_expanded: bool = False
    reads_pipe: bool = False
    nested: bool = False

    def simple(self) -> SimpleCommand | None:
        if not (self.words or self.assignments or self.written or self.read or self.redirects_expanded):
            return None
        return SimpleCommand(
            words=tuple(word.text for word in self.words),
            assignments=tuple(self.assignments),
            redirects_written=tuple(self.written),
            redirects_read=tuple(self.read),
            expanded=frozenset(i for i, word in enumerate(self.words) if word.expanded),
            globbed=frozenset(i for i, word in enumerate(self.words) if word.globbed),
            reads_pipe=self.reads_pipe,
            redirects_expanded=self.redirects_expanded,
        )


def read_commands(line: str) -> Reading:
    """All simple commands of a line, those in substitutions too."""
    reading = Reading()
    _Reader(line, reading, 0).commands("")
    return reading


class _Reader:
    def __init__(self, line: str, out: Reading, depth: int) -> None:
        self.line = line
        self.at = 0
        self.out = out
        self.depth = depth
        self.documents: list[tuple[str, bool, bool]] = []
        self.command = _Command()
        self.last_choice = max(line.rfind(","), line.rfind(".."))
        """Where the last sign stands that makes braces more than braces."""

    # ---- commands

    def commands(self, closer: str) -> None:
        """Read commands up to `closer` (`)` or the end)."""
        if self.depth > _DEEPEST:
            self.out.doubt("it is nested too deeply")
            self.at = len(self.line)
            return
        while self.at < len(self.line):
            if closer and self.line[self.at] == closer:
                self.at += 1
                self.finish()
                return
            self.step()
        self.finish()
        if closer:
            self.out.doubt(f"a {closer} is missing")
        if self.documents:
            self.out.doubt("a here-document without its end")

    def step(self) -> None:
        """Read one word or operator."""
        rest = self.line[self.at : self.at + 3]
        if rest[0] in _BLANK:
            self.at += 1
        elif rest.startswith("\\\n"):
            self.at += 2
        elif rest[0] == "#":
            end = self.line.find("\n", self.at)
            self.at = len(self.line) if end < 0 else end
        elif rest[0] == "\n":
            self.at += 1
            self.finish()
            self.read_documents()
        elif rest[0] == "(":
            self.parenthesis()
        elif rest[0] == ")":
            self.out.doubt("a ) without its (")
            self.at += 1
            self.finish()
        elif (descriptor := re.compile(r"\d*[<>]|&>").match(self.line, self.at)) and not rest.startswith(("<(", ">(")):
            self.at = descriptor.end() - 1
            self.redirect()
        elif rest[0] in ";&|":
            self.operator()
        else:
            self.word_of_command()

    def finish(self, *, pipes: bool = False) -> None:
        """The command that was being read is complete."""
        simple = self.command.simple()
        if simple is not None:
            self.out.commands.append(simple)
        self.command = _Command(reads_pipe=pipes)

    def operator(self) -> None:
        operator = re.compile(r"&&|\|\||\|&|;;&|;;|;&|[;&|]").match(self.line, self.at)
        assert operator is not None  # noqa: S101 (the caller saw one of its characters)
        self.at = operator.end()
        if operator[0] in {";;", ";&", ";;&"}:
            self.out.doubt("a case construct")
        self.finish(pipes=operator[0] in {"|", "|&"})

    def parenthesis(self) -> None:
        if self.line.startswith("((", self.at):
            self.out.doubt("arithmetic, or parentheses in parentheses")
        if self.command.words or self.command.assignments:
            self.out.doubt("a function, an array or a pattern in parentheses")
        reads_pipe = self.command.reads_pipe
        self.at += 1
        outer, self.command = self.command, _Command(reads_pipe=reads_pipe)
        self.depth += 1
        self.commands(")")
        self.depth -= 1
        self.command = outer

    def word_of_command(self) -> None:
        """Read a word and find its part in the command: keyword, assignment, or a plain word."""
        start = self.at
        word = self.word()
        if self.at == start:
            # Whatever stops a word without being an operator: never loop on it.
            self.out.doubt(f"the character {self.line[self.at]!r}")
            self.at += 1
            return
        command = self.command
        if not command.words and not word.quoted and not word.expanded:
            if word.text in {"{", "}", "!"} and not command.assignments:
                return
            if word.text in _KEYWORDS:
                self.out.doubt(f"the shell construct {word.text}")
                return
        # The name must stand unquoted; what follows the = may be anything.
        if not command.words and _ASSIGNMENT.match(self.line, start) and _ASSIGNMENT.match(word.text):
            command.assignments.append(word.text)
            return
        if not command.words and (word.expanded or (word.globbed and word.text != "[") or not word.text):
            self.out.doubt("the name of a command is only known when it runs")
        command.words.append(word)

    # ---- redirections and here-documents

    def redirect(self) -> None:
        operator = re.compile(r"&>>|&>|<<<|<<-|<<|<>|<&|>>|>\||>&|<|>").match(
            self.line, self.at - (1 if self.line[self.at - 1 : self.at + 1] == "&>" else 0)
        )
        assert operator is not None  # noqa: S101 (the caller saw its first character)
        self.at = operator.end()
        self.skip_blanks()
        if operator[0] in {"<<", "<<-"}:
            self.document(strip=operator[0] == "<<-")
            return
        start = self.at
        word = self.word()
        if self.at == start:
            self.out.doubt("a redirection without its file")
            return
        if operator[0] == "<<<" or (operator[0] in {">&", "<&"} and re.fullmatch(r"\d+-?|-", word.text)):
            return
        if word.expanded or word.globbed:
            self.command.redirects_expanded = True
        elif operator[0] in {"<", "<&"}:
            self.command.read.append(word.text)
        else:
            self.command.written.append(word.text)

    def document(self, *, strip: bool) -> None:
        """The operator of a here-document was read; its text follows at the next line."""
        raw = re.compile(r"""(?:'[^'\n]*'|"[^"\n]*"|\\.|[^\s;&|<>()'"\\])+""").match(self.line, self.at)
        if raw is None or "$" in raw[0] or "`" in raw[0]:
            self.out.doubt("a here-document without a plain end")
            return
        self.at = raw.end()
        quoted = any(mark in raw[0] for mark in "'\"\\")
        self.documents.append((re.sub(r"['\"\\]", "", raw[0]), quoted, strip))

    def read_documents(self) -> None:
        """Pass over the texts of here-documents; commands in those that are not quoted count."""
        for delimiter, quoted, strip in self.documents:
            body: list[str] = []
            while True:
                if self.at >= len(self.line):
                    self.out.doubt("a here-document without its end")
                    break
                end = self.line.find("\n", self.at)
                end = len(self.line) if end < 0 else end
                text = self.line[self.at : end]
                self.at = end + 1
                if (text.lstrip("\t") if strip else text) == delimiter:
                    break
                body.append(text)
            if not quoted:
                inner = _Reader("\n".join(body), self.out, self.depth + 1)
                inner.double_quoted(_Word(), end="")
        self.documents.clear()

    # ---- words

    def skip_blanks(self) -> None:
        while self.at < len(self.line) and (self.line[self.at] in _BLANK or self.line.startswith("\\\n", self.at)):
            self.at += 1 if self.line[self.at] in _BLANK else 2

    def word(self) -> _Word:
        """Read one word, with what is quoted and substituted in it."""
        word = _Word()
        while self.at < len(self.line):
            character = self.line[self.at]
            if self.line.startswith(("<(", ">("), self.at) and not word.text:
                self.at += 2
                self.nested(word, ")")
            elif character in _ENDS_WORD:
                break
            elif character == "\\":
                self.backslash(word)
            elif character == "'":
                self.single_quoted(word)
            elif character == '"':
                self.at += 1
                word.quoted = True
                self.double_quoted(word, end='"')
            elif character == "$":
                self.dollar(word)
            elif character == "`":
                self.backtick(word)
            else:
                word.text += character
                word.globbed = word.globbed or character in "*?["
                self.at += 1
                self.brace(word, character)
        return word

    def brace(self, word: _Word, character: str) -> None:
        """`{a,b}`, `{1..9}` and `~user` become something else; a lone `{}` does not."""
        if character == "{" and not self.line.startswith("}", self.at):
            word.expanded = word.expanded or self.at <= self.last_choice
        if character == "~" and word.text == "~" and re.match(r"[^/\s;&|<>()]", self.line[self.at : self.at + 1]):
            word.expanded = True

    def backslash(self, word: _Word) -> None:
        following = self.line[self.at + 1 : self.at + 2]
        self.at += 2
        if not following:
            self.at = len(self.line)
            self.out.doubt("a backslash at the end")
        elif following != "\n":
            word.text += following
            word.quoted = True

    def single_quoted(self, word: _Word) -> None:
        end = self.line.find("'", self.at + 1)
        if end < 0:
            self.out.doubt("a quote that is not closed")
            end = len(self.line)
        word.text += self.line[self.at + 1 : end]
        word.quoted = True
        self.at = end + 1

    def double_quoted(self, word: _Word, end: str) -> None:
        """Read up to the closing quote, or with `end` empty to the end, as in a here-document."""
        while self.at < len(self.line):
            character = self.line[self.at]
            if character == end:
                self.at += 1
                return
            if character == "\\":
                following = self.line[self.at + 1 : self.at + 2]
                word.text += "" if following == "\n" else following if following in '$`"\\' else "\\" + following
                self.at += 2
            elif character == "$":
                self.dollar(word, in_quotes=True)
            elif character == "`":
                self.backtick(word, in_quotes=bool(end))
            else:
                word.text += character
                self.at += 1
        if end:
            self.out.doubt("a quote that is not closed")

    def dollar(self, word: _Word, *, in_quotes: bool = False) -> None:
        start = self.at
        rest = self.line[self.at + 1 :]
        if rest.startswith("(("):
            self.out.doubt("arithmetic in the line")
            self.at += 2
            self.nested(word, ")")
        elif rest.startswith("("):
            self.at += 2
            self.nested(word, ")")
        elif rest.startswith("{"):
            plain = re.match(r"\{#?\w+\}", rest)
            word.expanded = True
            if plain is None:
                self.out.doubt("a parameter expansion that is more than a name")
            self.at += 1 + (plain.end() if plain else 1)
        elif rest.startswith("'") and not in_quotes:
            word.expanded = True
            self.dollar_quoted()
        elif rest.startswith('"') and not in_quotes:
            word.expanded = True
            self.at += 1
        elif rest.startswith("["):
            self.out.doubt("arithmetic in the line")
            word.expanded = True
            self.at += 2
        elif name := re.match(r"[A-Za-z_]\w*|[0-9@*#?$!-]", rest):
            word.expanded = True
            self.at += 1 + name.end()
        else:
            self.at += 1
        word.text += self.line[start : self.at] if self.at > start else ""

    def dollar_quoted(self) -> None:
        """Pass over `$'...'`, whose escapes are not read."""
        text = re.compile(r"\$'(?:[^'\\]|\\.)*'", re.DOTALL).match(self.line, self.at)
        if text is None:
            self.out.doubt("a quote that is not closed")
        self.at = text.end() if text else len(self.line)

    def nested(self, word: _Word, closer: str) -> None:
        """Read the commands of a substitution; what it gives is not known."""
        word.expanded = True
        outer, self.command = self.command, _Command()
        documents, self.documents = self.documents, []
        self.depth += 1
        self.commands(closer)
        self.depth -= 1
        if self.documents:
            self.out.doubt("a here-document without its end")
        self.command, self.documents = outer, documents

    def backtick(self, word: _Word, *, in_quotes: bool = False) -> None:
        text = re.compile(r"`((?:[^`\\]|\\.)*)`", re.DOTALL).match(self.line, self.at)
        word.expanded = True
        if text is None:
            self.out.doubt("a backtick that is not closed")
            self.at = len(self.line)
            return
        if in_quotes and '\\"' in text[1]:
            self.out.doubt("quotes in backticks in quotes")
        self.at = text.end()
        _Reader(re.sub(r"\\([`\\$])", r"\1", text[1]), self.out, self.depth + 1).commands("")
