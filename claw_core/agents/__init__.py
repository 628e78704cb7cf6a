"""The sub-agents that claw brings, one Markdown file each; what such a file holds says `claw_core/subagent.py`."""
