"""Who is invited to the team, and who can be."""

from bookings.actor import Actor
from bookings.cards import invite_card
from bookings.exceptions import NotFound
from bookings.models import InviteToken, Specialist
from bookings.policies import Task, require_task
from bookings.read_models import InviteCard, Vacancy


def get_invite(*, actor: Actor, invite_id: int) -> InviteCard:
    """Raises NotAllowed for anybody but admins; NotFound."""
    require_task(actor, Task.INVITE)
    invite = InviteToken.objects.with_details().filter(pk=invite_id).first()
    if invite is None:
        raise NotFound("invitation")
    return invite_card(invite)


def open_invites(*, actor: Actor, limit: int = 20) -> tuple[InviteCard, ...]:
    """Those that still lead in, newest first. Raises NotAllowed for anybody but admins."""
    require_task(actor, Task.INVITE)
    return tuple(invite_card(invite) for invite in InviteToken.objects.open().with_details()[:limit])


def vacancies(*, actor: Actor) -> tuple[Vacancy, ...]:
    """Active specialists without a person, in the order of the catalogue. Raises NotAllowed for anybody but admins."""
    require_task(actor, Task.INVITE)
    return tuple(Vacancy(each.pk, each.name) for each in Specialist.objects.filter(is_active=True, user=None))
