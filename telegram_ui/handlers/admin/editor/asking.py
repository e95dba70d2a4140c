"""Changing one field of a row: a question, and what is typed or pressed to answer it."""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass, replace
from functools import partial
from typing import Any

from aiogram.types import CallbackQuery, Document, PhotoSize

from bookings.actor import Actor
from bookings.exceptions import NotFound
from bookings.services.resources.reading import Row, get_row, unchanged
from bookings.services.resources.refusals import InvalidFields, RowChanged
from bookings.services.resources.writing import update
from telegram_ui.callbacks import AskField, SetField
from telegram_ui.editor.kinds import NotUnderstood, in_tongue
from telegram_ui.editor.module import Field, Module
from telegram_ui.handlers.admin.clashes import NOBODY, Stranded
from telegram_ui.handlers.admin.editor import screens
from telegram_ui.handlers.admin.editor.showing import page_before, place, show_card, show_changed, show_gone
from telegram_ui.handlers.admin.manage import require_admin
from telegram_ui.handlers.common.received import download
from telegram_ui.keyboards.editor import NOTHING
from telegram_ui.states import Editing
from telegram_ui.turn import Outdated, Turn
from telegram_ui.views import editor as views
from telegram_ui.views.format import language

#: Formatting that people give their words in Telegram; links and mentions it marks by itself are none.
_FORMATS = frozenset(
    {"bold", "italic", "underline", "strikethrough", "code", "pre", "spoiler", "blockquote", "text_link"}
)


@dataclass(frozen=True, slots=True)
class Asked:
    """What is to be changed. ``tongue``: of a text, in that language, or in the reader's own. ``mark``: of the field."""

    module: Module
    row_id: int
    field: Field
    tongue: str = ""
    mark: str = ""


async def on_ask(_query: CallbackQuery, callback_data: AskField, turn: Turn) -> None:
    require_admin(turn)
    module = screens.module_of(callback_data.module)
    field = screens.field_of(module, callback_data.field)
    if field.fixed or field.kind.is_switch:
        raise Outdated
    await ask(turn, Asked(module, callback_data.row_id, field, callback_data.tongue))


async def ask(turn: Turn, asked: Asked, *, toast: str = "") -> None:
    """What is typed next is the value. The mark of the field as it is shown goes with the question."""
    module, field = asked.module, asked.field
    page = await page_before(turn, module)
    try:
        screen, row = await turn.run(
            screens.question_screen, turn.actor, module, asked.row_id, field, asked.tongue
        )
    except NotFound:
        await show_gone(turn, module)
        return
    await turn.keep(
        at=Editing.value,
        form={
            "m": module.code,
            "parent": module.parent_of(row.values),
            "page": page,
            "row": asked.row_id,
            "field": field.code,
            "tongue": asked.tongue,
            "mark": row.mark(field.attributes),
        },
    )
    await turn.show(screen, toast=toast)


async def typed_value(turn: Turn, text: str) -> None:
    require_admin(turn)
    asked = await _open(turn)
    if asked is None:
        raise Outdated
    await _answer(turn, asked, turn.run(_write, turn.actor, asked, typed(turn, asked.field, text)))


async def sent_value(turn: Turn, file: PhotoSize | Document) -> bool:
    """A photo answers the question for one; ``False`` where it is not the question."""
    asked = await _open(turn) if turn.is_admin else None
    if asked is None or not asked.field.kind.is_photo:
        return False

    async def save() -> Stranded:
        return await turn.run(_store, turn.actor, asked, await download(turn, file))

    await _answer(turn, asked, save())
    return True


async def _answer(turn: Turn, asked: Asked, writing: Awaitable[Stranded]) -> None:
    try:
        stranded = await writing
    except (NotUnderstood, InvalidFields) as error:
        await ask(turn, asked, toast=said(asked.module, error))
    except RowChanged:
        await ask(turn, asked, toast=views.changed())
    except NotFound:
        await show_gone(turn, asked.module)
    else:
        await _after(turn, asked, stranded)


async def placed_value(turn: Turn, latitude: float, longitude: float) -> bool:
    """A place on the map answers the question for one as its coordinates do; ``False`` where it is not the question."""
    asked = await _open(turn) if turn.is_admin else None
    if asked is None or not asked.field.kind.is_place:
        return False
    await typed_value(turn, f"{latitude}, {longitude}")
    return True


