"""The tools, one a file: the file's name is the tool's, its docstring is what the model reads about it."""
