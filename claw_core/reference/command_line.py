"""A shell line in plain Python: its simple commands, and what could not be understood.

Read character by character, by the POSIX shell's rules of quoting and what bash adds. Control structures are not
followed: their keywords are dropped, what they hold is read as commands, and the line is doubted. A here-document's
text and what stands in backticks are read by a reader of their own.
"""

import re
from dataclasses import dataclass, field

from claw_core.reference.shell_word import Word, WordReader

__all__ = ["read_commands"]

Command = tuple[list[str], list[str], list[str], list[str], str, list[int], list[int], bool, bool]
"""Words, assignments, files written, files read, the file that its output goes to, places of expanded words, places of
patterns, whether it reads a pipe, whether the name of a redirection's file is unknown."""

_BLANK = " \t"
_SIGNS = frozenset({"{", "}", "!"})
_KEYWORDS = frozenset(
    {"if", "then", "elif", "else", "fi", "while", "until", "for", "do", "done"}
    | {"case", "esac", "select", "function", "coproc", "[[", "]]"}
)
_ASSIGNMENT = re.compile(r"[A-Za-z_][A-Za-z0-9_]*\+?=")
_DESCRIPTOR = re.compile(r"[0-9]*[<>]|&>")
_NAMED_DESCRIPTOR = re.compile(r"\{[A-Za-z_][A-Za-z0-9_]*\}")
_OPERATOR = re.compile(r"&&|\|\||\|&|;;&|;;|;&|[;&|]")
_REDIRECTION = re.compile(r"&>>|&>|<<<|<<-|<<|<>|<&|>>|>\||>&|<|>")
_DUPLICATES = re.compile(r"[0-9]+-?|-")
_DELIMITER = re.compile(r"""(?:'[^'\n]*'|"[^"\n]*"|\\[^\n]|[^\s;&|<>()'"\\])+""", re.ASCII)
_BACKTICKS = re.compile(r"`((?:[^`\\]|\\.)*)`", re.DOTALL)


def read_commands(line: str, deepest: int, most_commands: int, most_words: int) -> tuple[list[Command], str]:
    """All simple commands of a line, those in substitutions before the one they stand in, and the first doubt."""
    out = _Outcome(deepest, most_commands, most_words)
    _Reader(line, out, 0).commands("")
    return out.commands, out.doubted


@dataclass(slots=True)
class _Outcome:
    deepest: int
    most_commands: int
    most_words: int
    commands: list[Command] = field(default_factory=list[Command])
    doubted: str = ""
    """The first thing that could not be understood."""
    words: int = 0
    full: bool = False
    """Nothing more is read."""

    def doubt(self, why: str) -> None:
        self.doubted = self.doubted or why

    def add(self, command: Command) -> None:
        if len(self.commands) < self.most_commands:
            self.commands.append(command)
        else:
            self.stop()

    def count(self) -> None:
        """One more word was read."""
        self.words += 1
        if self.words > self.most_words:
            self.stop()

    def stop(self) -> None:
        self.full = True
        self.doubt(f"it has more than {self.most_commands} commands or {self.most_words} words")


@dataclass(slots=True)
class _Command:
    words: list[Word] = field(default_factory=list[Word])
    assignments: list[str] = field(default_factory=list[str])
    written: list[str] = field(default_factory=list[str])
    read: list[str] = field(default_factory=list[str])
    output: str = ""
    redirects_expanded: bool = False
    reads_pipe: bool = False
    redirected: bool = False

    @property
    def begun(self) -> bool:
        return bool(self.words or self.assignments or self.redirected)

    @property
    def only_timed(self) -> bool:
        """Nothing but the keyword `time` and its options stands there yet."""
        first = self.words[0] if self.words else Word()
        timed = all(word.text == "time" or word.text.startswith("-") for word in self.words[1:])
        return first.text == "time" and not first.quoted and timed

    def simple(self) -> Command:
        return (
            [word.text for word in self.words],
            self.assignments,
            self.written,
            self.read,
            self.output,
            [at for at, word in enumerate(self.words) if word.expanded],
            [at for at, word in enumerate(self.words) if word.globbed],
            self.reads_pipe,
            self.redirects_expanded,
        )