async def _open(turn: Turn) -> Asked | None:
    """The question that is open."""
    form = await place(turn)
    if "row" not in form or "field" not in form:
        return None
    module = screens.module_of(str(form["m"]))
    field = screens.field_of(module, str(form["field"]))
    return Asked(module, int(form["row"]), field, str(form.get("tongue", "")), str(form.get("mark", "")))


async def ask_again(turn: Turn, *, toast: str) -> bool:
    """The question that is open, as it is now; ``False`` where none is."""
    asked = await _open(turn)
    if asked is None:
        return False
    await ask(turn, asked, toast=toast)
    return True


def typed(turn: Turn, field: Field, text: str) -> str:
    """What was typed. Where markup is asked for, bold and links become it; tags that were typed as such are left."""
    message = turn.message
    formatted = message is not None and any(one.type in _FORMATS for one in message.entities or ())
    return message.html_text if message is not None and formatted and field.kind.is_markup else text


def said(module: Module, error: NotUnderstood | InvalidFields) -> str:
    return error.text if isinstance(error, NotUnderstood) else views.wrong(module, error.said)


def _write(actor: Actor, asked: Asked, text: str) -> Stranded:
    """Synchronous."""
    module, field = asked.module, asked.field
    row = get_row(actor=actor, entity=module.entity, row_id=asked.row_id)
    look = screens.asking(screens.look_at(actor, module, row.values), module, field, asked.tongue)
    return _save(actor, asked, row, field.kind.read(text, field.of(row.values), look))


def _store(actor: Actor, asked: Asked, content: bytes) -> Stranded:
    """Synchronous."""
    row = get_row(actor=actor, entity=asked.module.entity, row_id=asked.row_id)
    return _save(actor, asked, row, content)


def _save(actor: Actor, asked: Asked, row: Row, value: Any) -> Stranded:
    """The visits that the new value leaves without their time."""
    field, expect = asked.field, unchanged(asked.mark, asked.field.attributes)
    change: Callable[[], object] = partial(
        update,
        actor=actor,
        entity=asked.module.entity,
        row_id=asked.row_id,
        values=field.put(value),
        expect=expect,
    )
    if field.write is not None:
        change = partial(field.write, actor=actor, row_id=asked.row_id, value=value, expect=expect)
    return screens.changing(actor, asked.module, asked.row_id, row.values, change)[1]


async def _after(turn: Turn, asked: Asked, stranded: Stranded) -> None:
    """A text that was changed in one's own language is asked for in the other, too: else that one is out of date."""
    if stranded.count:
        await show_changed(turn, asked.module, asked.row_id, views.saved(), stranded)
    elif asked.field.kind.many:
        await ask(turn, asked, toast=views.saved())
    elif asked.field.kind.in_tongues and (asked.tongue or language()) == language():
        other = views.other_tongue(language())
        await ask(turn, replace(asked, tongue=other), toast=views.also_in_other())
    else:
        await show_card(turn, asked.module, asked.row_id, toast=views.saved())


async def on_set(_query: CallbackQuery, callback_data: SetField, turn: Turn) -> None:
    require_admin(turn)
    module = screens.module_of(callback_data.module)
    field = screens.field_of(module, callback_data.field)
    if field.fixed:
        raise Outdated
    asked = Asked(module, callback_data.row_id, field, mark=callback_data.mark)
    try:
        stranded = await turn.run(_pick, turn.actor, asked, callback_data.code)
    except (NotUnderstood, InvalidFields) as error:
        await ask(turn, asked, toast=said(module, error))
    except RowChanged:
        await show_card(turn, module, asked.row_id, toast=views.changed())
    except NotFound:
        await show_gone(turn, module)
    else:
        if field.kind.many and not stranded.count:
            await ask(turn, asked)
        else:
            await show_changed(turn, module, asked.row_id, views.saved(), stranded)


def _pick(actor: Actor, asked: Asked, code: str) -> Stranded:
    """What is so already is left alone, whatever else has changed: a second tap finds it done. Synchronous."""
    module, field = asked.module, asked.field
    row = get_row(actor=actor, entity=module.entity, row_id=asked.row_id)
    old = field.of(row.values)
    nothing, _, tongue = code.partition("_")
    look = screens.asking(screens.look_at(actor, module, row.values), module, field, tongue)
    if nothing == NOTHING and not field.none:
        raise Outdated
    value = field.kind.empty(old, look) if nothing == NOTHING else field.kind.pick(code, old, look)
    same = in_tongue(old, look.tongue) == in_tongue(value, look.tongue) if look.tongue else old == value
    return NOBODY if same else _save(actor, asked, row, value)
