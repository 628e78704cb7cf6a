"""What the bench of the screen needs: a terminal to measure at, a model to talk to, a session that does as told."""
