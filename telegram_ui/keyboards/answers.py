"""Which buttons of a screen can be said in words as well: yes, no, back."""

from django.utils.translation import gettext as _

from telegram_ui.screen import Screen

YES, NO, BACK = "yes", "no", "back"


def sayable(screen: Screen) -> dict[str, str]:
    """What the buttons carry, by what is said instead. A question has its yes first and its no first in the last row."""
    if screen.keyboard is None:
        return {}
    rows = screen.keyboard.inline_keyboard
    found = {}
    back = next((one for row in rows for one in row if one.text == _("‹ Back")), None)
    if back is not None:
        found[BACK] = back.callback_data
    if screen.asks:
        found |= {YES: rows[0][0].callback_data, NO: rows[-1][0].callback_data}
    return {said: data for said, data in found.items() if data}
