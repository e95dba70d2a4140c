"""Tags of a client: given and taken with a tap, or typed."""

from aiogram import Router
from aiogram.types import CallbackQuery

from bookings.exceptions import NotFound
from bookings.queries.tags import client_tags
from bookings.services.resources.refusals import InvalidFields
from bookings.services.tags import tag_client, tag_client_as, untag_client
from telegram_ui.callbacks import SetTag, TagsOf
from telegram_ui.handlers.admin.manage import require_admin
from telegram_ui.keyboards import tags as keyboards
from telegram_ui.screen import Screen
from telegram_ui.states import Form
from telegram_ui.turn import Outdated, Turn
from telegram_ui.views import tags as views


async def on_tags(_query: CallbackQuery, callback_data: TagsOf, turn: Turn) -> None:
    await show_tags(turn, callback_data.client_id, callback_data.booking_id)


async def show_tags(turn: Turn, client_id: int, booking_id: int, *, toast: str = "") -> None:
    """``booking_id``: the visit that led to the client, 0 for none. What is typed next is a tag."""
    require_admin(turn)
    found = await turn.run(client_tags, actor=turn.actor, client_id=client_id)
    await turn.keep(at=Form.client_tags, form={"tags": [client_id, booking_id]})
    screen = Screen(f"tags:{client_id}:{booking_id}", views.choose(found), keyboards.choose(found, booking_id))
    await turn.show(screen, toast=toast)


async def on_set(_query: CallbackQuery, callback_data: SetTag, turn: Turn) -> None:
    require_admin(turn)
    client_id, booking_id = callback_data.client_id, callback_data.booking_id
    change = tag_client if callback_data.has else untag_client
    toast = ""
    try:
        await turn.run(
            change, actor=turn.actor, client_id=client_id, tag_id=callback_data.tag_id, idempotency_key=turn.key
        )
    except NotFound:  # the tag, or the client: then there is nothing to show, and that is said
        toast = views.tag_gone()
    await show_tags(turn, client_id, booking_id, toast=toast)


async def typed_tag(turn: Turn, text: str) -> None:
    require_admin(turn)
    form = (await turn.data()).get("form") or {}
    if not isinstance(form, dict) or "tags" not in form:
        raise Outdated
    client_id, booking_id = form["tags"]
    toast = ""
    try:
        await turn.run(tag_client_as, actor=turn.actor, client_id=client_id, name=text, idempotency_key=turn.key)
    except InvalidFields as error:
        toast = " ".join(sentence for sentences in error.said.values() for sentence in sentences)
    await show_tags(turn, client_id, booking_id, toast=toast)


def router() -> Router:
    router = Router(name="tags")
    router.callback_query.register(on_tags, TagsOf.filter())
    router.callback_query.register(on_set, SetTag.filter())
    return router
