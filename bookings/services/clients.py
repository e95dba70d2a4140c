"""Clients whom the team writes down: they called, or stand at the door."""

import secrets

from django.contrib.auth.hashers import make_password
from django.db import transaction

from bookings.actor import Actor
from bookings.cards import client_card
from bookings.enums import Role
from bookings.exceptions import InvalidContact, NotAllowed
from bookings.models import Company, User
from bookings.read_models import ClientCard
from bookings.services import audit
from bookings.services.idempotency import Request, made_once
from bookings.services.resources.entities import USERS
from bookings.services.resources.writing import update
from bookings.services.users import clean_name, clean_phone


def add_client(*, actor: Actor, name: str, phone: str, idempotency_key: str | None = None) -> ClientCard:
    """A client by name and phone; who has that number already is that client, under their own name.

    Raises:
        NotAllowed: the actor is not of the team.
        InvalidContact: a name or a number that cannot be one, or no number: nobody could be called.
        IdempotencyConflict, Busy.
    """
    if not actor.is_admin and (actor.role != Role.SPECIALIST or actor.specialist_id is None):
        raise NotAllowed("clients are written down by the team")
    first, _space, last = clean_name(name).partition(" ")
    number = clean_phone(phone)
    if not number:
        raise InvalidContact("a phone number is needed", field="phone")
    request = Request.of(
        actor=actor, operation="add_client", key=idempotency_key, content={"name": name, "phone": number}
    )

    def work() -> int:
        with transaction.atomic():
            known = User.objects.filter(phone=number, is_active=True).order_by("pk").first()
            user = known or _write(actor, first, last, number)
            request.remember(user.pk)
        return int(user.pk)

    return client_card(made_once(User.objects.all(), request, work))


def _write(actor: Actor, first: str, last: str, phone: str) -> User:
    user = User.objects.create(
        username=f"p{secrets.token_hex(8)}",
        first_name=first,
        last_name=last,
        phone=phone,
        language=Company.objects.current().default_language,
        password=make_password(None),
    )
    audit.record(
        actor=actor, action="created", entity=audit.entity_of(User), entity_id=user.pk,
        before=None, after={"first_name": first, "last_name": last, "phone": phone},
    )  # fmt: skip
    return user


def ban_client(*, actor: Actor, client_id: int, banned: bool = True) -> None:
    """Keep a client from booking and from writing to the bot, or let them in again.

    Raises NotAllowed, NotFound: as ``resources.update`` for users; NotAllowed for anybody of the team.
    """
    user = User.objects.filter(pk=client_id).first()
    if user is not None and user.role != Role.CLIENT:
        raise NotAllowed("the team is not banned this way")
    update(actor=actor, entity=USERS, row_id=client_id, values={"is_banned": banned})
