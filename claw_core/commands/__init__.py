"""Slash commands that change the session, one a file."""
