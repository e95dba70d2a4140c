"""Structured logs; see ``booking_site.logs``."""

LOGGING_CONFIG = None
