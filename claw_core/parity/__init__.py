"""The parity audit: the extension and its plain-Python twins get the same questions, and their answers are compared.

`areas/` holds a file for each part of the extension, named as its twin in `claw_core/reference/`; it turns what lies in
a folder into questions. `bundled.py` writes a folder with what is awkward, so that there is always something to ask;
`corpus.py` takes a sample of any folder a person names, and only reads there.
"""
