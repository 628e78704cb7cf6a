"""Instructions: what a model is told before the conversation begins, section by section."""
