"""Models that run in this process: their files, how these are fetched and read, and how a model is made to speak.

Nothing here is loaded before such a model is asked. The package `llama-cpp-python` (the extra `local`) does the work
with numbers; what goes into it and what comes out is ours.
"""
