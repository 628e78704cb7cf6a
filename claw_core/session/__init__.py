"""Sessions: the log, the stream that everything reads, and the one who turns intents into records."""
