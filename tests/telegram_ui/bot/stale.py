"""The ways to where things have changed."""

from tests.telegram_ui.bot.walk import Walk


async def to_confirm(walk: Walk) -> None:
    await walk.say("/start")
    await walk.tap("📅 Book a visit")
    await walk.tap("Haircut")
    await walk.tap("Tomorrow", " 10:00")
