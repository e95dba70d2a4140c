"""The admin's menu of modules."""

from telegram_ui.keyboards import manage as keyboards
from telegram_ui.screen import Screen
from telegram_ui.turn import Outdated, Turn
from telegram_ui.views import manage as views, staff as staff_views


def require_admin(turn: Turn) -> None:
    """Before anything is shown or asked for; the services ask again. Raises Outdated."""
    if not turn.is_admin:
        raise Outdated(staff_views.staff_only())


async def show_manage(turn: Turn, *, toast: str = "") -> None:
    require_admin(turn)
    await turn.keep(at=None, form=None)
    await turn.show(Screen("manage", views.manage(), keyboards.manage()), toast=toast)
