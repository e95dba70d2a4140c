"""Clients as the team knows them: an admin all, a specialist those who came or will come to them."""

import re

from django.db.models import Count, Q, QuerySet

from booking_site.lib import clock
from bookings.actor import Actor
from bookings.cards import booking_card, client_card, note_card
from bookings.enums import BookingStatus, Role
from bookings.exceptions import NotAllowed, NotFound
from bookings.models import Booking, ClientNote, User
from bookings.models.booking import BookingQuerySet
from bookings.policies import Task, require_client, require_task
from bookings.queries.tags import tags_of
from bookings.read_models import ClientCard, ClientSummary, NoteCard

#: Visits ahead that a summary names, and visits that are over.
AHEAD = 6
PAST = 5
#: So many digits make a search one for a phone number.
_DIGITS = 3


def find_clients(*, actor: Actor, text: str, limit: int = 10) -> tuple[ClientCard, ...]:
    """People whose name, Telegram username or phone number holds ``text``; by name.

    A specialist finds strangers by their whole phone number alone. Raises NotAllowed for clients.
    """
    digits = re.sub(r"\D", "", text)
    words = text.replace("@", " ").split()
    if not words:
        return ()
    people = User.objects.filter(is_active=True)
    if len(digits) >= _DIGITS and not any(letter.isalpha() for letter in text):
        # Trunk prefixes differ: 8 912… and +7 912… are one number.
        found = people.filter(phone__contains=digits[1:] if len(digits) > 10 else digits)  # noqa: PLR2004 - with a prefix
        whole = people.filter(phone__endswith=digits[-10:]) if len(digits) >= 10 else people.none()  # noqa: PLR2004
    else:
        found, whole = people, people.none()
        for word in words:
            found = found.filter(_named(word))
    known = _known_to(actor, found) | whole
    return tuple(client_card(user) for user in known.order_by("first_name", "last_name", "pk").distinct()[:limit])


def _named(word: str) -> Q:
    """SQLite folds the case of Latin letters alone, so that the usual spellings are asked for."""
    found = Q()
    for field in ("first_name", "last_name", "tg_username"):
        for spelling in {word, word.lower(), word.capitalize(), word.upper()}:
            found |= Q(**{f"{field}__icontains": spelling})
    return found


def client_summary(*, actor: Actor, client_id: int) -> ClientSummary:
    """Who that is and how they come; a specialist sees the visits to themselves.

    Raises NotAllowed for clients; NotFound for nobody, and for whom a specialist has nothing to do with. A client
    without any visit is anybody's: somebody has to book the first one.
    """
    user = User.objects.filter(pk=client_id, is_active=True).first()
    if user is None:
        raise NotFound("client")
    mine = require_known(actor, client_id)
    counts: dict[str, int] = dict(mine.values_list("status").annotate(Count("pk", distinct=True)).order_by())
    ahead = mine.open().filter(ends_at__gt=clock.now()).order_by("starts_at", "pk").with_details()[:AHEAD]
    over = mine.filter(status__in=(BookingStatus.DONE, BookingStatus.NO_SHOW))
    past = over.order_by("-starts_at", "-pk").with_details()[:PAST]
    return ClientSummary(
        client=client_card(user),
        tg_username=user.tg_username,
        is_banned=user.is_banned,
        done=counts.get(BookingStatus.DONE, 0),
        no_shows=counts.get(BookingStatus.NO_SHOW, 0),
        cancelled=counts.get(BookingStatus.CANCELLED, 0),
        ahead=tuple(booking_card(booking) for booking in ahead),
        past=tuple(booking_card(booking) for booking in past),
        notes=tuple(note_card(note) for note in _notes(actor, client_id)),
        tags=tags_of(client_id) if actor.is_admin else (),
    )


def client_notes(*, actor: Actor, client_id: int) -> tuple[NoteCard, ...]:
    """What the team remembers of the client, as far as the actor may read it; their own first.

    Raises NotAllowed, NotFound as ``client_summary``.
    """
    require_task(actor, Task.NOTES, specialist_id=actor.specialist_id)
    require_client_of(actor, client_id)
    return tuple(note_card(note) for note in _notes(actor, client_id))


def notes_kept(*, actor: Actor, client_id: int) -> int:
    """How many notes the team keeps on the client; what they say is the team's. Raises NotFound for somebody else's."""
    require_client(actor, client_id)
    return ClientNote.objects.filter(client=client_id).count()


def require_client_of(actor: Actor, client_id: int, *, people: "QuerySet[User] | None" = None) -> BookingQuerySet:
    """As ``require_known``, of somebody who is there: of ``people``, or anybody. Raises NotFound where they are not."""
    if not (User.objects.all() if people is None else people).filter(pk=client_id, is_active=True).exists():
        raise NotFound("client")
    return require_known(actor, client_id)


def require_known(actor: Actor, client_id: int) -> BookingQuerySet:
    """The client's bookings that are the actor's to see: all for an admin, for a specialist those with themselves.

    Raises NotAllowed for clients; NotFound for whom a specialist has nothing to do with: others than theirs come.
    """
    visits = Booking.objects.filter(client=client_id)
    if actor.is_admin:
        return visits
    mine = visits.filter(items__specialist=_specialist(actor)).distinct()
    if visits.exists() and not mine.exists():
        raise NotFound("client")
    return mine


def _notes(actor: Actor, client_id: int) -> list[ClientNote]:
    """Admins read all; a specialist their own, and what admins want everybody to know. Their own come first."""
    notes = ClientNote.objects.filter(client=client_id).select_related("author")
    if not actor.is_admin:
        notes = notes.filter(Q(author=actor.user_id) | Q(author__role=Role.ADMIN) | Q(author__is_superuser=True))
    return sorted(notes, key=lambda note: (note.author_id != actor.user_id, -note.updated_at.timestamp()))


def _specialist(actor: Actor) -> int:
    if actor.role != Role.SPECIALIST or actor.specialist_id is None:
        raise NotAllowed("clients are for the team")
    return actor.specialist_id


def _known_to(actor: Actor, people: "QuerySet[User]") -> "QuerySet[User]":
    if actor.is_admin:
        return people
    return people.filter(bookings__items__specialist=_specialist(actor))
