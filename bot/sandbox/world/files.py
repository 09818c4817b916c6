"""Files sent by users and the bot."""

import re
import secrets
import struct
from dataclasses import dataclass, field
from pathlib import PurePath

from bot.sandbox.world.bot_api import Json, bad_request
from bot.sandbox.world.message_kinds import MESSAGE_KINDS

LARGEST_DOWNLOAD = 20 << 20  # bytes
LARGEST_PHOTO = 10 << 20
LARGEST_UPLOAD = 50 << 20
STUB_SIZE = (640, 480)
JPEG_FRAMES = frozenset(range(0xC0, 0xD0)) - {0xC4, 0xC8, 0xCC}
PICTURES = {
    b"\x89PNG\r\n\x1a\n": "image/png",
    b"GIF87a": "image/gif",
    b"GIF89a": "image/gif",
    b"\xff\xd8": "image/jpeg",
}
_name_unsafe = re.compile(r"[\x00-\x1f/\\]")


@dataclass(frozen=True, slots=True)
class File:
    kind: str  # a key of MESSAGE_KINDS
    path: str
    content: bytes
    name: str = ""
    content_type: str = ""
    url: str = ""  # given by the bot; the emulator doesn't fetch it
    size: tuple[int, int] = (0, 0)  # pixels, for a photo
    file_id: str = field(default_factory=lambda: f"AgAC{secrets.token_urlsafe(36)}")
    file_unique_id: str = field(default_factory=lambda: f"AQAD{secrets.token_urlsafe(9)}")

    def to_json(self) -> Json:
        return {"file_id": self.file_id, "file_unique_id": self.file_unique_id, "file_size": len(self.content)}


class Files:
    """All files, by id and by path."""

    def __init__(self) -> None:
        self._by_id: dict[str, File] = {}
        self._by_path: dict[str, File] = {}

    def photo(self, content: bytes, url: str = "") -> File:
        """Store a photo. Raises `ApiError` if it is too big or not an image."""
        if len(content) > LARGEST_PHOTO:
            raise bad_request("file is too big")
        size = STUB_SIZE if url else picture_size(content)
        if size is None:
            raise bad_request("IMAGE_PROCESS_FAILED")
        return self._keep(File("photo", f"photos/file_{len(self._by_id)}.jpg", content, url=url, size=size))

    def document(self, content: bytes, name: str, content_type: str, url: str = "") -> File:
        return self.media("document", content, name, content_type, url)

    def media(self, kind: str, content: bytes, name: str = "", content_type: str = "", url: str = "") -> File:
        """Store a file. As at Telegram, photos lose their file name."""
        if kind == "photo":
            return self.photo(content, url)
        if len(content) > LARGEST_UPLOAD:
            raise bad_request("file is too big")
        name = _name_unsafe.sub("_", name)
        place = MESSAGE_KINDS[kind]
        path = f"{place.folder}/file_{len(self._by_id)}{PurePath(name).suffix or place.suffix}"
        return self._keep(File(kind, path, content, name, content_type, url))

    def by_id(self, file_id: str) -> File | None:
        return self._by_id.get(file_id)

    def by_path(self, path: str) -> File | None:
        return self._by_path.get(path)

    def _keep(self, file: File) -> File:
        self._by_id[file.file_id] = self._by_path[file.path] = file
        return file


def photo_json(file: File) -> Json:
    width, height = file.size
    return {"photo": [file.to_json() | {"width": width, "height": height}]}


def document_json(file: File) -> Json:
    document = file.to_json()
    if file.name:
        document["file_name"] = file.name
    if file.content_type:
        document["mime_type"] = file.content_type
    return {"document": document}


def picture_type(content: bytes) -> str | None:
    """Return the media type of a PNG, GIF or JPEG, or None."""
    return next((kind for magic, kind in PICTURES.items() if content.startswith(magic)), None)


def picture_size(content: bytes) -> tuple[int, int] | None:
    """Return width and height of a PNG, GIF or JPEG, or None."""
    try:
        return _size(content)
    except (struct.error, IndexError):
        return None


def _size(content: bytes) -> tuple[int, int] | None:
    match picture_type(content):
        case "image/png":
            width, height = struct.unpack_from(">II", content, 16)
        case "image/gif":
            width, height = struct.unpack_from("<HH", content, 6)
        case "image/jpeg":
            height, width = struct.unpack_from(">HH", content, _jpeg_frame(content) + 5)
        case _:
            return None
    return width, height


def _jpeg_frame(content: bytes) -> int:
    """Return the offset of the segment that contains the size."""
    at = 2
    while content[at + 1] not in JPEG_FRAMES:
        (length,) = struct.unpack_from(">H", content, at + 2)
        at += 2 + length
    return at
