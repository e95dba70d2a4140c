"""An audience becomes rows: page by page of user ids, each page in one statement that no row of it passes through here."""

from typing import Any

from django.db import connection, transaction
from django.db.models import BigIntegerField, CharField, F, QuerySet, Value

from booking_site.lib import clock
from booking_site.lib.shutdown import stopping
from bookings.models import User
from bookings.services.attempts import retried
from notifications.campaigns.audience import Audience
from notifications.campaigns.changes import locked
from notifications.events import CampaignStatus, DeliveryState, Lane
from notifications.models import Campaign, Delivery

#: Users of one page: some 50 ms of the database's one writer on SQLite, after which others have their turn.
PAGE = 2000


def materialise(campaign_id: int) -> int:
    """Make the rows that are still missing; returns how many were made.

    Ends early when the campaign is paused or cancelled, or the process is. Each page moves the cursor in the
    transaction that makes its rows: killed anywhere, whoever goes on skips nobody and makes nobody's row twice.
    """
    made = 0
    while not stopping() and (page := retried(lambda: _make_page(campaign_id))) is not None:
        made += page
    return made


def _make_page(campaign_id: int) -> int | None:
    """Rows made, ``None`` when there is nothing (more) to make."""
    with transaction.atomic():
        campaign = locked(campaign_id)
        if campaign is None or campaign.status != CampaignStatus.MATERIALISING:
            return None
        assert campaign.started_at is not None, "whoever starts it says when"  # noqa: S101 - narrows the type
        people = Audience.from_json(campaign.audience).people(campaign.started_at)
        people = people.filter(pk__gt=campaign.cursor).order_by("pk")
        page = list(people.values_list("pk", flat=True)[:PAGE])
        if not page:
            campaign.status, campaign.made_at = CampaignStatus.RUNNING, clock.now()
            campaign.running_since = campaign.made_at
            campaign.save(update_fields=["status", "made_at", "running_since"])
            return None
        made = _insert(campaign, people.filter(pk__lte=page[-1]))
        Campaign.objects.filter(pk=campaign_id).update(cursor=page[-1], total=F("total") + made)
    return made


def _insert(campaign: Campaign, people: "QuerySet[User]") -> int:
    """``INSERT … SELECT``, which Django's ORM has no words for; table, columns and query are all its own."""
    now = clock.now()
    values: dict[str, Any] = {
        "recipient_id": F("pk"),
        "role": F("role"),
        "channel": F("reached_by"),
        "campaign_id": Value(campaign.pk, BigIntegerField()),
        "lane": _word(Lane.CAMPAIGN),
        "state": _word(DeliveryState.PENDING),
        "trace_id": _word(campaign.trace_id),
        "due_at": Value(now, Delivery._meta.get_field("due_at")),  # noqa: SLF001 - Django's documented name
        "created_at": Value(now, Delivery._meta.get_field("created_at")),  # noqa: SLF001
    }
    values |= dict.fromkeys(("template", "reason", "error", "traceback", "claim_token"), _word(""))
    values |= dict.fromkeys(("attempts", "unknowns", "crashes"), Value(0, BigIntegerField()))
    chosen = people.annotate(**{f"new_{name}": value for name, value in values.items()})
    query, params = chosen.values_list(*(f"new_{name}" for name in values)).query.sql_with_params()
    quote = connection.ops.quote_name
    columns = ", ".join(quote(name) for name in values)
    with connection.cursor() as cursor:
        cursor.execute(
            f"INSERT INTO {quote(Delivery._meta.db_table)} ({columns}) {query} ON CONFLICT DO NOTHING",  # noqa: SLF001
            params,
        )
        return int(cursor.rowcount)


def _word(text: str) -> Value:
    return Value(str(text), CharField())
