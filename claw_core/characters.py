"""Characters: text as it comes from file names, terminals and servers may hold halves of characters. None goes on."""


def whole_characters(text: str) -> str:
    """The text with its surrogate pairs joined; halves without the other become U+FFFD."""
    if text.isascii():
        return text
    return text.encode("utf-16-le", "surrogatepass").decode("utf-16-le", "replace")
