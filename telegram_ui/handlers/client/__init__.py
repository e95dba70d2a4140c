"""Booking, one's own visits, and booking again."""