@dataclass(slots=True)
class _Document:
    """A here-document whose text is still to come."""

    delimiter: str
    quoted: bool
    strip: bool
    at: int


class _Reader(WordReader):
    def __init__(self, line: str, out: _Outcome, depth: int) -> None:
        super().__init__(line)
        self.out = out
        self.depth = depth
        self.documents: list[_Document] = []
        self.command = _Command()

    def doubt(self, why: str) -> None:
        self.out.doubt(why)

    def commands(self, closer: str) -> None:
        """Read commands up to `closer` (`)` or the end)."""
        if self.depth > self.out.deepest:
            self.doubt("it is nested too deeply")
            self.at = len(self.line)
            return
        while self.at < len(self.line) and not self.out.full:
            if closer and self.line[self.at] == closer:
                self.at += 1
                self.finish()
                return
            self.step()
        self.finish()
        if closer:
            self.doubt(f"a {closer} is missing")
        if self.documents:
            self.doubt("a here-document without its end")

    def step(self) -> None:
        """Read one word or operator."""
        line, at = self.line, self.at
        character = line[at]
        if character in _BLANK:
            self.at += 1
        elif line.startswith("\\\n", at):
            self.continuation()
        elif character == "#":
            end = line.find("\n", at)
            self.at = len(line) if end < 0 else end
        elif character == "\n":
            self.at += 1
            self.finish()
            self.read_documents()
        elif character == "(":
            self.parenthesis()
        elif character == ")":
            self.doubt("a ) without its (")
            self.at += 1
            self.finish()
        elif not line.startswith(("<(", ">("), at) and (descriptor := _DESCRIPTOR.match(line, at)):
            if descriptor.end() - at > 4:
                self.doubt("a descriptor of many digits")
            self.at = at if character == "&" else descriptor.end() - 1
            number = line[at : self.at]
            self.redirect(of_output=number.lstrip("0") == "1" or (not number and character != "<"))
        elif character in ";&|":
            self.operator()
        else:
            self.word_of_command()

    def finish(self, *, pipes: bool = False) -> None:
        """The command that was being read is complete."""
        command = self.command
        if command.words or command.assignments or command.written or command.read or command.redirects_expanded:
            self.out.add(command.simple())
        self.command = _Command(reads_pipe=pipes)

    def operator(self) -> None:
        operator = _OPERATOR.match(self.line, self.at)
        assert operator is not None  # the caller saw one of its characters
        self.at = operator.end()
        if operator[0] in {";;", ";&", ";;&"}:
            self.doubt("a case construct")
        self.finish(pipes=operator[0] in {"|", "|&"})

    def parenthesis(self) -> None:
        if self.line.startswith("((", self.at):
            self.doubt("arithmetic, or parentheses in parentheses")
        if self.command.words or self.command.assignments:
            self.doubt("a function, an array or a pattern in parentheses")
        self.at += 1
        outer, self.command = self.command, _Command(reads_pipe=self.command.reads_pipe)
        self.depth += 1
        self.commands(")")
        self.depth -= 1
        self.command = outer

    def word_of_command(self) -> None:
        """Read a word and find its part in the command: keyword, assignment, or a plain word."""
        start = self.at
        word = self.word()
        command = self.command
        self.out.count()
        if self.line.startswith(("<", ">"), self.at) and _NAMED_DESCRIPTOR.fullmatch(self.line, start, self.at):
            self.doubt("a descriptor with a name")
        # The name must stand unquoted; what follows the = may be anything.
        assigns = bool(_ASSIGNMENT.match(self.line, start) and _ASSIGNMENT.match(word.text))
        plain = not word.quoted and not word.expanded
        if plain and (word.text in _SIGNS or word.text in _KEYWORDS):
            if not command.begun:
                if word.text in _KEYWORDS:
                    self.doubt(f"the shell construct {word.text}")
                return
            if not command.words or command.only_timed:
                self.doubt(f"{word.text} where a command begins")
        if assigns and command.only_timed:
            self.doubt("a variable after time")
        if assigns and not command.words:
            command.assignments.append(word.text)
            return
        if not command.words and (word.expanded or (word.globbed and word.text != "[") or not word.text):
            self.doubt("the name of a command is only known when it runs")
        command.words.append(word)

    def redirect(self, *, of_output: bool) -> None:
        operator = _REDIRECTION.match(self.line, self.at)
        assert operator is not None  # the caller saw its first character
        self.at = operator.end()
        self.command.redirected = True
        if of_output:
            self.command.output = ""
        self.out.count()
        if operator[0] in {">&", "<&"} and self.line.startswith("-", self.at):
            self.at += 1  # the dash belongs to the operator, whatever follows
            return
        while self.at < len(self.line) and (self.line[self.at] in _BLANK or self.line.startswith("\\\n", self.at)):
            if self.line[self.at] in _BLANK:
                self.at += 1
            else:
                self.continuation()
        if operator[0] in {"<<", "<<-"}:
            self.document(operator.start(), strip=operator[0] == "<<-")
            return
        start = self.at
        word = Word() if self.line.startswith("#", start) else self.word()
        if self.at == start:
            self.doubt("a redirection without its file")
        elif operator[0] == "<<<" or (operator[0] in {">&", "<&"} and _DUPLICATES.fullmatch(word.text)):
            pass
        elif word.expanded or word.globbed:
            self.command.redirects_expanded = True
        else:
            if of_output:
                self.command.output = word.text
            files = self.command.read if operator[0] in {"<", "<&"} else self.command.written
            files.append(word.text)

    def document(self, start: int, *, strip: bool) -> None:
        """The operator of a here-document was read; its text follows at the next line."""
        raw = _DELIMITER.match(self.line, self.at)
        if raw is None or raw[0].startswith("#") or "$" in raw[0] or "`" in raw[0]:
            self.doubt("a here-document without a plain end")
            return
        self.at = raw.end()
        quoted = any(mark in raw[0] for mark in "'\"\\")
        self.documents.append(_Document(re.sub(r"['\"\\]", "", raw[0]), quoted, strip, start))

    def read_documents(self) -> None:
        """Pass over the texts of here-documents; commands in those that are not quoted count."""
        documents, self.documents = self.documents, []
        if any("\n" in self.line[document.at : self.at - 1] for document in documents[:1]):
            self.doubt("a line that ends within the command of a here-document")
        for document in documents:
            self.read_document(document)

    def read_document(self, document: _Document) -> None:
        start, joined = self.at, False
        while True:
            if self.at >= len(self.line):
                self.doubt("a here-document without its end")
                end = len(self.line)
                break
            end = self.at
            after = self.line.find("\n", self.at)
            after = len(self.line) if after < 0 else after
            text = self.line[self.at : after]
            text = text.lstrip("\t") if document.strip else text
            self.at = after + 1
            if text == document.delimiter:
                break
            # An escaped end of line joins two lines, and what is joined may be the delimiter, or no longer be it.
            joins = not document.quoted and text.endswith("\\")
            if joins and document.delimiter.startswith(text.rstrip("\\")):
                self.doubt("a here-document whose end may be joined")
            joined = joins
        if joined:
            self.doubt("a here-document whose end may be joined")
        if not document.quoted:
            _Reader(self.line[start:end], self.out, self.depth + 1).double_quoted(Word(), end="")

    def nested(self, word: Word) -> None:
        """Read the commands of a substitution; what it gives is not known."""
        word.expanded = True
        outer, self.command = self.command, _Command()
        documents, self.documents = self.documents, []
        self.depth += 1
        self.commands(")")
        self.depth -= 1
        if self.documents:
            self.doubt("a here-document without its end")
        self.command, self.documents = outer, documents

    def backtick(self, word: Word, *, in_quotes: bool) -> None:
        text = _BACKTICKS.match(self.line, self.at)
        word.expanded = True
        if text is None:
            self.doubt("a backtick that is not closed")
            self.at = len(self.line)
            return
        if re.search(r"\\[`\\$]", text[1]) or (in_quotes and '\\"' in text[1]):
            self.doubt("an escaped sign in backticks")
        self.at = text.end()
        _Reader(re.sub(r"\\([`\\$])", r"\1", text[1]), self.out, self.depth + 1).commands("")
