"""The areas of the audit: a file for each twin. It holds `cases(corpus)`, and perhaps `UNASKED`, which names public
things of the extension that are no questions of their own, with the reason."""
