"""Which buttons of the editor lead where."""

from aiogram import Router

from telegram_ui.callbacks import AskField, NewRow, OnNew, OnRow, PickNew, RowsOf, SetField
from telegram_ui.handlers.admin.editor.acting import on_row
from telegram_ui.handlers.admin.editor.asking import on_ask, on_set
from telegram_ui.handlers.admin.editor.making import on_new, on_pick, on_step
from telegram_ui.handlers.admin.editor.showing import on_rows


def router() -> Router:
    router = Router(name="admin-editor")
    router.callback_query.register(on_rows, RowsOf.filter())
    router.callback_query.register(on_row, OnRow.filter())
    router.callback_query.register(on_ask, AskField.filter())
    router.callback_query.register(on_set, SetField.filter())
    router.callback_query.register(on_new, NewRow.filter())
    router.callback_query.register(on_pick, PickNew.filter())
    router.callback_query.register(on_step, OnNew.filter())
    return router
