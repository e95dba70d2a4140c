"""A local stand-in for the Telegram Bot API, for development, tests and benchmarks; never for production."""
