"""Invitations to the team: make a link, look at those that are out, take one back."""

from datetime import date

from aiogram import Router
from aiogram.types import CallbackQuery

from bookings.enums import Role
from bookings.queries.catalog import list_locations
from bookings.queries.invites import get_invite, open_invites, vacancies
from bookings.queries.users import company
from bookings.read_models import InviteCard
from bookings.services.invites import invite_member, revoke_invite
from telegram_ui.callbacks import InviteAct, NewInvite, OnInvite
from telegram_ui.drafts import new_draft_id
from telegram_ui.handlers.admin.manage import require_admin
from telegram_ui.handlers.client.choices import today_at
from telegram_ui.keyboards import invites as keyboards
from telegram_ui.screen import Screen
from telegram_ui.turn import Turn
from telegram_ui.views import invites as views

#: What ``/start`` of such a link begins with.
PREFIX = "invite_"


def team_clock() -> tuple[str, date]:
    """The zone the team's moments are told in, and its day. Synchronous."""
    locations = list_locations()
    zone = locations[0].zone if locations else "UTC"
    return zone, today_at(zone)


async def show_team(turn: Turn, *, toast: str = "") -> None:
    require_admin(turn)
    cards = await turn.run(open_invites, actor=turn.actor)
    await turn.keep(at=None, form=None)
    text = views.page(cards, *await turn.run(team_clock))
    await turn.show(Screen("team", text, keyboards.page(cards)), toast=toast)


async def ask_specialist(turn: Turn) -> None:
    require_admin(turn)
    found = await turn.run(vacancies, actor=turn.actor)
    await turn.keep(at=None, form=None)
    keyboard = keyboards.specialists(new_draft_id(), found)
    await turn.show(Screen("invite-specialist", views.choose_specialist(found=bool(found)), keyboard))


async def ask_admin(turn: Turn) -> None:
    require_admin(turn)
    await turn.keep(at=None, form=None)
    await turn.show(Screen("invite-admin", views.ask_admin(), keyboards.ask_admin(new_draft_id())))


async def on_new(_query: CallbackQuery, callback_data: NewInvite, turn: Turn) -> None:
    """The message with the link stays in the chat; a second press gives the same link."""
    require_admin(turn)
    specialist_id = callback_data.specialist_id or None
    issued = await turn.run(
        invite_member,
        actor=turn.actor,
        role=Role.ADMIN if specialist_id is None else Role.SPECIALIST,
        specialist_id=specialist_id,
        idempotency_key=callback_data.draft,
    )
    me = await turn.bot.me()
    link = f"https://t.me/{me.username}?start={PREFIX}{issued.token}"
    text = views.made(issued.card, link, *await turn.run(team_clock))
    keyboard = keyboards.made(issued.card, link, views.share_text((await turn.run(company)).name))
    await turn.show(Screen(f"invited:{issued.card.id}", text, keyboard, keep=True))


async def on_invite(_query: CallbackQuery, callback_data: OnInvite, turn: Turn) -> None:
    require_admin(turn)
    invite_id = callback_data.invite_id
    if callback_data.act == InviteAct.REVOKE:
        invite = await turn.run(revoke_invite, actor=turn.actor, invite_id=invite_id)
        await _show_card(turn, invite, toast=views.revoked())
    else:
        await show_invite(turn, invite_id)


async def show_invite(turn: Turn, invite_id: int) -> None:
    require_admin(turn)
    await _show_card(turn, await turn.run(get_invite, actor=turn.actor, invite_id=invite_id))


async def _show_card(turn: Turn, invite: InviteCard, *, toast: str = "") -> None:
    text = views.card(invite, *await turn.run(team_clock))
    await turn.show(Screen(f"invite:{invite.id}", text, keyboards.card(invite)), toast=toast)


def router() -> Router:
    router = Router(name="invites")
    router.callback_query.register(on_new, NewInvite.filter())
    router.callback_query.register(on_invite, OnInvite.filter())
    return router
