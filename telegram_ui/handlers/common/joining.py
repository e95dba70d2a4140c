"""A link into the team, opened."""

from bookings.exceptions import InviteRefused
from bookings.queries.users import get_user
from bookings.services.joining import accept_invite
from telegram_ui.gateway.identity import context_of
from telegram_ui.handlers.common.home import show_home
from telegram_ui.turn import Turn
from telegram_ui.views import errors, invites as views


async def join(turn: Turn, token: str) -> None:
    """The menu of who they are from now on, and what has become of the invitation over it."""
    try:
        joined = await turn.run(accept_invite, actor=turn.actor, token=token)
    except InviteRefused as error:
        await show_home(turn, toast=errors.text_of(error))
        return
    # The update came with what was known of the person before.
    card = await turn.run(get_user, user_id=turn.user.user_id)
    turn.user = context_of(turn.user.tg_id, card)
    turn.actor = turn.user.actor(turn.actor.trace_id)
    await show_home(turn, toast=views.joined(joined))
