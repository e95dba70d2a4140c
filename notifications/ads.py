"""A few words of advertising under a message: which, if any, a person is shown now."""

import random
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date, datetime

import structlog
from django.db import IntegrityError, transaction
from django.db.models import Count, Q

from bookings.actor import SYSTEM
from bookings.services import audit
from notifications.markup import read
from notifications.models import AdShowing, AdTemplate

log = structlog.get_logger(__name__)

#: Picks one of the advertisements by their weights.
Choose = Callable[[Sequence[AdTemplate]], AdTemplate]


def weighted(ads: Sequence[AdTemplate]) -> AdTemplate:
    return random.choices(ads, weights=[ad.weight for ad in ads])[0]  # noqa: S311 - a lottery, not a secret


@dataclass(frozen=True, slots=True)
class Reader:
    """``day`` is the location's calendar day, by which the cap counts."""

    user_id: int
    language: str
    day: date


def ad_for(reader: Reader, *, now: datetime, choose: Choose = weighted) -> str:
    """The HTML to append, empty where nothing fits; the showing is counted in the caller's transaction.

    Where two messages to one person are written at once and only one place of a day is left, one of them goes out
    without.
    """
    ads = [ad for ad in _fitting(reader, now) if _can_be_shown(ad, reader.language)]
    if not ads:
        return ""
    ad = choose(ads)
    try:
        with transaction.atomic():
            AdShowing.objects.create(
                ad=ad, recipient_id=reader.user_id, day=reader.day, nth=_seen(ad) + 1, created_at=now
            )
    except IntegrityError:
        return ""
    return _text(ad, reader.language)


def _fitting(reader: Reader, now: datetime) -> list[AdTemplate]:
    """Active advertisements of this moment that say something in the language and were not seen too often today."""
    today = Q(showings__recipient=reader.user_id, showings__day=reader.day)
    ads = AdTemplate.objects.filter(
        Q(starts_at=None) | Q(starts_at__lte=now), Q(ends_at=None) | Q(ends_at__gt=now), is_active=True
    ).annotate(seen=Count("showings", filter=today))
    return [ad for ad in ads.order_by("pk") if _text(ad, reader.language) and _seen(ad) < ad.daily_cap]


def _can_be_shown(ad: AdTemplate, language: str) -> bool:
    """Whether Telegram takes its text; if not, it is switched off, or it would cost every message under which it stood.

    It was checked when it was written; this one came into the table by another way, or from a less careful time.
    """
    markup = read(_text(ad, language))
    if markup.can_be_sent:
        return True
    # Of several workers that find it at once, one tells of it.
    if AdTemplate.objects.filter(pk=ad.pk, is_active=True).update(is_active=False):
        audit.record(
            actor=SYSTEM, action="changed", entity=audit.entity_of(AdTemplate), entity_id=ad.pk,
            before={"is_active": True}, after={"is_active": False},
        )  # fmt: skip
        log.error("ad_switched_off", ad=ad.pk, language=language, problem=markup.problem or "blank")
    return False


def _seen(ad: AdTemplate) -> int:
    return int(getattr(ad, "seen", 0))


def _text(ad: AdTemplate, language: str) -> str:
    return ad.text_ru if language == "ru" else ad.text_en
