"""Files that were sent: in memory, or in a folder so that a restart keeps them."""

import mimetypes
import secrets
import struct
from collections import OrderedDict
from dataclasses import asdict, dataclass
from pathlib import Path

from telegram_ui.playground.errors import JsonDict

_MEMORY_LIMIT = 256 * 1024 * 1024
_MARKER = 0xFF
_FRAME_HEADERS = frozenset(range(0xC0, 0xD0)) - {0xC4, 0xC8, 0xCC}


@dataclass(frozen=True, slots=True)
class StoredFile:
    file_id: str
    file_unique_id: str
    name: str
    mime_type: str
    size: int
    path: str
    width: int = 0
    height: int = 0

    def as_json(self) -> JsonDict:
        return asdict(self)

    def as_file(self) -> JsonDict:
        """The Bot API's ``File``."""
        return {
            "file_id": self.file_id, "file_unique_id": self.file_unique_id,
            "file_size": self.size, "file_path": self.path,
        }  # fmt: skip


class FileStore:
    """``folder=None`` keeps at most 256 MiB in memory and forgets the oldest files first."""

    def __init__(self, folder: Path | None) -> None:
        self._folder = folder
        self._data: OrderedDict[str, bytes] = OrderedDict()
        self._held = 0
        self.files: dict[str, StoredFile] = {}
        self._by_path: dict[str, StoredFile] = {}

    def add(self, data: bytes, name: str, mime_type: str, *, photo: bool = False) -> StoredFile:
        unique = secrets.token_hex(8)
        mime = mime_type or mimetypes.guess_type(name)[0] or "application/octet-stream"
        extension = Path(name).suffix[:10] or mimetypes.guess_extension(mime) or ""
        width, height = image_size(data) or (0, 0)
        path = f"{'photos' if photo else 'documents'}/{unique}{extension if extension.isascii() else ''}"
        stored = StoredFile(f"PG{secrets.token_urlsafe(24)}", unique, name, mime, len(data), path, width, height)
        self.remember(stored)
        if self._folder is None:
            self._data[stored.file_unique_id] = data
            self._held += len(data)
            while self._held > _MEMORY_LIMIT and len(self._data) > 1:
                self._held -= len(self._data.popitem(last=False)[1])
        else:
            self._folder.mkdir(parents=True, exist_ok=True)
            (self._folder / unique).write_bytes(data)
        return stored

    def remember(self, stored: StoredFile) -> None:
        self.files[stored.file_id] = stored
        self._by_path[stored.path] = stored

    def by_path(self, path: str) -> StoredFile | None:
        return self._by_path.get(path)

    def read(self, stored: StoredFile) -> bytes | None:
        if self._folder is None:
            return self._data.get(stored.file_unique_id)
        file = self._folder / stored.file_unique_id
        return file.read_bytes() if file.exists() else None


def image_size(data: bytes) -> tuple[int, int] | None:
    """Width and height of a PNG, GIF, JPEG or WebP; ``None`` for anything else."""
    if data.startswith(b"\x89PNG\r\n\x1a\n") and len(data) >= 24:  # noqa: PLR2004 - end of the IHDR sizes
        width, height = struct.unpack(">II", data[16:24])
        return width, height
    if data[:6] in {b"GIF87a", b"GIF89a"} and len(data) >= 10:  # noqa: PLR2004 - logical screen size
        width, height = struct.unpack("<HH", data[6:10])
        return width, height
    if data.startswith(b"\xff\xd8"):
        return _jpeg_size(data)
    if data[:4] == b"RIFF" and data[8:12] == b"WEBP" and len(data) >= 30:  # noqa: PLR2004 - the VP8X canvas
        return _webp_size(data)
    return None


def _jpeg_size(data: bytes) -> tuple[int, int] | None:
    position = 2
    while position + 9 < len(data):
        if data[position] != _MARKER:
            return None
        marker = data[position + 1]
        if marker in _FRAME_HEADERS:
            height, width = struct.unpack(">HH", data[position + 5 : position + 9])
            return width, height
        if marker == _MARKER:
            position += 1
            continue
        position += 2 + int(struct.unpack(">H", data[position + 2 : position + 4])[0])
    return None


def _webp_size(data: bytes) -> tuple[int, int] | None:
    kind = data[12:16]
    if kind == b"VP8X":
        return int.from_bytes(data[24:27], "little") + 1, int.from_bytes(data[27:30], "little") + 1
    if kind == b"VP8L":
        bits = int.from_bytes(data[21:25], "little")
        return (bits & 0x3FFF) + 1, ((bits >> 14) & 0x3FFF) + 1
    if kind == b"VP8 ":
        width, height = struct.unpack("<HH", data[26:30])
        return width & 0x3FFF, height & 0x3FFF
    return None
