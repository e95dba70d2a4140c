"""Services and their categories."""

from django.utils.translation import gettext_lazy as _

from bookings.services.resources import entities
from bookings.services.resources.reading import Row
from telegram_ui.editor.kinds import Minutes, Money, Number, Related, Switch, Texts
from telegram_ui.editor.look import Look
from telegram_ui.editor.module import Field, Link, Module
from telegram_ui.editor.modules.common import NAME, POSITION
from telegram_ui.views.format import WIDTH, beside, duration, plain, price


def _label(row: Row, look: Look) -> str:
    """The name whole, if need be without how long it takes."""
    cost, name = price(row.values["price"], look.currency), row.values["name"]
    whole = f"{plain(name)} · {cost} · {duration(row.values['duration_minutes'])}"
    return whole if len(whole) <= WIDTH else beside(name, cost)


CATEGORIES = Module(
    code="ct",
    entity=entities.CATEGORIES,
    emoji="📁",
    title=_("Categories"),
    about=_("Clients choose a category first where there are many services."),
    none=_("No categories yet. A service belongs to one, so begin here."),
    new=_("➕ New category"),
    fields=(NAME, POSITION),
    asked=("name",),
    beside=(Link(_("✂️ Services"), "sv"),),
)
SERVICES = Module(
    code="sv",
    entity=entities.SERVICES,
    emoji="✂️",
    title=_("Services"),
    about=_("Press a service to look at it and change it."),
    none=_("No services yet."),
    new=_("➕ New service"),
    fields=(
        NAME,
        Field("cat", _("Category"), Related(to="ct"), ("category_id",)),
        Field(
            "dur", _("Duration"), Minutes(offered=(30, 45, 60, 90, 120, 180)), ("duration_minutes",),
            hint=_("How long the client is there. A specialist may have a duration of their own."),
        ),
        Field(
            "price", _("Price"), Money(), ("price",), hint=_("A specialist may have a price of their own."),
        ),
        Field("about", _("Description"), Texts(prose=True), ("description",), none=_("none")),
        Field(
            "before", _("Break before"), Minutes(offered=(0, 5, 10, 15, 30)), ("buffer_before_minutes",),
            hint=_("Time to prepare, kept free before the visit."),
        ),
        Field(
            "after", _("Break after"), Minutes(offered=(0, 5, 10, 15, 30)), ("buffer_after_minutes",),
            hint=_("Time to tidy up, kept free after the visit."),
        ),
        Field(
            "seats", _("Seats"), Number(offered=(1, 5, 10, 15, 20)), ("capacity",),
            hint=_("More than one makes it a class that several clients come to."),
        ),
        Field(
            "again", _("Invite again"), Number(offered=(14, 21, 30, 60, 90), days=True), ("repeat_after_days",),
            none=_("never"), hint=_("After how many days the client is reminded that it is time for the next visit."),
        ),
        Field("room", _("Needs a room"), Switch(), ("needs_room",)),
        POSITION,
    ),
    asked=("cat", "name", "dur", "price"),
    added=_("The service is there. Now say who gives it: nobody can book it before that."),
    label=_label,
    links=(Link(_("👥 Who gives it"), "ov"),),
    beside=(Link(_("📁 Categories"), "ct"),),
)  # fmt: skip
