"""Instants and money as people of a language read them; see ``booking_site.lib.formats``."""

from booking_site.lib.formats import day, money, time

__all__ = ["day", "money", "time"]
