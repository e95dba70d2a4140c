"""Joining the team by an invitation: the first who opens it is in, and nobody else."""

from django.db import transaction

from booking_site.lib import clock
from bookings.actor import Actor
from bookings.enums import InviteReason, InviteState, Role
from bookings.exceptions import Banned, InviteRefused, NotFound
from bookings.models import InviteToken, Specialist, User
from bookings.read_models import Joined
from bookings.services import audit
from bookings.services.attempts import retried
from bookings.services.invites import hash_of
from bookings.signals import announce_user_changed


def accept_invite(*, actor: Actor, token: str) -> Joined:
    """The actor joins the team as the invitation says. Who is that already is told so, and uses nothing up.

    An admin who is invited as a specialist stays an admin and gets the calendar.

    Raises:
        NotFound: the actor is no user. Banned.
        InviteRefused: see ``InviteReason``.
        Busy.
    """
    return retried(lambda: _accept(actor, token))


def _accept(actor: Actor, token: str) -> Joined:
    with transaction.atomic():
        invite = InviteToken.objects.select_for_update().filter(token_hash=hash_of(token)).first()
        user = User.objects.select_for_update().filter(pk=actor.user_id or 0, is_active=True).first()
        if user is None:
            raise NotFound("user")
        if user.is_banned:
            raise Banned
        if invite is None:
            raise _refused(InviteReason.UNKNOWN)
        specialist = Specialist.objects.select_for_update().filter(pk=invite.specialist_id or 0).first()
        if _is_that(user, invite, specialist):
            return _joined(invite, specialist, already=True)
        _require_open(invite)
        if invite.role == Role.SPECIALIST:
            _require_vacant(specialist, user)
        # Whatever the rows said a moment ago: of two, one changes this row.
        if not InviteToken.objects.open().filter(pk=invite.pk).update(used_at=clock.now(), used_by=user):
            raise _refused(InviteReason.USED)
        _let_in(actor, user, invite, specialist)
        return _joined(invite, specialist, already=False)


def _is_that(user: User, invite: InviteToken, specialist: Specialist | None) -> bool:
    if invite.role == Role.ADMIN:
        return user.role == Role.ADMIN
    is_theirs = specialist is not None and specialist.is_active and specialist.user_id == user.pk
    return is_theirs and user.role in (Role.SPECIALIST, Role.ADMIN)


def _require_open(invite: InviteToken) -> None:
    ends = {
        InviteState.USED: InviteReason.USED,
        InviteState.REVOKED: InviteReason.REVOKED,
        InviteState.EXPIRED: InviteReason.EXPIRED,
    }
    if invite.state in ends:
        raise _refused(ends[invite.state])
    # Who may let nobody in any more has let nobody in: links of an admin who left lead nowhere.
    maker = User.objects.filter(pk=invite.created_by_id).first() if invite.created_by_id else None
    if maker is not None and not (
        maker.is_active and not maker.is_banned and (maker.is_superuser or maker.role == Role.ADMIN)
    ):
        raise _refused(InviteReason.REVOKED)


def _require_vacant(specialist: Specialist | None, user: User) -> None:
    if specialist is None or not specialist.is_active:
        raise _refused(InviteReason.GONE)
    if specialist.user_id not in (None, user.pk):
        raise _refused(InviteReason.TAKEN)
    if Specialist.objects.filter(user=user).exclude(pk=specialist.pk).exists():
        raise _refused(InviteReason.OTHER_CALENDAR)


def _let_in(actor: Actor, user: User, invite: InviteToken, specialist: Specialist | None) -> None:
    """Write role and calendar, with an entry in the audit for each row that changes."""
    was, invited = user.role, str(invite.role)
    if Role.ADMIN not in (was, invited) or invited == Role.ADMIN:
        user.role = invited
    _audit(actor, "accepted", invite, {"used_by": None}, {"used_by": user.pk})
    if user.role != was:
        user.save(update_fields=["role"])
        _audit(actor, "updated", user, {"role": was}, {"role": user.role})
    if specialist is not None and specialist.user_id is None:
        specialist.user = user
        specialist.save(update_fields=["user"])
        _audit(actor, "updated", specialist, {"user_id": None}, {"user_id": user.pk})
    announce_user_changed(user.tg_id)


def _audit(
    actor: Actor, action: str, row: InviteToken | User | Specialist, before: audit.Values, after: audit.Values
) -> None:
    audit.record(
        actor=actor, action=action, entity=audit.entity_of(type(row)), entity_id=row.pk, before=before, after=after
    )


def _joined(invite: InviteToken, specialist: Specialist | None, *, already: bool) -> Joined:
    return Joined(
        role=Role(invite.role),
        specialist_id=specialist.pk if specialist else None,
        specialist_name=specialist.name if specialist else None,
        already=already,
    )


def _refused(reason: InviteReason) -> InviteRefused:
    return InviteRefused(f"the invitation: {reason}", reason=reason.value)
