"""Bookings: a list to work with, pages to read, and changes through the services alone."""

from bookings.admin.bookings.site import BookingAdmin

__all__ = ["BookingAdmin"]
