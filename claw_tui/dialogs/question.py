"""The model's questions: options by number, arrows or Space, or one's own words."""

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import ClassVar

from textual import events
from textual.app import ComposeResult
from textual.binding import BindingType
from textual.widgets import Input

from claw_core.ask import Question, QuestionAsk, Reply
from claw_tui.dialog import Dialog, Words
from claw_tui.field import Field
from claw_tui.keymap import bindings
from claw_tui.line import BLANK, Line, clean, one_line, wrap
from claw_tui.theme import Theme


@dataclass(slots=True)
class QuestionForm:
    """What was answered so far. Pure; the dialog presses its keys."""

    questions: tuple[Question, ...]
    at: int = 0
    """The question that is being answered."""
    cursor: int = 0
    """The option under the cursor; one past the last is the person's own words."""
    chosen: list[set[int]] = field(default_factory=list[set[int]])
    words: list[str] = field(default_factory=list[str])

    def __post_init__(self) -> None:
        self.chosen = [set() for _ in self.questions]
        self.words = ["" for _ in self.questions]
        self._enter(0)

    @property
    def question(self) -> Question:
        """The one that is being answered."""
        return self.questions[self.at]

    @property
    def in_words(self) -> bool:
        """Whether the cursor is on the person's own words."""
        return self.cursor == len(self.question.options)

    def move(self, by: int) -> None:
        """To another option."""
        self.cursor = max(0, min(self.cursor + by, len(self.question.options)))

    def choose(self, option: int) -> None:
        """Choose an option, or take it back; where only one may be chosen, it replaces the other."""
        if not 0 <= option < len(self.question.options):
            return
        self.cursor = option
        picked = self.chosen[self.at]
        if self.question.multiple:
            picked ^= {option}
        else:
            self.chosen[self.at] = set() if option in picked else {option}
            self.words[self.at] = ""

    def write(self, words: str) -> None:
        """The person's own words; where only one answer counts, they replace what was chosen."""
        self.words[self.at] = words
        if words.strip() and not self.question.multiple:
            self.chosen[self.at].clear()

    def confirm(self) -> bool:
        """Done with this question: go to the next one. True when that was the last and all are answered.

        Where nothing is chosen and only one option counts, the one under the cursor does.
        """
        if not self._answered(self.at):
            if self.question.multiple or self.in_words:
                return False
            self.choose(self.cursor)
        open_ones = [at for at in range(len(self.questions)) if not self._answered(at)]
        if not open_ones:
            return True
        later = [at for at in open_ones if at > self.at]
        self._enter((later or open_ones)[0])
        return False

    def back(self) -> None:
        """To the question before."""
        self._enter(max(0, self.at - 1))

    def reply(self) -> Reply:
        """The answers, question by question."""
        return Reply(answers=tuple(self._answers(at) for at in range(len(self.questions))))

    def _answers(self, at: int) -> tuple[str, ...]:
        labels = tuple(self.questions[at].options[option].label for option in sorted(self.chosen[at]))
        words = self.words[at].strip()
        return (*labels, words) if words else labels

    def _answered(self, at: int) -> bool:
        return bool(self._answers(at))

    def _enter(self, at: int) -> None:
        self.at = at
        self.cursor = min(self.chosen[at], default=0)


class QuestionDialog(Dialog[Reply]):
    """Returns the answers."""

    BINDINGS: ClassVar[list[BindingType]] = bindings("question")
    HINTS: ClassVar[tuple[str, ...]] = ("question.confirm", "question.choose", "dialog.cancel")

    def __init__(self, theme: Callable[[], Theme], ask: QuestionAsk) -> None:
        super().__init__(theme, "a question for you" if len(ask.questions) == 1 else "questions for you")
        self.form = QuestionForm(ask.questions)

    def inside(self) -> ComposeResult:
        """The question with its options, and a line for one's own words."""
        options = Words(self.theme, self._lines, id="options")
        options.can_focus = True
        yield options
        yield Field(placeholder="or in your own words", id="words")

    def on_mount(self) -> None:
        """Options first; where there are none, the line."""
        self._refresh()

    def _lines(self, width: int) -> list[Line]:
        form = self.form
        count = f"{form.at + 1} of {len(form.questions)}  " if len(form.questions) > 1 else ""
        rows = wrap(((count, "text.muted"), (clean(form.question.question), "text.strong bold")), width)
        for number, option in enumerate(form.question.options):
            here, picked = number == form.cursor, number in form.chosen[form.at]
            box = ("[✓]" if picked else "[ ]") if form.question.multiple else ("(•)" if picked else "( )")
            words = f" — {one_line(option.description)}" if option.description else ""
            label: Line = ((one_line(option.label), "text.strong" if here else "text.body"), (words, "text.muted"))
            head: Line = (("▸ " if here else "  ", "text.key bold"), (f"{number + 1} {box} ", "text.key"))
            rows += wrap((*head, *label), width, hang=(("        ", "text.muted"),))
        if form.question.multiple:
            rows.append((("several may be chosen", "text.muted italic"),))
        return rows if form.question.options else [*rows, BLANK]

    def _refresh(self) -> None:
        self.query_one("#options", Words).redraw()
        words = self.query_one("#words", Input)
        with self.prevent(Input.Changed):
            words.value = self.form.words[self.form.at]
        if self.form.in_words:
            words.focus()
        else:
            self.query_one("#options", Words).focus()

    def on_input_changed(self, event: Input.Changed) -> None:
        """Own words."""
        self.form.write(event.value)
        self.query_one("#options", Words).redraw()

    def on_input_submitted(self) -> None:
        """Enter in the line."""
        self.action_confirm()

    def on_descendant_focus(self, event: events.DescendantFocus) -> None:
        """The line was clicked, or reached by Tab."""
        if isinstance(event.widget, Input) and not self.form.in_words:
            self.form.cursor = len(self.form.question.options)
            self.query_one("#options", Words).redraw()

    def on_key(self, event: events.Key) -> None:
        """A number chooses an option, unless it is being written."""
        if event.character and event.character.isdigit() and not self.form.in_words:
            event.stop()
            self.form.choose(int(event.character) - 1)
            self._refresh()

    def action_down(self) -> None:
        """The next option."""
        self.form.move(1)
        self._refresh()

    def action_up(self) -> None:
        """The previous option."""
        self.form.move(-1)
        self._refresh()

    def action_choose(self) -> None:
        """The option under the cursor."""
        self.form.choose(self.form.cursor)
        self._refresh()

    def action_previous(self) -> None:
        """The question before."""
        self.form.back()
        self._refresh()

    def action_confirm(self) -> None:
        """Answer, or go on to the next question."""
        at = self.form.at
        if self.form.confirm():
            self.dismiss(self.form.reply())
        elif self.form.at == at:
            self.refuse("Choose an option, or write your own words.")
        else:
            self._refresh()
