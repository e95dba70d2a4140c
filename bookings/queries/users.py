"""People and the company."""

from bookings.cards import company_card, user_card
from bookings.exceptions import NotFound
from bookings.models import Company, User
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


def company() -> CompanyCard:
    return company_card(Company.objects.current())
