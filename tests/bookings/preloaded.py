"""What every contender needs, imported once by the fork server rather than by each process."""

import os

import django

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "booking_site.settings")
django.setup()

import bookings.services.cancel_booking  # noqa: E402 - needs settings
import bookings.services.create_booking  # noqa: E402
import bookings.services.end_visits  # noqa: E402
import bookings.services.recurring  # noqa: E402
import bookings.services.reschedule_booking  # noqa: E402
import bookings.services.reviews  # noqa: E402
import bookings.services.time_off  # noqa: E402
import bookings.services.users  # noqa: E402
import bookings.services.waitlist  # noqa: E402
import bookings.services.waitlist_matching  # noqa: E402, F401
