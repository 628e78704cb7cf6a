"""The doors to the extension, and its twins."""
