"""The desk where answers are made: it opens the dialogs that some answers need, and sends each answer once.

The queue and the diff pane share one desk, so that whichever of them answers a request, the other knows. An answer goes
out only for a request that still waits; a dialog that was opened for one closes when that one is settled elsewhere.
"""

from collections.abc import Callable
from dataclasses import replace
from pathlib import PurePosixPath
from typing import TYPE_CHECKING, Any, cast

from claw_core.ask import Allow, Answer, Deny, PermissionAsk, PlanAsk, QuestionAsk
from claw_core.intent import Respond
from claw_tui.answering import PERSON, Grace, editable, edited, offered_rule
from claw_tui.line import Line, one_line
from claw_tui.request_lines import request_row, whole_request
from claw_tui.views.diffs import HunkChoice
from claw_tui.views.queue import Waiting

if TYPE_CHECKING:
    from claw_tui.dialog import Dialog, Draw, ResultT
    from claw_tui.pane import Pane

    AnyPane = Pane[Any]


class AnswerDesk:
    """Makes and sends the answers of one screen."""

    def __init__(self) -> None:
        self._waiting: set[str] = set()
        self._sent: set[str] = set()
        self._choices: dict[str, HunkChoice] = {}
        self._drafts: dict[tuple[str, str], str] = {}
        """What was written in a dialog that closed since its request was asked anew, by that and the dialog's name."""
        self._open: tuple[str, Dialog[object]] | None = None
        self._listeners: list[Callable[[], None]] = []
        self.looked_at = ""
        """The request that the person's cursor went to last, by id."""

    # ---- what is known of the requests

    def keep(self, pane: "AnyPane", waiting: tuple[Waiting, ...]) -> None:
        """These wait; whatever was about others is forgotten, and a dialog about one of them closes."""
        self._waiting = {item.id for item in waiting}
        renewed = {item.ask.renews: item for item in waiting if isinstance(item.ask, PermissionAsk) and item.ask.renews}
        for ask, item in renewed.items():
            if choice := self._choices.pop(ask, None):
                self._choices[item.id] = choice.renewed(item)
        self._sent &= self._waiting
        self._choices = {ask: choice for ask, choice in self._choices.items() if ask in self._waiting}
        self._drafts = {key: draft for key, draft in self._drafts.items() if key[0] in self._waiting}
        if self._open is not None and self._open[0] not in self._waiting:
            ask, dialog = self._open
            self._open = None
            if ask in renewed and dialog.draft:
                self._drafts[renewed[ask].id, type(dialog).__name__] = dialog.draft
            dialog.dismiss(None)
            said = "Files changed on disk: look again. What you wrote is kept." if ask in renewed else _SETTLED
            tell(pane, said)

    def sent(self, ask: str) -> bool:
        """Whether an answer to it is on its way."""
        return ask in self._sent

    def choice(self, item: Waiting) -> HunkChoice:
        """The hunks that are taken; all of them at first."""
        return self._choices.get(item.id) or HunkChoice.of(item)

    def choose(self, choice: HunkChoice) -> None:
        """The person takes these hunks."""
        self._choices[choice.ask] = choice
        self._say()

    def look_at(self, item: Waiting) -> None:
        """The person's cursor went to this request."""
        self.looked_at = item.id
        self._say()

    def listen(self, listener: Callable[[], None]) -> None:
        """Call this whenever a choice changes, or the person looks at another request."""
        self._listeners.append(listener)

    def may_answer(self, pane: "AnyPane", item: Waiting, grace: Grace) -> bool:
        """Whether a key may answer it now; tells the person why not."""
        if item.id in self._sent or item.id not in self._waiting:
            return False
        if self._open is not None:  # keys typed for a dialog, faster than it could take them
            return False
        if not pane.context.live:
            tell(pane, "This is a replay: it shows what was asked, and how it was answered.")
            return False
        if not grace.over(item.id):
            tell(pane, "This request has just appeared. Look at it, then press the key again.")
            return False
        return True

    # ---- answers

    def answer(self, pane: "AnyPane", item: Waiting, answer: Answer) -> None:
        """Send it, once, for a request that still waits."""
        if item.id in self._waiting and item.id not in self._sent:
            self._sent.add(item.id)
            pane.send(Respond(ask=item.id, answer=answer, by=PERSON))

    def allow(self, pane: "AnyPane", item: Waiting, answer: Allow) -> None:
        """Allow it, with the hunks that are taken; what is dangerous, only after `yes` was typed."""
        if isinstance(item.ask, QuestionAsk):
            self.review(pane, item)
            return
        choice = self.choice(item)
        if not choice.whole and answer.input is None:
            taken = choice.answer()
            if taken is None:
                self.deny_all_hunks(pane, item)
                return
            answer = replace(answer, hunks=taken.hunks, portions=taken.portions)
        if not item.dangerous:
            self.answer(pane, item, answer)
            return
        from claw_tui.dialogs.danger import DangerDialog

        dialog = DangerDialog(pane.context.theme, _about(_as_rewritten(item, answer)))
        self._ask(pane, item, dialog, lambda _: self.answer(pane, item, answer))

    def allow_session(self, pane: "AnyPane", item: Waiting) -> None:
        """Allow it and what its rule covers, until the session ends."""
        if rule := self._rule(pane, item):
            self.allow(pane, item, Allow(scope="session", rule=rule))

    def allow_always(self, pane: "AnyPane", item: Waiting) -> None:
        """Allow it by a rule that is kept, after the person saw and perhaps changed it."""
        if isinstance(item.ask, PermissionAsk) and self._rule(pane, item):
            from claw_tui.dialogs.rule import RuleDialog

            dialog = RuleDialog(pane.context.theme, _about(item), ask=item.ask)
            self._ask(pane, item, dialog, lambda words: self.allow(pane, item, Allow(scope="always", rule=words)))

    def allow_with_comment(self, pane: "AnyPane", item: Waiting) -> None:
        """Yes, and words for the model."""
        if isinstance(item.ask, QuestionAsk):
            self.review(pane, item)
            return
        self._words(
            pane,
            item,
            ("yes, and", "a comment for the model"),
            lambda words: self.allow(pane, item, Allow(comment=words)),
        )

    def deny_with_reason(self, pane: "AnyPane", item: Waiting) -> None:
        """No, and words for the model."""
        title = "keep planning" if isinstance(item.ask, PlanAsk) else "no, because"
        hint = "what to change in the plan" if isinstance(item.ask, PlanAsk) else "why not, for the model"
        self._words(pane, item, (title, hint), lambda words: self.answer(pane, item, Deny(reason=words)))

    def deny_all_hunks(self, pane: "AnyPane", item: Waiting) -> None:
        """No hunk is taken: that is a no, once the person says so."""
        self._words(
            pane,
            item,
            ("no hunk is taken: say no to all of it?", "why not, for the model (may be left empty)"),
            lambda words: self.answer(pane, item, Deny(reason=words)),
            may_be_empty=True,
        )

    def edit(self, pane: "AnyPane", item: Waiting) -> None:
        """Change what is proposed, then allow it."""
        if isinstance(item.ask, PermissionAsk):
            from claw_tui.dialogs.edit import EditDialog

            ask, part = item.ask, editable(item.ask)
            where = f" · {one_line(str(ask.input['path']))}" if part.field and "path" in ask.input else ""
            dialog = EditDialog(
                pane.context.theme,
                f"{part.title}{where}",
                part.text,
                lambda text: edited(ask, text),
                draft=self._draft(item, EditDialog),
                suffix=PurePosixPath(part.path).suffix,
                one_command=part.field == "command",
            )
            self._ask(pane, item, dialog, lambda answer: self.allow(pane, item, answer))

    def split_hunk(self, pane: "AnyPane", item: Waiting, diff: int, hunk: int) -> None:
        """One hunk in smaller ones."""
        from claw_core.portions import split

        choice = self.choice(item)
        try:
            self.choose(choice.reshaped(diff, split(choice.portions[diff], hunk)))
        except ValueError as error:
            tell(pane, str(error))

    def edit_hunk(self, pane: "AnyPane", item: Waiting, diff: int, hunk: int) -> None:
        """Change one hunk by hand; nothing is answered by that."""
        from claw_core.portions import new_text, rewritten
        from claw_tui.dialogs.edit import EditDialog

        portions = self.choice(item).portions[diff]
        path = item.diffs[diff].path
        start = portions[hunk].hunk.new_start
        dialog = EditDialog(
            pane.context.theme,
            f"One hunk · {one_line(path)} from line {start}",
            new_text(portions[hunk]),
            lambda text: rewritten(portions, hunk, text),
            draft=self._draft(item, EditDialog),
            suffix=PurePosixPath(path).suffix,
        )
        self._ask(pane, item, dialog, lambda made: self.choose(self.choice(item).reshaped(diff, made)))

    def review(self, pane: "AnyPane", item: Waiting) -> None:
        """The questions, or the plan."""
        if isinstance(item.ask, QuestionAsk):
            from claw_tui.dialogs.question import QuestionDialog

            dialog = QuestionDialog(pane.context.theme, item.ask)
            self._ask(pane, item, dialog, lambda reply: self.answer(pane, item, reply))
        elif isinstance(item.ask, PlanAsk):
            from claw_tui.dialogs.plan import PlanDialog

            plan = PlanDialog(pane.context.theme, item.ask)
            self._ask(pane, item, plan, lambda verdict: self._judge(pane, item, verdict))

    def explain(self, pane: "AnyPane", item: Waiting) -> None:
        """Why it is asked, and everything that is."""
        from claw_tui.dialogs.why import WhyDialog

        self._ask(pane, item, WhyDialog(pane.context.theme, item), lambda _: None)

    # ---- how

    def _say(self) -> None:
        for listener in self._listeners:
            listener()

    def _judge(self, pane: "AnyPane", item: Waiting, verdict: str) -> None:
        if verdict == "approve":
            self.answer(pane, item, Allow())
        elif verdict == "comment":
            self.allow_with_comment(pane, item)
        else:
            self.deny_with_reason(pane, item)

    def _rule(self, pane: "AnyPane", item: Waiting) -> str:
        if not (rule := offered_rule(item)):
            what = "What is dangerous is allowed once at a time." if item.dangerous else "No rule fits this one."
            tell(pane, f"{what} y allows it once.")
        return rule

    def _draft(self, item: Waiting, kind: "type[Dialog[Any]]") -> str:
        """What the person had written for this request when files changed on disk."""
        return self._drafts.pop((item.id, kind.__name__), "")

    def _words(
        self,
        pane: "AnyPane",
        item: Waiting,
        says: tuple[str, str],
        done: Callable[[str], None],
        *,
        may_be_empty: bool = False,
    ) -> None:
        from claw_tui.dialogs.words import WordsDialog

        title, placeholder = says
        dialog = WordsDialog(
            pane.context.theme,
            title,
            _about(item),
            placeholder=placeholder,
            may_be_empty=may_be_empty,
            draft=self._draft(item, WordsDialog),
        )
        self._ask(pane, item, dialog, done)

    def _ask(
        self, pane: "AnyPane", item: Waiting, dialog: "Dialog[ResultT]", done: "Callable[[ResultT], None]"
    ) -> None:
        """Open a dialog; `done` gets its result, unless it was closed without one or the request is settled."""

        def closed(result: "ResultT | None") -> None:
            if self._open is not None and self._open[1] is dialog:
                self._open = None
            if result is not None and item.id in self._waiting:
                done(result)

        if self._open is not None:
            return
        self._open = (item.id, cast("Dialog[object]", dialog))
        pane.app.push_screen(dialog, closed)  # pyright: ignore[reportUnknownMemberType]  Textual leaves it open


def tell(pane: "AnyPane", words: str) -> None:
    """A short notice."""
    pane.notify(words, timeout=4, markup=False)


def _about(item: Waiting) -> "Draw":
    """What a dialog says it is about; what is dangerous, whole."""

    def draw(width: int) -> list[Line]:
        rows = whole_request(item, width, diffs=item.dangerous)
        return rows or [request_row(item, width, age="", here=False, marked=False, choice=None, sent=False)]

    return draw


def _as_rewritten(item: Waiting, answer: Allow) -> Waiting:
    """The request as the person changed it, so that nobody says yes to what is no longer asked."""
    if answer.input is None or not isinstance(item.ask, PermissionAsk):
        return item
    return replace(item, ask=replace(item.ask, input=answer.input, preview=()))


_SETTLED = "That request is settled. Nothing was sent."
