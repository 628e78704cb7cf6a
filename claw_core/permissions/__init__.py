"""Permissions: one gate for all tools. Pure: rules, modes and a call go in, a decision with its reason comes out."""
