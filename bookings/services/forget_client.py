"""A client who wants to be forgotten: who they were goes, what the business needs for its books stays without a name."""

from typing import Any

from django.contrib.auth.hashers import make_password
from django.db import transaction

from booking_site.lib import clock
from bookings.actor import Actor
from bookings.enums import OfferState, Role, WaitlistState
from bookings.exceptions import NotAllowed, NotFound, WrongStatus
from bookings.models import AuditEntry, Booking, ClientNote, Review, User, VisitorToken, WaitlistEntry
from bookings.services import audit, waitlist_state
from bookings.services.attempts import retried
from bookings.signals import announce_user_changed

#: Stands where a name was, in every language.
NOBODY = "–"


def forget_client(*, actor: Actor) -> None:
    """Take the actor's name, phone, Telegram account, comments and review texts away, and what the team
    has noted about them and sorted them by, for good.

    Visits, prices and stars stay, of a client without a name. Whoever writes to the bot again is somebody new.

    Raises:
        NotFound: the actor is no user. NotAllowed: they belong to the team.
        WrongStatus: visits lie ahead, which have to be cancelled first; ``details["status"]`` is ``open``.
        Busy.
    """
    retried(lambda: _forget(actor))


def _forget(actor: Actor) -> None:
    with transaction.atomic():
        user = User.objects.select_for_update().filter(pk=actor.user_id or 0).first()
        if user is None:
            raise NotFound("user")
        if user.role != Role.CLIENT or user.is_staff:
            raise NotAllowed("the team is not forgotten this way")
        if Booking.objects.open().filter(client=user, ends_at__gt=clock.now()).exists():
            raise WrongStatus("visits lie ahead", status="open")
        tg_id = user.tg_id
        user.first_name, user.last_name, user.email, user.phone, user.tg_username = NOBODY, "", "", "", ""
        user.username, user.password, user.tg_id = f"gone{user.pk}", make_password(None), None
        user.is_active = False
        user.save()
        Booking.objects.filter(client=user).exclude(comment="").update(comment="")
        Review.objects.filter(client=user).exclude(text="").update(text="")
        ClientNote.objects.filter(client=user).delete()
        user.tags.clear()
        VisitorToken.objects.filter(user=user).delete()
        _leave_waitlist(actor, user)
        _forget_words(user)
        audit.record(
            actor=actor,
            action="forgotten",
            entity=audit.entity_of(User),
            entity_id=user.pk,
            before=None,
            after=None,
        )
        announce_user_changed(tg_id)


def _leave_waitlist(actor: Actor, user: User) -> None:
    """With its offer: one that nobody answers any more would put the wish back in line when it runs out."""
    for entry_id in list(WaitlistEntry.objects.on_list().filter(client=user).values_list("pk", flat=True)):
        entry = waitlist_state.lock(entry_id)
        if entry is not None and waitlist_state.is_on_list(entry):
            waitlist_state.close(entry, OfferState.WITHDRAWN, becomes=WaitlistState.LEFT, actor=actor)


def _forget_words(user: User) -> None:
    """The audit goes on saying who changed what and when, without what the client wrote or was called."""
    AuditEntry.objects.filter(entity=audit.entity_of(User), entity_id=user.pk).update(before=None, after=None)
    written = (("booking", Booking.objects.filter(client=user)), ("review", Review.objects.filter(client=user)))
    for entity, rows in written:
        for entry in AuditEntry.objects.filter(
            entity=entity, entity_id__in=list(rows.values_list("pk", flat=True))
        ):
            entry.before, entry.after = _without_words(entry.before), _without_words(entry.after)
            entry.save(update_fields=["before", "after"])


def _without_words(values: dict[str, Any] | None) -> dict[str, Any] | None:
    if values is None:
        return None
    return {name: value for name, value in values.items() if name not in ("comment", "text")}
