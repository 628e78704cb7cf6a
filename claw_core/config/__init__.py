"""Configuration: where things lie, what may be set, and how the files are read and merged."""
