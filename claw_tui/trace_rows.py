"""Which spans of the trace are in sight: what is unfolded, filtered, failed. No widget, no colours.

The last turn is open and older ones fold by themselves; what the person folds or unfolds stays as they left it. New
spans that belong at the end are appended; only a change of what is open makes the list anew.
"""

from bisect import bisect_left

from claw_tui.views.trace import FAILED, Span, TraceView


class TraceRows:
    """The visible spans, by index, from the top down."""

    def __init__(self, view: TraceView) -> None:
        self.view = view
        self.visible: list[int] = []
        self.filter = ""
        self.failures = False
        self._chosen: dict[int, bool] = {}
        """Spans the person unfolded (True) or folded."""
        self._known = 0
        self._last_root = -1

    def show(self, view: TraceView) -> None:
        """Another view: keep what was chosen, since spans keep their places."""
        self.view = view
        self.rebuild()

    def is_open(self, span: Span) -> bool:
        """Whether its children show."""
        chosen = self._chosen.get(span.index)
        if chosen is not None:
            return chosen
        return span.kind == "turn" and (span.depth > 0 or span.index == self._newest_root())

    def update(self) -> None:
        """Take in what is new in the view."""
        spans = self.view.spans
        if self.filter or self.failures or self._newest_root() != self._last_root or len(spans) < self._known:
            self.rebuild()
            return
        for index in range(self._known, len(spans)):
            span = spans[index]
            if not self._belongs_at_end(span):
                self.rebuild()
                return
            if self._is_visible(span):
                self.visible.append(index)
        self._known = len(spans)

    def rebuild(self) -> None:
        """Make the list anew."""
        self._last_root = self._newest_root()
        self._known = len(self.view.spans)
        if self.filter or self.failures:
            self.visible = self._matching()
            return
        roots, at = self.view.roots, 0
        self.visible = []
        for root in [root for root in roots if self._chosen.get(root, root == self._last_root)]:
            place = bisect_left(roots, root, at)
            self.visible += roots[at:place]  # thousands that are folded, in one go
            self._add_unfolded(root)
            at = place + 1
        self.visible += roots[at:]

    def _add_unfolded(self, root: int) -> None:
        spans, stack = self.view.spans, [root]
        while stack:
            index = stack.pop()
            self.visible.append(index)
            span = spans[index]
            if span.children and self.is_open(span):
                stack += reversed(span.children)

    def fold(self, index: int, *, open_: bool) -> None:
        """The person folds or unfolds a span."""
        self._chosen[index] = open_
        self.rebuild()

    def fold_all(self, *, open_: bool) -> None:
        """The person folds or unfolds everything."""
        self._chosen = {span.index: open_ for span in self.view.spans if span.children}
        self.rebuild()

    def reveal(self, index: int) -> int:
        """Unfold what hides a span; its row."""
        parent = self.view.spans[index].parent
        while parent >= 0:
            self._chosen[parent] = True
            parent = self.view.spans[parent].parent
        self.rebuild()
        return self.visible.index(index) if index in self.visible else 0

    def _newest_root(self) -> int:
        """The last turn; a shell line of the person's own folds none."""
        return next((index for index in reversed(self.view.roots) if self.view.spans[index].kind == "turn"), -1)

    def _matching(self) -> list[int]:
        """What fits the filter, with everything it belongs to."""
        wanted: set[int] = set()
        words = self.filter.lower()
        for span in self.view.spans:
            text = f"{span.name} {span.target} {span.note} {span.state}".lower()
            if words not in text or (self.failures and span.state not in FAILED):
                continue
            index = span.index
            while index >= 0 and index not in wanted:
                wanted.add(index)
                index = self.view.spans[index].parent
        visible: list[int] = []
        stack = list(reversed(self.view.roots))
        while stack:
            index = stack.pop()
            if index in wanted:
                visible.append(index)
                stack += reversed(self.view.spans[index].children)
        return visible

    def _belongs_at_end(self, span: Span) -> bool:
        """Whether no visible row stands below its place."""
        if span.parent < 0 or not self._is_visible(span):
            return True
        last = self.visible[-1] if self.visible else -1
        while last >= 0:
            if last == span.parent:
                return True
            last = self.view.spans[last].parent
        return False

    def _is_visible(self, span: Span) -> bool:
        parent = span.parent
        while parent >= 0:
            above = self.view.spans[parent]
            if not self.is_open(above):
                return False
            parent = above.parent
        return True
