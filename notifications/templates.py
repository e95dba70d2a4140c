"""The built-in texts: what each says, which details it shows, what the reader can do about it.

English here, Russian in ``locale/ru``. ``headline`` and ``closing`` are message ids and may hold placeholders.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal, NamedTuple

from django.utils.translation import gettext_noop as _

#: Sets of detail lines, in the order in which they are shown (see ``notifications.details``).
VISIT = ("service", "specialist", "when", "series", "where", "price")
FOR_SPECIALIST = ("service", "when", "series", "where", "client", "comment")
FOR_ADMIN = ("service", "specialist", "when", "series", "where", "client", "price", "comment")


@dataclass(frozen=True, slots=True)
class Template:
    """``actions`` stand in one row; ``about`` says whose id is the first argument of each."""

    headline: str
    details: tuple[str, ...] = ()
    closing: str = ""
    actions: tuple["Offered", ...] = ()
    about: Literal["booking", "waitlist_entry"] = "booking"


class Offered(NamedTuple):
    """An action a reader is offered; ``args`` come after the id."""

    name: str
    label: str
    args: tuple[int, ...] = ()


_COMING = Offered("booking.coming", _("✅ I am coming"))
_OPEN = Offered("booking.open", _("Open"))
_MOVE = Offered("booking.move", _("Move"))
_CANCEL = Offered("booking.cancel", _("Cancel"))
_TAKE = Offered("waitlist.take", _("Take it"))
_DECLINE = Offered("waitlist.decline", _("No, thanks"))
_OTHER = Offered("waitlist.other", _("Other times"))
#: Digits and a star read the same in every language.
_RATE = tuple(Offered("review.rate", f"{stars} ⭐", (stars,)) for stars in range(1, 6))
_AGAIN = Offered("booking.again", _("Choose another time"))

CLIENT_TEMPLATES: Mapping[str, Template] = {
    "created": Template(_("✅ <b>You are booked!</b>"), VISIT, _("See you soon!"), (_MOVE, _CANCEL)),
    "requested": Template(
        _("📝 <b>Your request has been received</b>"), VISIT, _("We will confirm it shortly."), (_MOVE, _CANCEL)
    ),
    "created_for_you": Template(
        _("📅 <b>We have booked a visit for you</b>"), VISIT, _("See you soon!"), (_MOVE, _CANCEL)
    ),
    "confirmed": Template(
        _("✅ <b>Your visit is confirmed</b>"), VISIT, _("See you soon!"), (_MOVE, _CANCEL)
    ),
    "yours_cancelled": Template(
        _("❌ <b>Your visit has been cancelled</b>"), ("service", "specialist", "when", "series", "reason"),
        _("We are sorry. Another time can be chosen in a few taps."), (_AGAIN,),
    ),
    "yours_cancelled_as_asked": Template(
        _("❌ <b>Your visit is cancelled, as you asked</b>"), ("service", "specialist", "when", "series"),
        _("We will be glad to see you another time."), (_AGAIN,),
    ),
    "yours_moved": Template(
        _("🔁 <b>Your visit has been moved</b>"), ("service", "specialist", "was", "now", "where", "new_price", "reason"), "",
        (_MOVE, _CANCEL),
    ),
    "yours_reassigned": Template(
        _("👥 <b>Your visit will be with another specialist</b>"),
        ("service", "specialist", "when", "where", "new_price", "reason"), _("The time stays as it was."), (_MOVE, _CANCEL),
    ),
    "reminder": Template(_("⏰ <b>Your visit is coming up</b>"), VISIT, _("See you soon!"), (_COMING, _MOVE, _CANCEL)),
    "slot_freed": Template(
        _("🎉 <b>A time you were waiting for is free</b>"), ("service", "specialist", "when", "where"),
        _("Whoever books first has it."), (_TAKE, _OTHER, _DECLINE), "waitlist_entry",
    ),
    "review_request": Template(
        _("💬 <b>How was your visit?</b>"), ("service", "specialist"), _("A few words help us to get better."),
        _RATE,
    ),
    "next_visit": Template(
        _("🌿 <b>Time for your next visit?</b>"), ("service", "specialist"),
        _("It has been a while. A time can be chosen in a few taps."), (_AGAIN,),
    ),
}  # fmt: skip

SPECIALIST_TEMPLATES: Mapping[str, Template] = {
    "new_booking": Template(_("🆕 <b>New booking</b>"), FOR_SPECIALIST, "", (_OPEN,)),
    "cancelled": Template(_("🚫 <b>Booking cancelled</b>"), ("service", "when", "series", "client", "reason")),
    "moved": Template(
        _("🔁 <b>Booking moved</b>"), ("service", "was", "now", "where", "client", "reason"), "", (_OPEN,)
    ),
    "reassigned": Template(
        _("👥 <b>Another specialist</b>"), ("service", "specialist", "when", "where", "client", "reason"), "", (_OPEN,)
    ),
    "taken_away": Template(
        _("➡️ <b>Booking handed to a colleague</b>"), ("service", "was", "client", "reason")
    ),
}  # fmt: skip

ADMIN_TEMPLATES: Mapping[str, Template] = {
    "new_booking": Template(_("🆕 <b>New booking</b>"), FOR_ADMIN, "", (_OPEN,)),
    "cancelled": Template(
        _("🚫 <b>Booking cancelled</b>"), ("service", "specialist", "when", "series", "client", "reason")
    ),
    "moved": Template(
        _("🔁 <b>Booking moved</b>"), ("service", "specialist", "was", "now", "where", "client", "new_price", "reason"), "",
        (_OPEN,),
    ),
    "reassigned": Template(
        _("👥 <b>Another specialist</b>"), ("service", "specialist", "when", "where", "client", "reason"), "", (_OPEN,)
    ),
    "confirmed_by_colleague": Template(_("☑️ <b>Booking confirmed</b>"), FOR_ADMIN, "", (_OPEN,)),
    "did_client_come": Template(
        _("🏁 <b>The visit has ended. Did the client come?</b>"),
        ("service", "specialist", "when", "client"), "",
        (Offered("booking.done", _("✅ Yes")), Offered("booking.no_show", _("🙅 No"))),
    ),
    "came": Template(
        _("✅ <b>The client came</b>"), ("service", "specialist", "when", "client", "answered_by")
    ),
    "did_not_come": Template(
        _("🙅 <b>The client did not come</b>"), ("service", "specialist", "when", "client", "answered_by")
    ),
    "dead_letters": Template(
        _("⚠️ <b>Some work failed for good and was put aside</b>"), ("letters",),
        _("See “Dead letters” in “Manage”, or on the admin site."),
    ),
    "campaign_trouble": Template(
        _("⚠️ <b>A campaign has stopped and waits for you</b>"), ("campaign", "trouble"),
        _("See “Campaigns” in “Manage”, or on the admin site."),
    ),
}  # fmt: skip

BY_ROLE: Mapping[str, Mapping[str, Template]] = {
    "client": CLIENT_TEMPLATES,
    "specialist": SPECIALIST_TEMPLATES,
    "admin": ADMIN_TEMPLATES,
}
