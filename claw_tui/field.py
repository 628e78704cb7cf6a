"""What is written in beside the prompt. Its cursor stands still: what is open and waits costs nothing."""

from textual.reactive import reactive
from textual.widgets import Input, TextArea


class Field(Input):
    """One line."""

    cursor_blink = reactive(False, init=False)


class Page(TextArea):
    """Many lines."""

    cursor_blink = reactive(False, init=False)
