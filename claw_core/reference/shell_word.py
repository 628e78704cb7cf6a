"""The words of a shell line in plain Python: what is quoted, escaped or expanded in them.

A reader of words knows nothing of commands. What stands in a substitution it hands to whoever reads those.
"""

import re
from dataclasses import dataclass

_ENDS_WORD = " \t\n;&|<>()"
_PLAIN = re.compile(r"[^ \t\n;&|<>()\\'\"$`*?\[{~]+")
_PLAIN_IN_QUOTES = re.compile(r"[^\\\"$`]+")
_PARAMETER = re.compile(r"\{#?[A-Za-z0-9_]+\}")
_NAME = re.compile(r"[A-Za-z_][A-Za-z0-9_]*|[0-9@*#?$!-]")
_DOLLAR_QUOTED = re.compile(r"\$'(?:[^'\\]|\\.)*'", re.DOTALL)


@dataclass(slots=True)
class Word:
    """One word, without its quotes."""

    text: str = ""
    quoted: bool = False
    expanded: bool = False
    globbed: bool = False


class WordReader:
    """Reads words from a place in a line on."""

    def __init__(self, line: str) -> None:
        self.line = line
        self.at: int = 0
        self.last_choice = max(line.rfind(","), line.rfind(".."))
        """Where the last sign stands that makes braces more than braces."""

    def doubt(self, why: str) -> None:
        """Note what could not be understood."""
        raise NotImplementedError

    def nested(self, word: Word) -> None:
        """Read the commands of a substitution, after its parenthesis."""
        raise NotImplementedError

    def backtick(self, word: Word, *, in_quotes: bool) -> None:
        """Read the commands between backticks."""
        raise NotImplementedError

    def word(self) -> Word:
        """Read one word, with what is quoted and substituted in it."""
        word = Word()
        while self.at < len(self.line):
            character = self.line[self.at]
            if self.line.startswith(("<(", ">("), self.at) and not word.text:
                self.at += 2
                self.nested(word)
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
                self.backtick(word, in_quotes=False)
            elif plain := _PLAIN.match(self.line, self.at):
                word.text += plain[0]
                self.at = plain.end()
            else:
                word.text += character
                word.globbed = word.globbed or character in "*?["
                self.at += 1
                self.brace(word, character)
        return word

    def brace(self, word: Word, character: str) -> None:
        """`{a,b}`, `{1..9}` and `~user` become something else; a lone `{}` does not."""
        following = self.line[self.at : self.at + 1]
        if character == "{" and self.at <= self.last_choice:
            alone = following == "}" and (self.line[self.at + 1 : self.at + 2] or " ") in _ENDS_WORD + "\"'"
            word.expanded = word.expanded or not alone
        if character == "~" and word.text == "~" and following and following not in "/ \t\n;&|<>()":
            word.expanded = True

    def continuation(self) -> None:
        """An escaped end of line vanishes; where nothing blank stands before it, what it joins may mean more."""
        if self.at > 0 and self.line[self.at - 1] not in " \t\n":
            self.doubt("a line that goes on in the middle of a word")
        self.at += 2

    def backslash(self, word: Word) -> None:
        following = self.line[self.at + 1 : self.at + 2]
        if following == "\n":
            self.continuation()
            return
        if not following:
            self.doubt("a backslash at the end")
        word.text += following
        word.quoted = True
        self.at = min(self.at + 2, len(self.line))

    def single_quoted(self, word: Word) -> None:
        end = self.line.find("'", self.at + 1)
        if end < 0:
            self.doubt("a quote that is not closed")
            end = len(self.line)
        word.text += self.line[self.at + 1 : end]
        word.quoted = True
        self.at = min(end + 1, len(self.line))

    def double_quoted(self, word: Word, end: str) -> None:
        """Read up to the closing quote, or with `end` empty to the end, as in a here-document."""
        while self.at < len(self.line):
            character = self.line[self.at]
            if character == end:
                self.at += 1
                return
            if character == "\\":
                following = self.line[self.at + 1 : self.at + 2]
                if following == "\n":
                    self.continuation()
                    continue
                word.text += following if following and following in '$`"\\' else "\\" + following
                self.at = min(self.at + 2, len(self.line))
            elif character == "$":
                self.dollar(word, in_quotes=True)
            elif character == "`":
                self.backtick(word, in_quotes=bool(end))
            else:
                plain = _PLAIN_IN_QUOTES.match(self.line, self.at)
                word.text += plain[0] if plain else character
                self.at = plain.end() if plain else self.at + 1
        if end:
            self.doubt("a quote that is not closed")

    def dollar(self, word: Word, *, in_quotes: bool = False) -> None:
        line, start = self.line, self.at
        after = start + 1
        if line.startswith("(", after):
            if line.startswith("((", after):
                self.doubt("arithmetic in the line")
            self.at += 2
            self.nested(word)
        elif line.startswith("{", after):
            plain = _PARAMETER.match(line, after)
            word.expanded = True
            if plain is None:
                self.doubt("a parameter expansion that is more than a name")
            self.at = plain.end() if plain else after + 1
        elif line.startswith("'", after) and not in_quotes:
            # Its escapes are not read.
            text = _DOLLAR_QUOTED.match(line, start)
            word.expanded = True
            if text is None:
                self.doubt("a quote that is not closed")
            self.at = text.end() if text else len(line)
        elif line.startswith('"', after) and not in_quotes:
            word.expanded = True
            self.at = after
        elif line.startswith("[", after):
            self.doubt("arithmetic in the line")
            word.expanded = True
            self.at += 2
        elif name := _NAME.match(line, after):
            word.expanded = True
            self.at = name.end()
        else:
            self.at = after
        word.text += line[start : self.at]
