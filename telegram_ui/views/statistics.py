"""How business goes, as a picture and in words."""

from collections.abc import Sequence
from datetime import date

from babel.numbers import format_compact_decimal, format_decimal
from django.utils.translation import gettext as _

from bookings.read_models import CompanyCard, Figures, StatisticsRow, Text
from telegram_ui.pictures.charts import Bar, Chart, Panel, Row
from telegram_ui.views.figures import percent, period
from telegram_ui.views.format import locale, money, plain, weekday_titles

_REVENUE, _OCCUPANCY, _VISITS, _MISSED = "#2f6fed", "#12a150", "#8593a8", "#e5484d"
#: Specialists in the comparison; the rest have pictures of their own.
COMPARED = 8
#: Of a month, so many days have their number written, counted in fives.
_EACH = 5


def chart(
    total: Figures,
    days: Sequence[StatisticsRow],
    people: Sequence[StatisticsRow],
    *,
    company: CompanyCard,
    first: date,
    last: date,
    month: bool,
    specialist: Text | None,
) -> Chart:
    """``people``: to be compared, nobody where the picture is of one ``specialist``."""
    labels = [_label(row.day or first, month=month) for row in days]
    told = [row.figures for row in days]
    whose = plain(specialist) if specialist else _("all specialists")
    return Chart(
        title=plain(company.name),
        subtitle=f"{period(first, last, month=month)} · {whose}",
        panels=(
            Panel(
                _("Revenue"), money(total.revenue, company.currency), (_REVENUE, _REVENUE),
                tuple(Bar(label, float(each.revenue), _compact(float(each.revenue))) for label, each in zip(labels, told, strict=True)),
            ),
            Panel(
                _("Occupancy"), percent(total.occupancy), (_OCCUPANCY, _OCCUPANCY),
                tuple(
                    Bar(label, each.occupancy or 0, percent(each.occupancy) if each.occupancy else "")
                    for label, each in zip(labels, told, strict=True)
                ),
                whole=1,
            ),
            Panel(
                _("Visits"), format_decimal(total.booked, locale=locale()), (_VISITS, _MISSED),
                tuple(
                    Bar(label, each.booked, str(each.booked) if each.booked else "", part=each.no_shows)
                    for label, each in zip(labels, told, strict=True)
                ),
                legend=(_("in all"), _("did not come")),
            ),
        ),
        rows_title=_("Specialists"),
        rows=tuple(_row(row, company.currency) for row in _first(people)),
        rows_colour=_OCCUPANCY,
        empty=_("nothing yet"),
    )  # fmt: skip


def _first(people: Sequence[StatisticsRow]) -> list[StatisticsRow]:
    """Who brought most, or is booked most."""
    return sorted(people, key=lambda row: (-row.figures.revenue, -row.figures.booked, row.id or 0))[:COMPARED]


def _row(row: StatisticsRow, currency: str) -> Row:
    figures = row.figures
    missed = _("did not come: %(count)d") % {"count": figures.no_shows}
    text = f"{percent(figures.occupancy)} · {money(figures.revenue, currency)} · {missed}"
    return Row(plain(row.name or ""), figures.occupancy or 0, text)


def _label(day: date, *, month: bool) -> str:
    if not month:
        return f"{weekday_titles()[day.weekday()]} {day.day}"
    return str(day.day) if day.day == 1 or day.day % _EACH == 0 else ""


def _compact(amount: float) -> str:
    """“13.5K”: over a bar there is no room for more."""
    return str(format_compact_decimal(amount, locale=locale(), fraction_digits=1)) if amount else ""
