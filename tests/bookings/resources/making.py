"""Rows made through the service."""

from bookings.models import AuditEntry


def last() -> AuditEntry:
    entry = AuditEntry.objects.first()
    assert entry is not None
    return entry
