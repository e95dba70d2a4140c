"""The one place that asks what time it is, so that a test can move time for the whole service."""

from datetime import datetime

from django.utils import timezone


def now() -> datetime:
    """The current instant: aware, UTC."""
    return timezone.now()
