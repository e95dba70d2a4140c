"""Who a campaign goes to: a few conditions, kept as JSON, turned into one query."""

from collections.abc import Callable, Mapping
from dataclasses import asdict, dataclass
from datetime import datetime, timedelta
from typing import Any

from django.db.models import Case, CharField, Exists, OuterRef, Q, QuerySet, Value, When

from bookings.enums import BookingStatus, Language, Role
from bookings.models import Booking, Location, Service, Tag, User
from notifications.events import Channel
from notifications.exceptions import InvalidCampaign
from notifications.models import NotificationPreferences, PushSubscription

_MOST_IDS = 100
MOST_DAYS = 3650
_ROLES = frozenset(role.value for role in Role if role != Role.SYSTEM)
_LANGUAGES = frozenset(Language.values)


@dataclass(frozen=True, slots=True)
class Audience:
    """All conditions hold together; an empty one asks for nothing. Visits are those that took place.

    ``visited_within_days`` and ``not_visited_for_days`` count back from the start of the campaign; who never came has
    not visited for any number of days. Places and services are those of visits, too: with both given, of one visit.
    Of several tags any will do. One that is gone is nobody's: an audience never grows because something was removed.
    """

    roles: tuple[str, ...] = (Role.CLIENT.value,)
    languages: tuple[str, ...] = ()
    location_ids: tuple[int, ...] = ()
    service_ids: tuple[int, ...] = ()
    visited_within_days: int | None = None
    not_visited_for_days: int | None = None
    tag_ids: tuple[int, ...] = ()
    has_push: bool | None = None

    @classmethod
    def from_json(cls, stored: object) -> "Audience":
        """Raises InvalidCampaign for anything that is not an audience; ``details["field"]`` is ``audience.<name>``."""
        if not isinstance(stored, Mapping):
            raise _invalid("", "must be an object")
        unknown = sorted(str(name) for name in stored if name not in _READ)
        if unknown:
            raise _invalid(unknown[0], "unknown condition")
        given = {name: _READ[name](name, value) for name, value in stored.items()}
        if not given.get("roles", True):
            raise _invalid("roles", "at least one")
        return cls(**given)

    def to_json(self) -> dict[str, Any]:
        """Without what asks for nothing."""
        told = {name: list(value) if isinstance(value, tuple) else value for name, value in asdict(self).items()}
        return {name: value for name, value in told.items() if value not in (None, [])}

    def require_known(self, before: "Audience") -> None:
        """Raise InvalidCampaign for places, services and tags that there are not; those of ``before`` may be gone."""
        for name, rows in (("location_ids", Location), ("service_ids", Service), ("tag_ids", Tag)):
            fresh = set(getattr(self, name)) - set(getattr(before, name))
            if missing := fresh - set(rows.objects.filter(pk__in=fresh).values_list("pk", flat=True)):
                raise _invalid(name, f"there is none with the id {min(missing)}")

    def people(self, at: datetime) -> "QuerySet[User]":
        """Whom it means, as of ``at``, each with the channel they are ``reached_by``: Telegram, else Web Push.

        Never those who were banned, want no invitations, or cannot be reached at all.
        """
        subscribed = Exists(PushSubscription.objects.filter(user=OuterRef("pk")))
        in_telegram = Q(tg_id__isnull=False, bot_blocked=False)
        wants_none = NotificationPreferences.objects.filter(user=OuterRef("pk"), invitations=False)
        people = User.objects.filter(is_active=True, is_banned=False, role__in=self.roles).exclude(
            Exists(wants_none)
        )
        people = people.filter(in_telegram | Q(subscribed))
        if self.languages:
            people = people.filter(language__in=self.languages)
        if self.tag_ids:
            given = User.tags.through.objects.filter(user=OuterRef("pk"), tag__in=self.tag_ids)
            people = people.filter(Exists(given))
        if self.has_push is not None:
            people = people.filter(subscribed if self.has_push else ~subscribed)
        if self.location_ids or self.service_ids or self.visited_within_days is not None:
            people = people.filter(Exists(self._visits(at)))
        if self.not_visited_for_days is not None:
            since = at - timedelta(days=self.not_visited_for_days)
            people = people.exclude(Exists(_visits().filter(starts_at__gte=since)))
        return people.annotate(
            reached_by=Case(
                When(in_telegram, then=Value(Channel.TELEGRAM.value)),
                default=Value(Channel.PUSH.value),
                output_field=CharField(),
            )
        )

    def _visits(self, at: datetime) -> "QuerySet[Booking]":
        visits = _visits()
        if self.location_ids:
            visits = visits.filter(location__in=self.location_ids)
        if self.service_ids:
            visits = visits.filter(items__service__in=self.service_ids)
        if self.visited_within_days is not None:
            visits = visits.filter(starts_at__gte=at - timedelta(days=self.visited_within_days))
        return visits


def _visits() -> "QuerySet[Booking]":
    return Booking.objects.filter(client=OuterRef("pk"), status=BookingStatus.DONE)


def _invalid(name: str, why: str) -> InvalidCampaign:
    field = f"audience.{name}" if name else "audience"
    return InvalidCampaign(f"{field}: {why}", field=field, reason="audience")


def _words(known: frozenset[str]) -> Callable[[str, Any], tuple[str, ...]]:
    def read(name: str, value: Any) -> tuple[str, ...]:
        if not isinstance(value, list | tuple) or not all(isinstance(one, str) and one in known for one in value):
            raise _invalid(name, f"a list of {', '.join(sorted(known))}")
        return tuple(dict.fromkeys(value))

    return read


def _ids(name: str, value: Any) -> tuple[int, ...]:
    fits = isinstance(value, list | tuple) and all(type(one) is int and 0 < one < 2**63 for one in value)
    if not fits or len(value) > _MOST_IDS:
        raise _invalid(name, f"a list of at most {_MOST_IDS} ids")
    return tuple(dict.fromkeys(value))


def _days(name: str, value: Any) -> int | None:
    if value is not None and (type(value) is not int or not 0 < value <= MOST_DAYS):
        raise _invalid(name, f"days from 1 to {MOST_DAYS}")
    return value


def _yes_or_no(name: str, value: Any) -> bool | None:
    if value is not None and not isinstance(value, bool):
        raise _invalid(name, "true, false or null")
    return value


_READ: Mapping[str, Callable[[str, Any], Any]] = {
    "roles": _words(_ROLES),
    "languages": _words(_LANGUAGES),
    "location_ids": _ids,
    "service_ids": _ids,
    "visited_within_days": _days,
    "not_visited_for_days": _days,
    "tag_ids": _ids,
    "has_push": _yes_or_no,
}
