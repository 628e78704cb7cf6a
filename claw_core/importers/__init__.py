"""Readers of other agents' session files, one an agent."""
