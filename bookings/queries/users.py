"""People and the company."""

from bookings.cards import company_card, user_card
from bookings.exceptions import NotFound
from bookings.models import Company, User
from bookings.queries.look import read_once
from bookings.read_models import CompanyCard, UserCard


def get_user(*, user_id: int) -> UserCard:
    """Raises NotFound."""
    user = User.objects.select_related("specialist").filter(pk=user_id).first()
    if user is None:
        raise NotFound("user")
    return user_card(user)


def user_by_tg_id(*, tg_id: int) -> UserCard | None:
    user = User.objects.select_related("specialist").filter(tg_id=tg_id).first()
    return user_card(user) if user else None


def user_by_tg_username(*, username: str) -> UserCard | None:
    """Whoever has that Telegram username (without ``@``, in any case); ``None`` also where two are said to have it.

    People give their usernames up and others take them; we know of it once they write.
    """
    found = User.objects.select_related("specialist").filter(
        tg_username__iexact=username, tg_id__isnull=False, is_active=True
    )[:2]
    return user_card(found[0]) if len(found) == 1 else None


def active_user(*, user_id: int) -> UserCard | None:
    """The user unless the account was switched off."""
    user = User.objects.select_related("specialist").filter(pk=user_id, is_active=True).first()
    return user_card(user) if user else None


@read_once
def company() -> CompanyCard:
    return company_card(Company.objects.current())
