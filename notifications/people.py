"""Everybody whom an event may concern, with what decides how they are reached."""

from collections.abc import Iterable

from django.db.models import Exists, OuterRef, Q

from bookings.enums import Role
from bookings.models import User
from bookings.read_models import BookingCard
from notifications.models import NotificationPreferences, NotificationSetting, PushSubscription
from notifications.read_models import Wishes
from notifications.recipients import Person, Switch, Switches


def people_of(card: BookingCard | None, *, former_specialist_ids: Iterable[int] = ()) -> tuple[Person, ...]:
    """The booking's client, its specialists, those it was taken from, and all admins: in that order.

    ``former_specialist_ids``: who had the booking before a move; empty when nothing moved.
    """
    admins = Q(role=Role.ADMIN)
    if card is None:
        return tuple(_person(user, Role.ADMIN) for user in _active(admins))
    now, before = {item.specialist_id for item in card.items}, set(former_specialist_ids)
    found = _active(admins | Q(pk=card.client.id) | Q(specialist__in=now | before))
    people = [_person(user, Role.CLIENT) for user in found if user.pk == card.client.id]
    for user in found:
        specialist = getattr(user, "specialist", None)
        if specialist is not None and specialist.pk in now | before:
            people.append(
                _person(
                    user,
                    Role.SPECIALIST,
                    lost_it=specialist.pk not in now,
                    got_it=bool(before) and specialist.pk not in before,
                    specialist_id=None if user.role == Role.ADMIN else specialist.pk,
                )
            )
    return (*people, *(_person(user, Role.ADMIN) for user in found if user.role == Role.ADMIN))


def switches_of(kind: str) -> Switches:
    """The stored settings of ``kind``."""
    return {
        (row.kind, row.role, row.channel): Switch(
            enabled=row.enabled,
            tell_peers=row.tell_peers,
            with_ad=row.with_ad,
            texts={"ru": row.text_ru, "en": row.text_en},
        )
        for row in NotificationSetting.objects.filter(kind=kind)
    }


def _active(condition: Q) -> list[User]:
    users = User.objects.select_related("specialist", "notification_preferences").filter(condition, is_active=True)
    return list(
        users.annotate(has_push=Exists(PushSubscription.objects.filter(user=OuterRef("pk")))).order_by("pk")
    )


def wishes_of(user: User) -> Wishes:
    """Stored preferences, or what holds without; ``notification_preferences`` should be selected with the user."""
    row: NotificationPreferences | None = getattr(user, "notification_preferences", None)
    if row is None:
        return Wishes()
    return Wishes(row.reminders, row.invitations, row.quiet_from, row.quiet_until, row.zone)


def _person(
    user: User, role: Role, *, lost_it: bool = False, got_it: bool = False, specialist_id: int | None = None
) -> Person:
    return Person(
        user_id=user.pk,
        role=role,
        language=user.language,
        tg_id=user.tg_id,
        has_push=bool(getattr(user, "has_push", False)),
        email=user.email,
        bot_blocked=user.bot_blocked,
        is_banned=user.is_banned,
        lost_it=lost_it,
        got_it=got_it,
        specialist_id=specialist_id,
        wishes=wishes_of(user),
    )
