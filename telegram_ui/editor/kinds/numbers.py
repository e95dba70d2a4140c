"""Numbers, money, lengths of time."""

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal
from html import escape
from typing import Any

from babel.numbers import format_percent
from django.utils.translation import gettext as _

from bookings.enums import DiscountKind
from telegram_ui.editor.kinds.base import Kind, NotUnderstood, Option, not_understood
from telegram_ui.editor.look import Look
from telegram_ui.editor.parsing import is_negative, read_amount, read_minutes, read_minutes_list, read_number
from telegram_ui.views.format import currency_sign, duration, locale, long_period, price

#: What the databases hold of the smallest numbers, and of amounts.
_HIGHEST, _TOO_MUCH = 32_767, Decimal(10) ** 8


def too_much() -> str:
    """For what no salon has, but people type."""
    return _("That is too much.")


def _wrong(text: str) -> str:
    """Why a text that cannot be read as a value is none."""
    if is_negative(text):
        return _("That is below zero.")
    return too_much() if text.strip().isdecimal() else not_understood()


@dataclass(frozen=True, slots=True)
class Number(Kind):
    """A whole number, 0 or ``least`` at the lowest. ``offered`` stand on buttons. ``days``: it is a number of days."""

    offered: tuple[int, ...] = ()
    days: bool = False
    least: int = 0

    def show(self, value: Any, look: Look) -> str:
        if value is None:
            return ""
        return long_period(value * 24 * 60) if self.days and value else str(value)

    def ask(self, look: Look) -> str:
        low, high = self._low(look), look.bounds.high
        if high is None:  # how much a database holds is nothing to tell
            return _("Type a whole number, %(low)s or more.") % {"low": low}
        return _("Type a whole number from %(low)s to %(high)s.") % {"low": low, "high": high}

    def _low(self, look: Look) -> int:
        return max(look.bounds.low or 0, self.least)

    def read(self, text: str, old: Any, look: Look) -> int:
        number = read_number(text)
        if number is None:
            raise NotUnderstood(_wrong(text))
        low, high = self._low(look), look.bounds.high
        if number < low:
            raise NotUnderstood(_("That is too little: %(low)s at least.") % {"low": low})
        if high is not None and number > high:
            raise NotUnderstood(_("That is too much: %(high)s at most.") % {"high": high})
        if number > _HIGHEST:
            raise NotUnderstood(too_much())
        return number

    def options(self, value: Any, look: Look) -> Sequence[Option]:
        return [Option(str(one), self.show(one, look), one == value) for one in self.offered]

    def pick(self, code: str, old: Any, look: Look) -> int:
        return self.read(code, old, look)


@dataclass(frozen=True, slots=True)
class Money(Kind):
    """``zero``: what no money means, where it is not that something is free."""

    zero: Any = ""

    def show(self, value: Any, look: Look) -> str:
        if value is not None and not value and self.zero:
            return str(self.zero)
        return "" if value is None else price(value, look.currency)

    def ask(self, look: Look) -> str:
        sign = escape(currency_sign(look.currency), quote=False)
        return _("Type the amount (%(currency)s): 1500 or 49.90.") % {"currency": sign}

    def read(self, text: str, old: Any, look: Look) -> Decimal:
        amount = read_amount(text)
        if amount is None:
            raise NotUnderstood(_wrong(text))
        if amount >= _TOO_MUCH:
            raise NotUnderstood(too_much())
        return amount

    def dump(self, value: Any) -> Any:
        return None if value is None else str(value)

    def load(self, told: Any) -> Any:
        return None if told is None else Decimal(told)


@dataclass(frozen=True, slots=True)
class Discount(Money):
    """Percent, or an amount, as the row's ``kind`` says."""

    def show(self, value: Any, look: Look) -> str:
        if value is not None and _is_percent(look):
            return str(format_percent(value / 100, locale=locale(), decimal_quantization=False))
        return Money.show(self, value, look)

    def ask(self, look: Look) -> str:
        return _("Type the percentage: 10.") if _is_percent(look) else Money.ask(self, look)

    def read(self, text: str, old: Any, look: Look) -> Decimal:
        return Money.read(self, text.replace("%", "").strip(), old, look)


def _is_percent(look: Look) -> bool:
    return bool(look.values.get("kind") == DiscountKind.PERCENT)


@dataclass(frozen=True, slots=True)
class Minutes(Kind):
    """``offered``: minutes on buttons. ``none``: what it means that there is no value, or nothing."""

    offered: tuple[int, ...] = ()

    def show(self, value: Any, look: Look) -> str:
        return "" if value is None else _length(value)

    def ask(self, look: Look) -> str:
        text = _("Type how long: 90, 1h 30m or 1:30.")
        if look.bounds.low and look.bounds.high:
            text += " " + self._range(look)
        return text

    @staticmethod
    def _range(look: Look) -> str:
        return _("From %(low)s to %(high)s.") % {
            "low": _length(look.bounds.low or 0),
            "high": _length(look.bounds.high),
        }

    def read(self, text: str, old: Any, look: Look) -> int:
        minutes = read_minutes(text)
        low, high = look.bounds.low or 0, look.bounds.high or 2**31 - 1
        if minutes is None:
            raise NotUnderstood(_wrong(text))
        if not low <= minutes <= high:
            raise NotUnderstood(self._range(look) if look.bounds.high else too_much())
        return minutes

    def options(self, value: Any, look: Look) -> Sequence[Option]:
        return [Option(str(one), _length(one), one == value) for one in self.offered]

    def pick(self, code: str, old: Any, look: Look) -> int:
        return self.read(code, old, look)


@dataclass(frozen=True, slots=True)
class MinutesList(Kind):
    """Several lengths of time, longest first."""

    def show(self, value: Any, look: Look) -> str:
        return ", ".join(_length(one) for one in sorted(value or (), reverse=True))

    def ask(self, look: Look) -> str:
        return _("Type them with commas between: 1 day, 2 hours.")

    def read(self, text: str, old: Any, look: Look) -> list[int]:
        found = read_minutes_list(text)
        if found is None:
            raise NotUnderstood(_wrong(text))
        return found

    def empty(self, old: Any, look: Look) -> list[int]:
        return []


def _length(minutes: int) -> str:
    """Whole days by their number, else hours and minutes."""
    if not minutes:
        return _("none")
    return long_period(minutes) if minutes >= 24 * 60 and minutes % (24 * 60) == 0 else duration(minutes)
