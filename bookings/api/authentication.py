"""From a request to its caller. Credentials that are presented have to be good: nobody is let in as somebody else."""

from django.http import HttpRequest

from booking_site.lib.trace import current_trace_id
from bookings.api import telegram_login
from bookings.api.caller import Caller, CallerKind, nobody
from bookings.enums import Door
from bookings.exceptions import Banned, BookingError
from bookings.models import User
from bookings.queries.actors import actor_of_card, actor_of_user, client_of_card
from bookings.queries.users import active_user
from bookings.read_models import UserCard
from bookings.services import api_keys, visitor_tokens

#: Longer than any credential; what is longer is not even looked at.
_LONGEST = 8192


class Unauthenticated(BookingError):
    """Credentials are missing, or are no good (any more)."""

    code = "unauthenticated"


def identify(request: HttpRequest) -> Caller:
    """The caller by the ``Authorization`` header, else by the session of the admin site, else nobody.

    Raises:
        Unauthenticated: the header holds nothing that is valid now. Why exactly is not told.
        Banned: it is known who asks, and they were shown the door.
        django.db.DatabaseError: nobody can say.
    """
    header = request.headers.get("Authorization")
    if header is None:
        return _by_session(request)
    scheme, _space, credentials = header.strip().partition(" ")
    credentials = credentials.strip()
    if len(header) > _LONGEST or not credentials or not credentials.isascii():
        raise Unauthenticated("The Authorization header cannot be read")
    match scheme.lower():
        case "bearer":
            return _by_token(credentials)
        case "tma":
            return _by_init_data(credentials)
    raise Unauthenticated("Authorization knows Bearer and tma")


def _by_token(token: str) -> Caller:
    if api_keys.looks_like_a_key(token):
        holder = api_keys.holder_of(token)
        if holder is not None:
            return Caller(CallerKind.API_KEY, holder.actor, holder.scopes)
    elif visitor_tokens.looks_like_a_visitor(token):
        card = visitor_tokens.holder_of(token)
        if card is not None:
            return Caller(CallerKind.VISITOR, client_of_card(_welcome(card), door=Door.API))
    raise Unauthenticated("The token is not valid (any more)")


def _by_init_data(init_data: str) -> Caller:
    try:
        user_id = telegram_login.user_id_of(init_data)
    except telegram_login.BadInitData:
        raise Unauthenticated("The init data is not valid (any more)") from None
    card = active_user(user_id=user_id)
    if card is None:
        raise Unauthenticated("The account is gone")
    return Caller(CallerKind.TG_CLIENT, actor_of_card(_welcome(card), door=Door.API))


def _welcome(card: UserCard) -> UserCard:
    if card.is_banned:
        raise Banned("banned")
    return card


def _by_session(request: HttpRequest) -> Caller:
    user = request.user
    if isinstance(user, User) and user.is_active and user.is_staff:
        return Caller(CallerKind.INTERNAL, actor_of_user(user, door=Door.API))
    return nobody(current_trace_id())
