"""The closed vocabularies of the domain. Values are stored and travel in APIs: never change one."""

from django.db.models import IntegerChoices, TextChoices
from django.utils.translation import gettext_lazy as _


class Role(TextChoices):
    """What a person may do; ``SYSTEM`` acts (beat, migrations) but is no user's role."""

    CLIENT = "client", _("client")
    SPECIALIST = "specialist", _("specialist")
    ADMIN = "admin", _("admin")
    SYSTEM = "system", _("system")


class Door(TextChoices):
    """The adapter an action came through."""

    BOT = "bot", _("bot")
    ADMIN = "admin", _("admin site")
    API = "api", _("API")
    SYSTEM = "system", _("system")


class Language(TextChoices):
    RU = "ru", "Русский"
    EN = "en", "English"


class BookingStatus(TextChoices):
    """``pending → confirmed → done | no_show``; ``pending | confirmed → cancelled``; what was a slip of the finger goes
    back to ``confirmed`` for a day.
    """

    PENDING = "pending", _("pending")
    CONFIRMED = "confirmed", _("confirmed")
    DONE = "done", _("done")
    NO_SHOW = "no_show", _("no-show")
    CANCELLED = "cancelled", _("cancelled")


#: Statuses in which a booking holds its time.
OPEN_STATUSES = (BookingStatus.PENDING, BookingStatus.CONFIRMED)


class CancelReason(TextChoices):
    """Reasons staff give with one tap. The value is stored where a typed reason would be, and worded for each reader."""

    CLIENT_REQUEST = "client_request", _("at the client's request")
    SPECIALIST_ABSENT = "specialist_absent", _("the specialist can't come")


class Weekday(IntegerChoices):
    """ISO order from Monday = 0, as ``date.weekday()``."""

    MONDAY = 0, _("Monday")
    TUESDAY = 1, _("Tuesday")
    WEDNESDAY = 2, _("Wednesday")
    THURSDAY = 3, _("Thursday")
    FRIDAY = 4, _("Friday")
    SATURDAY = 5, _("Saturday")
    SUNDAY = 6, _("Sunday")


class PartOfDay(TextChoices):
    """Morning until 12:00, evening from 17:00, by the location's clock."""

    ANY = "any", _("any time")
    MORNING = "morning", _("morning")
    DAY = "day", _("afternoon")
    EVENING = "evening", _("evening")


class WaitlistState(TextChoices):
    """``waiting → offered → booked``, back to ``waiting`` when the offer led nowhere; ``left`` and ``over`` are ends."""

    WAITING = "waiting", _("waiting")
    OFFERED = "offered", _("has an offer")
    BOOKED = "booked", _("booked")
    LEFT = "left", _("left the list")
    OVER = "over", _("the dates have passed")


#: States in which an entry still wants a time.
ON_WAITLIST = (WaitlistState.WAITING, WaitlistState.OFFERED)


class OfferState(TextChoices):
    OPEN = "open", _("open")
    ACCEPTED = "accepted", _("accepted")
    DECLINED = "declined", _("declined")
    EXPIRED = "expired", _("not answered in time")
    GONE = "gone", _("taken by somebody else")
    WITHDRAWN = "withdrawn", _("the client left the list")


class DiscountKind(TextChoices):
    PERCENT = "percent", _("percent")
    AMOUNT = "amount", _("amount")


class OverrideKind(TextChoices):
    CLOSED = "closed", _("closed")
    OPEN = "open", _("open differently")


class SlotReason(TextChoices):
    """Why a time cannot be booked; in ``details["reason"]`` of ``SlotTaken`` and ``SlotUnavailable``."""

    #: Somebody else has it.
    TAKEN = "taken", _("taken")
    #: The client is on another visit of their own then.
    OWN_VISIT = "own_visit", _("another visit of the client")
    PAST = "past", _("past")
    #: Closer than the minimum notice.
    TOO_SOON = "too_soon", _("too soon")
    #: Beyond the horizon.
    TOO_FAR = "too_far", _("too far ahead")
    #: Open, perhaps, but visits do not begin at such a minute.
    OFF_STEP = "off_step", _("not a time at which visits begin")
    #: Nobody who could give it works then, or not for long enough.
    CLOSED = "closed", _("closed")


class EventKind(TextChoices):
    """What the domain announces; see ``bookings.signals``."""

    BOOKING_CREATED = "booking_created", _("booking created")
    BOOKING_CONFIRMED = "booking_confirmed", _("booking confirmed")
    BOOKING_CANCELLED = "booking_cancelled", _("booking cancelled")
    BOOKING_RESCHEDULED = "booking_rescheduled", _("booking moved")
    BOOKING_DONE = "booking_done", _("visit ended")
    BOOKING_COMPLETED = "booking_completed", _("visit took place")
    BOOKING_NO_SHOW = "booking_no_show", _("client did not come")
    BOOKING_REOPENED = "booking_reopened", _("outcome taken back")
    #: Of no booking: a time is offered to somebody on the waitlist.
    SLOT_FREED = "slot_freed", _("time became free")


class InviteState(TextChoices):
    """``open`` leads into the team, the others are ends."""

    OPEN = "open", _("open")
    USED = "used", _("used")
    REVOKED = "revoked", _("revoked")
    EXPIRED = "expired", _("expired")


class InviteReason(TextChoices):
    """Why an invitation leads nowhere; in ``details["reason"]`` of ``InviteRefused``."""

    UNKNOWN = "unknown", _("there is no such invitation")
    #: By somebody else.
    USED = "used", _("used by somebody else")
    EXPIRED = "expired", _("expired")
    #: Or who made it is no admin any more.
    REVOKED = "revoked", _("revoked")
    #: The specialist's calendar is somebody else's by now.
    TAKEN = "taken", _("the calendar has somebody already")
    #: The specialist does not work here any more.
    GONE = "gone", _("the specialist works here no longer")
    #: The person has a calendar of their own already.
    OTHER_CALENDAR = "other_calendar", _("the person has another calendar")


class Scope(TextChoices):
    """What an API key may be used for; what its owner may do limits it further."""

    BOOKINGS_READ = "bookings:read", _("see bookings, calendars and the waitlist")
    BOOKINGS_WRITE = "bookings:write", _("make and change bookings and the waitlist")
    CATALOG_READ = "catalog:read", _("see locations, rooms, services and specialists")
    CATALOG_WRITE = "catalog:write", _("change locations, rooms, services and specialists")
    SCHEDULE_READ = "schedule:read", _("see working hours and time off")
    SCHEDULE_WRITE = "schedule:write", _("change working hours and time off")
    PEOPLE_READ = "people:read", _("see people")
    PEOPLE_WRITE = "people:write", _("change people")
    MARKETING_READ = "marketing:read", _("see promotions, reviews and campaigns")
    MARKETING_WRITE = "marketing:write", _("change promotions, reviews and campaigns")
    NOTIFICATIONS_READ = "notifications:read", _("see notifications and their settings")
    NOTIFICATIONS_WRITE = "notifications:write", _("change notifications and their settings")
    COMPANY_READ = "company:read", _("see the company and its rules")
    COMPANY_WRITE = "company:write", _("change the company and its rules")
    STATISTICS_READ = "statistics:read", _("see statistics")
    AUDIT_READ = "audit:read", _("see who changed what")
