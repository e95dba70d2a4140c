"""Words: they go to the step that asked for them; on a step of buttons they are understood when that is safe."""

from collections.abc import Awaitable, Callable
from dataclasses import replace

from aiogram import Router
from aiogram.types import Message

from bookings.exceptions import InvalidText, PromotionRefused
from bookings.services.history import COMMENT_LIMIT
from telegram_ui.callbacks import Step
from telegram_ui.drafts import Draft, new_draft
from telegram_ui.handlers.admin import composed
from telegram_ui.handlers.admin.audience import typed_audience
from telegram_ui.handlers.admin.editor.asking import placed_value, sent_value, typed_value
from telegram_ui.handlers.admin.editor.making import placed_new, typed_new
from telegram_ui.handlers.admin.editor.showing import typed_looking
from telegram_ui.handlers.admin.hours import typed_hours
from telegram_ui.handlers.admin.reviews import typed_reply
from telegram_ui.handlers.admin.seasons import typed_seasons
from telegram_ui.handlers.admin.tags import typed_tag
from telegram_ui.handlers.client import choices, summary
from telegram_ui.handlers.client.flow import show_step
from telegram_ui.handlers.client.reviews import typed_words
from telegram_ui.handlers.client.series import typed_number
from telegram_ui.handlers.client.swapping import typed_swap
from telegram_ui.handlers.common.answers import answered
from telegram_ui.handlers.common.home import show_home
from telegram_ui.handlers.common.own_photo import ask_again as ask_photo_again, sent_photo
from telegram_ui.handlers.common.places import show_place_again
from telegram_ui.handlers.common.profile import typed_name, typed_phone
from telegram_ui.handlers.common.received import photo_in
from telegram_ui.handlers.common.recovery import show_where_they_are
from telegram_ui.handlers.common.understood import service_named, understand
from telegram_ui.handlers.common.wishes import typed_quiet
from telegram_ui.handlers.filters import is_content, is_location, is_slashed, is_text
from telegram_ui.handlers.specialist.clients import typed_client, typed_search
from telegram_ui.handlers.specialist.day import typed_day
from telegram_ui.handlers.specialist.notes import typed_note
from telegram_ui.handlers.specialist.time_off import typed_time_off
from telegram_ui.handlers.specialist.visit import typed_reason
from telegram_ui.keyboards import main as keyboards
from telegram_ui.screen import Screen
from telegram_ui.states import STEP_OF_STATE, Editing, Form
from telegram_ui.turn import Turn
from telegram_ui.understanding import read_answer
from telegram_ui.views import errors, flow_words as words, home as home_views

#: Questions that are answered by typing, each by the module that asked.
_FORMS: dict[str | None, Callable[[Turn, str], Awaitable[None]]] = {
    Form.name.state: typed_name,
    Form.phone.state: typed_phone,
    Form.photo.state: ask_photo_again,
    Form.cancel_reason.state: typed_reason,
    Form.quiet.state: typed_quiet,
    Form.time_off.state: typed_time_off,
    Form.find_client.state: typed_search,
    Form.new_client.state: typed_client,
    Form.client_note.state: typed_note,
    Form.client_tags.state: typed_tag,
    Form.review_text.state: typed_words,
    Form.review_reply.state: typed_reply,
    Form.campaign_new.state: composed.typed_new,
    Form.campaign_ru.state: composed.typed_russian,
    Form.campaign_en.state: composed.typed_english,
    Form.campaign_button.state: composed.typed_button,
    Form.campaign_time.state: composed.typed_time,
    Form.campaign_audience.state: typed_audience,
    Editing.looking.state: typed_looking,
    Editing.value.state: typed_value,
    Editing.new.state: typed_new,
    Editing.hours.state: typed_hours,
    Editing.seasons.state: typed_seasons,
    Editing.season_days.state: typed_seasons,
    Editing.season_end.state: typed_seasons,
}


async def on_text(message: Message, turn: Turn) -> None:
    text = (message.text or "").strip()
    state = await turn.state.get_state()
    if await answered(turn, text):
        return
    if state in _FORMS:
        await _FORMS[state](turn, text)
        return
    if state == Form.staff_day.state and await typed_day(turn, text):
        return
    step, draft = STEP_OF_STATE.get(state), await turn.draft()
    if step is None or draft is None or draft.made is not None:
        await _outside(turn, text)
        return
    if step in _WRITTEN:
        await _WRITTEN[step](turn, draft, text)
        return
    understood = await turn.run(understand, draft, step, text, turn.actor)
    if understood is None:
        await show_step(turn, draft, step, toast=words.expected(step, moving=draft.is_move))
    else:
        draft, step, notice = understood
        await show_step(turn, draft, step, toast=notice)


