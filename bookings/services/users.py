"""People: how they appear, and what they may say about themselves."""

import re

from django.contrib.auth.hashers import make_password
from django.db import IntegrityError, transaction

from bookings.actor import Actor
from bookings.cards import user_card
from bookings.enums import Door, Language, Role
from bookings.exceptions import InvalidContact, NotFound
from bookings.models import User
from bookings.read_models import UserCard
from bookings.services import audit
from bookings.services.attempts import retried
from bookings.signals import announce_user_changed, user_returned

_NAME_LIMIT = 150
# E.164 allows 15 digits; the shortest national numbers in use have 5.
_MIN_DIGITS, _MAX_DIGITS = 5, 15
_RUSSIAN_DIGITS = 11
_PHONE = re.compile(r"\+?[\d\s().\-]+")


def register_telegram_user(
    *,
    tg_id: int,
    first_name: str,
    last_name: str = "",
    username: str = "",
    language_code: str = "",
    door: Door = Door.BOT,
) -> UserCard:
    """The user with that Telegram id, made on first sight; two calls at once make one user.

    ``language_code`` is Telegram's (IETF tag) and counts only for a new user: people who chose a language keep it.
    Name and username of a known user stay as they are, too, except that a changed username is remembered.
    """
    return retried(lambda: _register(tg_id, first_name, last_name, username, language_code, door=door))


def record_arrival(user: User, *, door: Door) -> None:
    """Audit that the new ``user`` came by themselves; call it in the transaction that writes them."""
    audit.record(
        actor=Actor(Role.CLIENT, door, user_id=user.pk), action="created", entity=audit.entity_of(User),
        entity_id=user.pk, before=None, after={"role": user.role, "language": user.language},
    )  # fmt: skip


def _register(
    tg_id: int, first_name: str, last_name: str, username: str, language_code: str, *, door: Door
) -> UserCard:
    user = _by_tg_id(tg_id)
    if user is None:
        fresh = User(
            tg_id=tg_id,
            username=f"tg{tg_id}",
            first_name=first_name[:_NAME_LIMIT],
            last_name=last_name[:_NAME_LIMIT],
            tg_username=username[:32],
            language=language_of(language_code),
            password=make_password(None),
        )
        try:
            with transaction.atomic():
                fresh.save(force_insert=True)
                record_arrival(fresh, door=door)
        except IntegrityError:
            user = _by_tg_id(tg_id)  # somebody was first
            if user is None:
                raise
        else:
            return user_card(fresh)
    if user.tg_username != username[:32]:
        user.tg_username = username[:32]
        user.save(update_fields=["tg_username"])
    return user_card(user)


def _by_tg_id(tg_id: int) -> User | None:
    return User.objects.select_related("specialist").filter(tg_id=tg_id).first()


def language_of(tag: str) -> Language:
    """Ours for an IETF tag: Russian where it is understood, English for the rest."""
    primary = tag.replace("_", "-").split("-")[0].lower()
    return Language.RU if primary in ("", "ru", "be", "uk", "kk") else Language.EN


def set_language(*, actor: Actor, language: str) -> UserCard:
    """Raises NotFound for an actor that is no user, ValueError for a language that is not offered."""
    chosen = Language(language)
    return _change(actor, language=chosen)


def set_contact(*, actor: Actor, name: str | None = None, phone: str | None = None) -> UserCard:
    """Change the actor's own name or phone; ``None`` leaves it, an empty phone removes it.

    See ``clean_phone`` for how a number is stored.

    Raises:
        InvalidContact: an empty or over-long name, something that is no phone number.
        NotFound: the actor is no user.
    """
    changes: dict[str, str] = {}
    if name is not None:
        first, _space, last = clean_name(name).partition(" ")
        changes |= {"first_name": first, "last_name": last}
    if phone is not None:
        changes["phone"] = clean_phone(phone)
    return _change(actor, **changes)


def clean_name(name: str) -> str:
    """One line, single spaces. Raises InvalidContact."""
    cleaned = " ".join(name.split())
    if not cleaned or len(cleaned) > _NAME_LIMIT or not any(character.isalpha() for character in cleaned):
        raise InvalidContact("A name has letters and fits a line", field="name")
    return cleaned


def clean_phone(phone: str) -> str:
    """Digits, after a ``+`` when the country is known; or nothing. Raises InvalidContact."""
    text = phone.strip()
    digits = "".join(character for character in text if character in "0123456789")
    if not text:
        return ""
    if not _PHONE.fullmatch(text) or not _MIN_DIGITS <= len(digits) <= _MAX_DIGITS:
        raise InvalidContact("Not a phone number", field="phone")
    if text.startswith("+"):
        return f"+{digits}"
    if digits.startswith("00"):
        return f"+{digits[2:]}"
    if len(digits) == _RUSSIAN_DIGITS and digits.startswith("8"):
        return f"+7{digits[1:]}"  # 8 is Russia's trunk prefix
    # Telegram sends contacts in international form without the plus; a short number is a national one.
    return f"+{digits}" if len(digits) >= _RUSSIAN_DIGITS else digits


def mark_bot_blocked(*, tg_id: int, blocked: bool) -> None:
    """Remember that the user blocked the bot, or came back; nothing for a user nobody knows."""
    retried(lambda: _mark_bot_blocked(tg_id, blocked))


def _mark_bot_blocked(tg_id: int, blocked: bool) -> None:  # noqa: FBT001 - the two values of one column
    with transaction.atomic():
        if User.objects.filter(tg_id=tg_id).exclude(bot_blocked=blocked).update(bot_blocked=blocked):
            announce_user_changed(tg_id)
            if not blocked:
                user_returned.send(sender=None, tg_id=tg_id)


def follow_chat(*, tg_id: int, moved_to: int) -> None:
    """A group that stands among the users became a supergroup: Telegram knows it by another id from now on.

    Nothing happens where somebody has the new id already: the old one is then of no more use, and is left alone.
    """

    def move() -> int:
        with transaction.atomic():  # a refusal must not spoil the transaction of whoever asks
            if User.objects.filter(tg_id=moved_to).exists():
                return 0
            return User.objects.filter(tg_id=tg_id).update(tg_id=moved_to)

    try:
        moved = retried(move)
    except IntegrityError:  # somebody with that id came in between
        moved = 0
    if moved:
        announce_user_changed(tg_id)
        announce_user_changed(moved_to)


def _change(actor: Actor, **changes: str) -> UserCard:
    return retried(lambda: _write(actor, changes))


def _write(actor: Actor, changes: dict[str, str]) -> UserCard:
    with transaction.atomic():
        # A user who acts as nobody (the system) has no row to change.
        user = User.objects.select_for_update().filter(pk=actor.user_id or 0).first()
        if user is None:
            raise NotFound("user")
        before = {field: getattr(user, field) for field in changes}
        if before != changes:
            for field, value in changes.items():
                setattr(user, field, value)
            user.save(update_fields=list(changes))
            audit.record(
                actor=actor, action="updated", entity=audit.entity_of(User), entity_id=user.pk,
                before=before, after=changes,
            )  # fmt: skip
            announce_user_changed(user.tg_id)
    return user_card(user)
