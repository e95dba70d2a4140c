"""Photos that people send, as a photo or as a file."""

from io import BytesIO

from aiogram.types import Document, Message, PhotoSize

from bookings.services.specialist_photo import require_size
from telegram_ui.turn import Turn


def photo_in(message: Message) -> PhotoSize | Document | None:
    """The largest size of the photo, or the file that says it is one."""
    if message.photo:
        return message.photo[-1]
    document = message.document
    return document if document is not None and (document.mime_type or "").startswith("image/") else None


async def download(turn: Turn, file: PhotoSize | Document) -> bytes:
    """Raises InvalidFields: it is larger than any photo that is taken. TelegramAPIError."""
    await turn.run(require_size, file.file_size or 0)
    content = BytesIO()
    await turn.bot.download(file, destination=content)
    return content.getvalue()
