"""What queries and services return: frozen, free of the ORM, names still in every language.

``Text`` is an ``i18nfield`` string: ``text.localize("ru")`` picks a language. Instants are aware and in UTC;
``zone`` (IANA name) says how the location's people read them.
"""

from bookings.read_models.bookings import (
    BookingCard,
    Cancellation,
    ClientSummary,
    ItemCard,
    MovePreview,
    ReviewCard,
)
from bookings.read_models.catalogue import (
    CategoryCard,
    CompanyCard,
    LocationCard,
    PromotionQuote,
    ServiceCard,
    SpecialistCard,
)
from bookings.read_models.invites import InviteCard, IssuedInvite, Joined, Vacancy
from bookings.read_models.people import ClientCard, ClientTags, NoteCard, TagCard, UserCard
from bookings.read_models.series import PlannedVisit, RecurringPlan, SeriesCard
from bookings.read_models.sessions import OpenSession, Participant, SessionCard
from bookings.read_models.slots import DayOverview, DaySlots, DayState, ItemRequest, Slot
from bookings.read_models.statistics import Figures, StatisticsRow
from bookings.read_models.text import Text
from bookings.read_models.time_off import TimeOff, TimeOffCard
from bookings.read_models.waitlist import OfferCard, WaitlistCard, WishedItem
from bookings.read_models.working_week import ALWAYS, DayHours, Period, SeasonalHours, Span, is_reversed

__all__ = [
    "ALWAYS",
    "BookingCard",
    "Cancellation",
    "CategoryCard",
    "ClientCard",
    "ClientSummary",
    "ClientTags",
    "CompanyCard",
    "DayHours",
    "DayOverview",
    "DaySlots",
    "DayState",
    "Figures",
    "InviteCard",
    "IssuedInvite",
    "ItemCard",
    "ItemRequest",
    "Joined",
    "LocationCard",
    "MovePreview",
    "NoteCard",
    "OfferCard",
    "OpenSession",
    "Participant",
    "Period",
    "PlannedVisit",
    "PromotionQuote",
    "RecurringPlan",
    "ReviewCard",
    "SeasonalHours",
    "SeriesCard",
    "ServiceCard",
    "SessionCard",
    "Slot",
    "Span",
    "SpecialistCard",
    "StatisticsRow",
    "TagCard",
    "Text",
    "TimeOff",
    "TimeOffCard",
    "UserCard",
    "Vacancy",
    "WaitlistCard",
    "WishedItem",
    "is_reversed",
]