async def _typed_comment(turn: Turn, draft: Draft, text: str) -> None:
    if len(text) > COMMENT_LIMIT:
        await show_step(turn, draft, Step.COMMENT, toast=errors.text_of(InvalidText(limit=COMMENT_LIMIT)))
        return
    await show_step(turn, replace(draft, comment=text), Step.CONFIRM, toast=words.comment_taken())


async def _typed_promo(turn: Turn, draft: Draft, text: str) -> None:
    """A code that takes nothing off says why and is asked for again; the one that was there stays."""
    coded = replace(draft, promo_code=text)
    try:
        quote = await turn.run(summary.quote, coded, turn.actor)
    except PromotionRefused as error:
        await show_step(turn, draft, Step.PROMO, toast=errors.text_of(error))
        return
    if quote is not None:
        coded = replace(draft, promo_code=quote.code)  # as it is written, not as it was typed
    await show_step(turn, coded, Step.CONFIRM, toast=words.promo_taken(quote) if quote else "")


async def _typed_rhythm(turn: Turn, draft: Draft, text: str) -> None:
    await typed_number(turn, draft, Step.RHYTHM, text)


async def _typed_times(turn: Turn, draft: Draft, text: str) -> None:
    await typed_number(turn, draft, Step.TIMES, text)


#: Steps that are answered by writing, or by a number.
_WRITTEN = {
    Step.COMMENT: _typed_comment,
    Step.PROMO: _typed_promo,
    Step.RHYTHM: _typed_rhythm,
    Step.TIMES: _typed_times,
    Step.SWAP: typed_swap,
}


async def _outside(turn: Turn, text: str) -> None:
    """The name of a service starts its booking; anything else shows the card or list that is there again, or the menu."""
    draft = await turn.run(service_named, text, turn.actor, turn.user.user_id)
    if draft is not None:
        await show_step(turn, draft, choices.first_step(draft))
        return
    # There is nowhere to go back to: what is there stands, and no more is said of it.
    back = read_answer(text) == "back"
    if not await show_place_again(turn, "" if back else home_views.press_a_button()):
        await show_home(turn, toast="" if back else home_views.unknown_text())


async def on_unknown_command(_message: Message, turn: Turn) -> None:
    await turn.keep(at=None, form=None)
    text = home_views.help_text(is_staff=turn.is_staff, title=home_views.unknown_command())
    await turn.show(Screen("help", text, keyboards.only_menu()))


async def placed(turn: Turn, latitude: float, longitude: float) -> bool:
    """Whether the editor asked for a place on the map, and took it."""
    state = await turn.state.get_state()
    if state == Editing.value.state:
        return await placed_value(turn, latitude, longitude)
    return state == Editing.new.state and await placed_new(turn, latitude, longitude)


async def on_location(message: Message, turn: Turn) -> None:
    """Where somebody is sorts the places by their distance: at the step that asks for one, and before any booking."""
    step, draft = STEP_OF_STATE.get(await turn.state.get_state()), await turn.draft()
    if draft is None or draft.made is not None or step is None:
        step, draft = Step.LOCATION, new_draft(turn.user.user_id)
    here = message.location
    if here is not None and await placed(turn, here.latitude, here.longitude):
        return
    if here is None or step != Step.LOCATION or not await turn.run(choices.asks_for_location):
        await show_where_they_are(turn, home_views.only_text())
        return
    await show_step(turn, draft, Step.LOCATION, near=(here.latitude, here.longitude))


async def on_anything_else(message: Message, turn: Turn) -> None:
    """Stickers, voice, photos nobody asked for: the step that waits says so and shows itself again."""
    state = await turn.state.get_state()
    if message.photo and state in composed.TAKE_PHOTOS:
        await composed.sent_photo(turn, state)
        return
    file = photo_in(message)
    if file is not None and state == Editing.value.state and await sent_value(turn, file):
        return
    if file is not None and state == Form.photo.state:
        await sent_photo(turn, file)
        return
    await show_where_they_are(turn, home_views.only_text())


def router() -> Router:
    router = Router(name="typed")
    router.message.register(on_unknown_command, is_slashed)
    router.message.register(on_text, is_text)
    router.message.register(on_location, is_location)
    router.message.register(on_anything_else, is_content)
    return router
