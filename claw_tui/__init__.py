"""The screen: draws records, sends intents. Nothing happens here; it happens in `claw_core` and is seen here."""
