"""What stopped a campaign that nobody held: said to people, and told to the admins once."""

from django.utils.translation import gettext as _

from notifications import outbox
from notifications.events import Kind
from notifications.models import Campaign


def trouble_in_words(trouble: str) -> str:
    """Our own refusals in the active language, Telegram's as they are."""
    known = {
        "nobody fits the audience": _("Nobody fits the audience."),
        "no such service is offered": _("A button leads to a service that is not offered any more."),
    }
    return known.get(trouble, trouble)


def alert_admins(campaign: Campaign) -> None:
    """Part of the transaction that stops it. Whoever sets it going again makes another version, and may hear again."""
    outbox.record(
        kind=Kind.CAMPAIGN_TROUBLE,
        payload={"campaign_id": campaign.pk, "campaign": campaign.name, "trouble": campaign.trouble},
        dedupe_key=f"campaign_trouble:{campaign.pk}:{campaign.version}",
    )
