"""The domain's tables."""

from bookings.models.audit import AuditEntry
from bookings.models.booking import Allocation, Booking, BookingItem, GroupSession, StatusChange
from bookings.models.catalog import Service, ServiceCategory
from bookings.models.company import Company
from bookings.models.ended_visit import EndedVisit
from bookings.models.idempotency import IdempotencyKey
from bookings.models.location import Location, Room
from bookings.models.schedule import CalendarOverride, WorkingHours
from bookings.models.staff import Specialist, SpecialistService
from bookings.models.user import User

__all__ = [
    "Allocation",
    "AuditEntry",
    "Booking",
    "BookingItem",
    "CalendarOverride",
    "Company",
    "EndedVisit",
    "GroupSession",
    "IdempotencyKey",
    "Location",
    "Room",
    "Service",
    "ServiceCategory",
    "Specialist",
    "SpecialistService",
    "StatusChange",
    "User",
    "WorkingHours",
]
