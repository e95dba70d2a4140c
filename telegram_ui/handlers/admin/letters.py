"""Work that was given up: read why, give it back, or close it."""

from aiogram import Router
from aiogram.types import CallbackQuery

from notifications.dead_letters import discard, requeue
from notifications.events import LetterState
from notifications.exceptions import CannotRequeue, LetterSettled
from notifications.letters import LetterCard, count_open, get_letter, open_letters, requeue_open
from telegram_ui.callbacks import LetterAct, LettersPage, OnLetter, RequeueAll
from telegram_ui.handlers.admin.invites import team_clock
from telegram_ui.handlers.admin.manage import require_admin
from telegram_ui.keyboards import letters as keyboards
from telegram_ui.screen import Screen
from telegram_ui.turn import Turn
from telegram_ui.views import letters as views

PAGE = 5


async def show_letters(turn: Turn, *, page: int = 0, toast: str = "") -> None:
    require_admin(turn)
    total = await turn.run(count_open, actor=turn.actor)
    page = min(page, max(total - 1, 0) // PAGE)
    found = await turn.run(open_letters, actor=turn.actor, limit=PAGE + 1, offset=page * PAGE)
    await turn.keep(at=None, form=None)
    text = views.page(found[:PAGE], total, *await turn.run(team_clock))
    keyboard = keyboards.page(found[:PAGE], page=page, has_more=len(found) > PAGE)
    await turn.show(Screen(f"letters:{page}", text, keyboard), toast=toast)


async def on_page(_query: CallbackQuery, callback_data: LettersPage, turn: Turn) -> None:
    await show_letters(turn, page=callback_data.page)


async def on_letter(_query: CallbackQuery, callback_data: OnLetter, turn: Turn) -> None:
    require_admin(turn)
    letter = await turn.run(get_letter, actor=turn.actor, letter_id=callback_data.letter_id)
    if callback_data.act == LetterAct.OPEN:
        await _show_card(turn, letter)
    elif callback_data.act == LetterAct.ASK_DISCARD:
        await ask_discard(turn, letter.id)
    else:
        await _settle(turn, letter, again=callback_data.act == LetterAct.REQUEUE)


async def ask_discard(turn: Turn, letter_id: int) -> None:
    """Of one that is settled by now there is nothing to ask."""
    require_admin(turn)
    letter = await turn.run(get_letter, actor=turn.actor, letter_id=letter_id)
    if letter.state != LetterState.OPEN:
        await _show_card(turn, letter, toast=views.settled(letter.state))
        return
    screen = Screen(f"letter-close:{letter.id}", views.ask_discard(letter), keyboards.ask_discard(letter))
    await turn.show(screen)


async def show_letter(turn: Turn, letter_id: int) -> None:
    require_admin(turn)
    await _show_card(turn, await turn.run(get_letter, actor=turn.actor, letter_id=letter_id))


async def _settle(turn: Turn, letter: LetterCard, *, again: bool) -> None:
    said = views.requeued() if again else views.discarded()
    try:
        await turn.run(requeue if again else discard, actor=turn.actor, letter_id=letter.id)
    except LetterSettled as error:
        said = views.settled(str(error.details.get("state")))
    except CannotRequeue as error:
        said = views.not_taken(str(error))
    await _show_card(turn, await turn.run(get_letter, actor=turn.actor, letter_id=letter.id), toast=said)


async def _show_card(turn: Turn, letter: LetterCard, *, toast: str = "") -> None:
    text = views.card(letter, *await turn.run(team_clock))
    await turn.show(Screen(f"letter:{letter.id}", text, keyboards.card(letter)), toast=toast)


async def on_all(_query: CallbackQuery, callback_data: RequeueAll, turn: Turn) -> None:
    require_admin(turn)
    if callback_data.sure:
        found = await turn.run(requeue_open, actor=turn.actor)
        await show_letters(turn, toast=views.all_requeued(found))
        return
    await ask_all(turn)


async def ask_all(turn: Turn) -> None:
    require_admin(turn)
    total = await turn.run(count_open, actor=turn.actor)
    await turn.show(Screen("letters-all", views.ask_all(total), keyboards.ask_all()))


def router() -> Router:
    router = Router(name="letters")
    router.callback_query.register(on_page, LettersPage.filter())
    router.callback_query.register(on_letter, OnLetter.filter())
    router.callback_query.register(on_all, RequeueAll.filter())
    return router
