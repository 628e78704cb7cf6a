"""What happens: the async core that turns intents into records. It never imports a screen."""

__version__ = "0.1.0"
