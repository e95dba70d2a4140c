"""What is done with a row as a whole: opened, archived, brought back, deleted."""

from functools import partial
from typing import Any

from aiogram.types import CallbackQuery

from bookings.exceptions import NotFound
from bookings.services.resources.reading import get_row, unchanged
from bookings.services.resources.refusals import InUse, RowChanged
from bookings.services.resources.removal import archive, remove
from bookings.services.resources.writing import update
from telegram_ui.callbacks import OnRow, RowAct
from telegram_ui.editor.module import Module
from telegram_ui.handlers.admin.clashes import NOBODY
from telegram_ui.handlers.admin.editor import screens
from telegram_ui.handlers.admin.editor.showing import show_card, show_changed, show_gone
from telegram_ui.handlers.admin.manage import require_admin
from telegram_ui.turn import Outdated, Turn
from telegram_ui.views import editor as views


async def on_row(_query: CallbackQuery, callback_data: OnRow, turn: Turn) -> None:
    require_admin(turn)
    module, row_id = screens.module_of(callback_data.module), callback_data.row_id
    try:
        await _act(turn, module, row_id, callback_data.act, callback_data.mark)
    except NotFound:
        await show_gone(turn, module)
    except RowChanged:
        await show_card(turn, module, row_id, toast=views.changed())


async def _act(turn: Turn, module: Module, row_id: int, act: RowAct, mark: str) -> None:
    if act in (RowAct.ASK_ARCHIVE, RowAct.ASK_DELETE):
        done = RowAct.ARCHIVE if act == RowAct.ASK_ARCHIVE else RowAct.DELETE
        _require(module, done)
        await turn.show(await turn.run(screens.sure_screen, turn.actor, module, row_id, done))
    elif act in (RowAct.ARCHIVE, RowAct.RESTORE):
        _require(module, act)
        await _switch(turn, module, row_id, active=act == RowAct.RESTORE, mark=mark)
    elif act == RowAct.DELETE:
        _require(module, act)
        await _delete(turn, module, row_id, mark)
    elif act == RowAct.PREVIEW:
        await turn.show(await turn.run(screens.preview_screen, turn.actor, module, row_id))
    else:
        await show_card(turn, module, row_id)


def _require(module: Module, act: RowAct) -> None:
    """Raises Outdated for what the module's rows do not know."""
    if not module.new or (act != RowAct.DELETE and not module.entity.can_be_archived):
        raise Outdated


async def _switch(turn: Turn, module: Module, row_id: int, *, active: bool, mark: str) -> None:
    """A second tap finds it done, and says the same."""
    row = await turn.run(get_row, actor=turn.actor, entity=module.entity, row_id=row_id)
    stranded = NOBODY
    if row.is_active != active:
        of: dict[str, Any] = {
            "actor": turn.actor, "entity": module.entity, "row_id": row_id, "expect": unchanged(mark),
        }  # fmt: skip
        change = partial(update, values={"is_active": True}, **of) if active else partial(archive, **of)
        _done, stranded = await turn.run(screens.changing, turn.actor, module, row_id, row.values, change)
    said = views.restored() if active else views.archived()
    await show_changed(turn, module, row_id, said, stranded)


async def _delete(turn: Turn, module: Module, row_id: int, mark: str) -> None:
    """What is needed elsewhere stays, and may be archived."""
    row = await turn.run(get_row, actor=turn.actor, entity=module.entity, row_id=row_id)
    change = partial(remove, actor=turn.actor, entity=module.entity, row_id=row_id, expect=unchanged(mark))
    try:
        _done, stranded = await turn.run(screens.changing, turn.actor, module, row_id, row.values, change)
    except InUse as error:
        used_by = error.details.get("used_by")
        known = {str(name): int(count) for name, count in used_by.items()} if isinstance(used_by, dict) else {}
        await turn.show(await turn.run(screens.in_use_screen, turn.actor, module, row_id, known))
        return
    await show_gone(turn, module, toast=views.deleted(), stranded=stranded)
