"""Lists and cards, and where in the editor somebody is."""

from typing import Any

from aiogram.types import CallbackQuery

from bookings.actor import Actor
from bookings.exceptions import NotFound
from bookings.services.resources.reading import get_row, list_rows
from telegram_ui.callbacks import RowAct, RowsOf
from telegram_ui.editor.module import Module
from telegram_ui.editor.modules import BY_CODE
from telegram_ui.handlers.admin.clashes import NOBODY, Stranded, stranded_screen
from telegram_ui.handlers.admin.editor import screens
from telegram_ui.handlers.admin.manage import require_admin, show_manage
from telegram_ui.keyboards.editor import opening
from telegram_ui.states import Editing
from telegram_ui.turn import Turn
from telegram_ui.understanding import read_name
from telegram_ui.views import editor as views
from telegram_ui.views.home import press_a_button

#: Rows whose names are compared with what was typed.
_KNOWN = 300


async def place(turn: Turn) -> dict[str, Any]:
    """What is remembered of where somebody is; empty for nothing."""
    form = (await turn.data()).get("form")
    return form if isinstance(form, dict) and "m" in form else {}


async def page_before(turn: Turn, module: Module) -> int:
    """The page of the module's list that was looked at last."""
    known = await place(turn)
    page = known.get("page") if known.get("m") == module.code else 0
    return page if isinstance(page, int) else 0


async def on_rows(_query: CallbackQuery, callback_data: RowsOf, turn: Turn) -> None:
    require_admin(turn)
    module = screens.module_of(callback_data.module)
    await show_rows(turn, module, callback_data.parent, callback_data.page)


async def show_rows(turn: Turn, module: Module, parent: str, page: int, *, toast: str = "") -> None:
    """What the list is of may be gone; then the menu of modules is shown."""
    require_admin(turn)
    if module.single is not None:
        await show_card(turn, module, module.single, toast=toast)
        return
    try:
        screen = await turn.run(screens.rows_screen, turn.actor, module, parent, page)
    except NotFound:
        await show_manage(turn, toast=toast or views.gone())
        return
    await turn.keep(at=Editing.looking, form={"m": module.code, "parent": parent, "page": page})
    await turn.show(screen, toast=toast)


async def show_card(turn: Turn, module: Module, row_id: int, *, toast: str = "", made: str = "") -> None:
    """``made``: the draft that the row was made from, remembered for a second tap. A row that is gone leads to its list."""
    require_admin(turn)
    page = await page_before(turn, module)
    try:
        screen, row = await turn.run(screens.card_screen, turn.actor, module, row_id, page)
    except NotFound:
        await show_gone(turn, module)
        return
    form = {"m": module.code, "parent": module.parent_of(row.values), "page": page, "row": row_id}
    await turn.keep(at=Editing.looking, form={**form, "made": made} if made else form)
    await turn.show(screen, toast=toast)


async def show_changed(
    turn: Turn, module: Module, row_id: int, said: str, stranded: Stranded, *, made: str = ""
) -> None:
    """The card under what was done; first the visits that this left without their time, where there are any."""
    if not stranded.count:
        await show_card(turn, module, row_id, toast=said, made=made)
        return
    page = await page_before(turn, module)
    try:
        row = await turn.run(get_row, actor=turn.actor, entity=module.entity, row_id=row_id)
    except NotFound:
        await show_gone(turn, module, toast=said)
        return
    form = {"m": module.code, "parent": module.parent_of(row.values), "page": page, "row": row_id}
    await turn.keep(at=Editing.looking, form={**form, "made": made} if made else form)
    await turn.show(stranded_screen(f"row:{module.code}:{row_id}", said, stranded, back=opening(module, row)))


async def show_gone(turn: Turn, module: Module, *, toast: str = "", stranded: Stranded = NOBODY) -> None:
    """The list that the row was in, as far as that is known; first the visits that its end left without their time."""
    known = await place(turn)
    parent = str(known.get("parent", "")) if known.get("m") == module.code else ""
    if stranded.count:
        back = RowsOf(module=module.code, parent=parent, page=await page_before(turn, module))
        await turn.keep(at=Editing.looking, form={"m": module.code, "parent": parent, "page": back.page})
        await turn.show(stranded_screen(f"rows:{module.code}:{parent}:0", toast, stranded, back=back))
        return
    if module.within and not parent:
        await show_manage(turn, toast=toast or views.gone())
        return
    await show_rows(turn, module, parent, await page_before(turn, module), toast=toast or views.gone())


async def typed_looking(turn: Turn, text: str) -> None:
    """On a list, the name of a row opens it; on a card, nothing is asked for."""
    require_admin(turn)
    known = await place(turn)
    module = screens.module_of(str(known.get("m")))
    if "row" in known:
        row_id = int(known["row"])
        if not await _ask_sure_again(turn, module, row_id, toast=press_a_button()):
            await show_card(turn, module, row_id, toast=views.press_a_button())
        return
    found = await turn.run(_named, turn.actor, module, str(known.get("parent", "")), text)
    if found is None:
        page = await page_before(turn, module)
        await show_rows(turn, module, str(known.get("parent", "")), page, toast=views.no_such_row())
    elif module.opens:
        row = await turn.run(get_row, actor=turn.actor, entity=module.entity, row_id=found)
        await show_rows(turn, screens.module_of(module.opens), module.key(row), 0)
    else:
        await show_card(turn, module, found)


async def _ask_sure_again(turn: Turn, module: Module, row_id: int, *, toast: str) -> bool:
    """The question whether a row is to go; ``False`` where it is not open."""
    kind, *rest = (await turn.menu.live())[1].split(":")
    acts = {act.value: act for act in (RowAct.ARCHIVE, RowAct.DELETE)}
    if kind != "sure" or rest[-1] not in acts:
        return False
    try:
        screen = await turn.run(screens.sure_screen, turn.actor, module, row_id, acts[rest[-1]])
    except NotFound:
        return False
    await turn.show(screen, toast=toast)
    return True


def _named(actor: Actor, module: Module, parent: str, text: str) -> int | None:
    """Synchronous."""
    look = screens.look_at(actor, module)
    where = {**module.where(look), **({module.within: parent} if module.within else {})}
    found = list_rows(actor=actor, entity=module.entity, where=where, order=module.order, limit=_KNOWN)
    return read_name(text, {row.id: module.names(row, look) for row in found.rows})


async def show_place(turn: Turn, *, toast: str) -> bool:
    """What is true now where somebody is; ``False`` where that is not in the editor's lists and cards."""
    known = await place(turn)
    if not turn.is_admin or known.get("m") not in BY_CODE:
        return False
    module = screens.module_of(str(known["m"]))
    if "row" in known:
        row_id = int(known["row"])
        if not await _ask_sure_again(turn, module, row_id, toast=toast):
            await show_card(turn, module, row_id, toast=toast)
    else:
        await show_rows(turn, module, str(known.get("parent", "")), await page_before(turn, module), toast=toast)
    return True
