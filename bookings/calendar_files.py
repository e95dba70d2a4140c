"""Visits as iCalendar (RFC 5545): one file for a client's booking, one feed for a specialist. Pure: cards to bytes.

Instants are written in UTC, which every calendar shows on its reader's clock; a zone would have to be described in the
file and adds nothing to a single visit. The UID is the visit's for good, and SEQUENCE grows with each change, so that a
newer file replaces the older one.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.utils.translation import gettext as _, override
from icalendar import Alarm, Calendar, Event

from bookings.enums import BookingStatus
from bookings.read_models import BookingCard, LocationCard, Text

CONTENT_TYPE = "text/calendar; charset=utf-8"
_PRODUCT = "-//Booking service//Visits//EN"
_HOST = "booking-service"
#: Long enough to set out.
_ALARM_BEFORE = timedelta(hours=2)

_STATUS = {
    BookingStatus.PENDING: "TENTATIVE",
    BookingStatus.CONFIRMED: "CONFIRMED",
    BookingStatus.DONE: "CONFIRMED",
    BookingStatus.NO_SHOW: "CONFIRMED",
    BookingStatus.CANCELLED: "CANCELLED",
}


@dataclass(frozen=True, slots=True)
class Busy:
    """One entry of a specialist's feed: a client's visit, or a group session with ``seats`` of those who come."""

    uid: str
    sequence: int
    changed_at: datetime
    starts_at: datetime
    ends_at: datetime
    service_name: Text
    location: LocationCard
    confirmed: bool
    client: str = ""
    phone: str = ""
    comment: str = ""
    seats: str = ""


def booking_file(card: BookingCard, *, company: Text, changed_at: datetime) -> bytes:
    """The client's file, in their language; of a cancelled visit, one that takes it out of their calendar."""
    language = card.client.language
    cancelled = card.status is BookingStatus.CANCELLED
    with override(language):
        calendar = _calendar(company.localize(language), method="CANCEL" if cancelled else "PUBLISH")
        services = [item.service_name.localize(language) for item in card.items]
        event = _event(f"booking-{card.id}", card.version, changed_at, card.starts_at, card.ends_at)
        event.add("summary", ", ".join(services))
        event.add("location", _where(card.location, language))
        event.add("status", _STATUS[card.status])
        lines = [
            _("%(service)s with %(specialist)s")
            % {
                "service": item.service_name.localize(language),
                "specialist": item.specialist_name.localize(language),
            }
            for item in card.items
        ]
        if card.location.phone:
            lines.append(_("Phone: %(phone)s") % {"phone": card.location.phone})
        event.add("description", "\n".join(lines))
        if not cancelled:
            event.add_component(_alarm(", ".join(services)))
        calendar.add_component(event)
    return bytes(calendar.to_ical())


def feed_file(entries: Iterable[Busy], *, name: str, language: str) -> bytes:
    """A specialist's calendar; what was cancelled is not in it, and goes from calendars that subscribe to it."""
    with override(language):
        calendar = _calendar(name, method="PUBLISH")
        calendar.add("refresh-interval;value=duration", "PT15M")
        calendar.add("x-published-ttl", "PT15M")
        for entry in entries:
            event = _event(entry.uid, entry.sequence, entry.changed_at, entry.starts_at, entry.ends_at)
            service = entry.service_name.localize(language)
            event.add("summary", f"{service} · {entry.client or entry.seats}")
            event.add("location", _where(entry.location, language))
            event.add("status", "CONFIRMED" if entry.confirmed else "TENTATIVE")
            told = [line for line in (entry.phone, entry.comment) if line]
            if told:
                event.add("description", "\n".join(told))
            calendar.add_component(event)
    return bytes(calendar.to_ical())


def _calendar(name: str, *, method: str) -> Calendar:
    calendar = Calendar()
    calendar.add("prodid", _PRODUCT)
    calendar.add("version", "2.0")
    calendar.add("calscale", "GREGORIAN")
    calendar.add("method", method)
    calendar.add("x-wr-calname", name)
    return calendar


def _event(uid: str, sequence: int, changed_at: datetime, starts_at: datetime, ends_at: datetime) -> Event:
    event = Event()
    event.add("uid", f"{uid}@{_HOST}")
    event.add("sequence", sequence)
    # In a published calendar, the stamp says when the visit was last changed: the same visit is the same bytes.
    event.add("dtstamp", changed_at)
    event.add("dtstart", starts_at)
    event.add("dtend", ends_at)
    return event


def _alarm(text: str) -> Alarm:
    alarm = Alarm()
    alarm.add("action", "DISPLAY")
    alarm.add("trigger", -_ALARM_BEFORE)
    alarm.add("description", text)
    return alarm


def _where(location: LocationCard, language: str) -> str:
    parts = (location.name.localize(language), location.address.localize(language))
    return ", ".join(part for part in parts if part)
