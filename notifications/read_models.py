"""What the services of notifications return: frozen, free of the ORM."""

from dataclasses import dataclass
from datetime import time


@dataclass(frozen=True, slots=True)
class Wishes:
    """What a person wants to be told. ``zone`` is an IANA name, empty for the location's.

    ``quiet_from`` and ``quiet_until`` are wall-clock times, both or none; the window may cross midnight.
    """

    reminders: bool = True
    invitations: bool = True
    quiet_from: time | None = None
    quiet_until: time | None = None
    zone: str = ""
