"""Structured logs; see ``booking_site.logs``."""

from booking_site.settings.base import ENV

LOGGING_CONFIG = "booking_site.logs.configure"
LOGGING = {"format": ENV.effective_log_format, "level": ENV.log_level}
