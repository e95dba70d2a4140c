"""The domain's tables."""

from bookings.models.api_key import ApiKey
from bookings.models.audit import AuditEntry
from bookings.models.booking import Allocation, Booking, BookingItem, GroupSession, StatusChange
from bookings.models.calendar_feed import CalendarFeed
from bookings.models.catalog import Service, ServiceCategory
from bookings.models.client_note import ClientNote
from bookings.models.company import Company
from bookings.models.ended_visit import EndedVisit
from bookings.models.idempotency import IdempotencyKey
from bookings.models.invite import InviteToken
from bookings.models.location import Location, Room
from bookings.models.promotion import Promotion, PromotionUse
from bookings.models.review import Review
from bookings.models.schedule import CalendarOverride, WorkingHours
from bookings.models.series import BookingSeries
from bookings.models.staff import Specialist, SpecialistService
from bookings.models.tag import Tag
from bookings.models.user import User
from bookings.models.visitor_token import VisitorToken
from bookings.models.waitlist import FreedTime, WaitlistEntry, WaitlistItem, WaitlistOffer, WaitlistReach

__all__ = [
    "Allocation",
    "ApiKey",
    "AuditEntry",
    "Booking",
    "BookingItem",
    "BookingSeries",
    "CalendarFeed",
    "CalendarOverride",
    "ClientNote",
    "Company",
    "EndedVisit",
    "FreedTime",
    "GroupSession",
    "IdempotencyKey",
    "InviteToken",
    "Location",
    "Promotion",
    "PromotionUse",
    "Review",
    "Room",
    "Service",
    "ServiceCategory",
    "Specialist",
    "SpecialistService",
    "StatusChange",
    "Tag",
    "User",
    "VisitorToken",
    "WaitlistEntry",
    "WaitlistItem",
    "WaitlistOffer",
    "WaitlistReach",
    "WorkingHours",
]
