"""Refusals of campaigns, and audiences, in words."""

from django.utils.translation import gettext as _, ngettext

from bookings.enums import Language, Role
from bookings.exceptions import BookingError
from bookings.models import Location, Service, Tag
from notifications.campaigns.audience import Audience
from notifications.events import CampaignStatus
from notifications.exceptions import InvalidCampaign


def explain(error: BookingError) -> str:
    """A refusal in the active language."""
    if isinstance(error, InvalidCampaign):
        text = _invalid().get(str(error.details.get("reason")), str(error))
        return text % error.details
    if error.code == "wrong_campaign_status":
        status = CampaignStatus(str(error.details["status"])).label
        return _("The campaign is %(status)s: this is not possible.") % {"status": status}
    return _refused().get(error.code, str(error))


def _invalid() -> dict[str, str]:
    return {
        "missing": _("Something is missing here."),
        "too_long": _("Too long: at most %(limit)s."),
        "html": _("HTML that Telegram does not take: %(problem)s"),
        "url": _("An address that begins with https:// is wanted."),
        "count": _("At most %(limit)s buttons."),
        "photo": _("A photo is a JPEG or a PNG."),
        "photo_sides": _("Width and height of the photo together: at most %(limit)s pixels."),
        "photo_ratio": _("The photo is too narrow: one side may be %(limit)s times the other at most."),
        "service": _("This service is not offered any more."),
        "past": _("Choose a time within the next year."),
        "audience": _("This audience cannot be."),
    }


def _refused() -> dict[str, str]:
    return {
        "nobody_to_tell": _("Nobody fits, or you have no Telegram here to receive it."),
        "not_allowed": _("You may not do that."),
        "stale_version": _("Somebody else has changed it in the meantime. Look at it again."),
        "idempotency_conflict": _("The form was already sent with other content. Open it anew."),
        "busy": _("The database is busy. Please try again."),
    }


def audience_in_words(audience: Audience) -> list[str]:
    """One line a condition."""
    lines = [_("Roles: %s") % _listed([str(Role(role).label) for role in audience.roles])]
    if audience.languages:
        lines.append(_("Languages: %s") % _listed([str(Language(code).label) for code in audience.languages]))
    if audience.location_ids:
        places = Location.objects.filter(pk__in=audience.location_ids)
        lines.append(_("Have been at: %s") % _listed([str(place.name) for place in places]))
    if audience.service_ids:
        services = Service.objects.filter(pk__in=audience.service_ids)
        lines.append(_("Have had: %s") % _listed([str(service.name) for service in services]))
    if audience.visited_within_days is not None:
        days = audience.visited_within_days
        lines.append(ngettext("Came within the last %d day", "Came within the last %d days", days) % days)
    if audience.not_visited_for_days is not None:
        days = audience.not_visited_for_days
        lines.append(ngettext("Have not come for %d day", "Have not come for %d days", days) % days)
    if audience.tag_ids:
        known = dict(Tag.objects.filter(pk__in=audience.tag_ids).values_list("pk", "name"))
        named = [known.get(one) or _("a removed tag") for one in audience.tag_ids]
        lines.append(_("Have one of the tags: %s") % _listed(list(dict.fromkeys(named))))
    if audience.has_push is not None:
        lines.append(_("With a subscribed browser") if audience.has_push else _("Without a subscribed browser"))
    return lines


def _listed(words: list[str]) -> str:
    return ", ".join(words)
