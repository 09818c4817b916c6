"""The kinds of content that a message can have, and what Telegram calls them.

Source: tdlib/td, MessageContent.cpp, can_send_message_content; FileType.cpp; MessageContentType.cpp.
"""

from collections.abc import Mapping
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Kind:
    """`file`, `folder` and `suffix` are empty where the content is no file."""

    plural: str  # as a refusal for missing rights names it
    label: str  # as the chat page shows it
    file: str = ""  # as a refusal of a file's identifier names it
    folder: str = ""
    suffix: str = ""
    has_caption: bool = False


KINDS: Mapping[str, Kind] = {
    "text": Kind("text messages", "Text"),
    "photo": Kind("photos", "Photo", "Photo", "photos", ".jpg", has_caption=True),
    "document": Kind("documents", "Document", "Document", "documents", ".bin", has_caption=True),
    "video": Kind("videos", "🎬 Video", "Video", "videos", ".mp4", has_caption=True),
    "animation": Kind("animations", "🎞 Animation", "Animation", "animations", ".mp4", has_caption=True),
    "audio": Kind("music", "🎵 Audio", "Audio", "music", ".mp3", has_caption=True),
    "voice": Kind("voice notes", "🎤 Voice message", "VoiceNote", "voice", ".oga", has_caption=True),
    "video_note": Kind("video notes", "⏺ Video message", "VideoNote", "video_notes", ".mp4"),
    "sticker": Kind("stickers", "Sticker", "Sticker", "stickers", ".webp"),
    "poll": Kind("polls", "📊 Poll"),
    "location": Kind("locations", "📍 Location"),
    "venue": Kind("venues", "📍 Place"),
    "contact": Kind("contacts", "👤 Contact"),
    "dice": Kind("dice", "Dice"),
}
IN_ALBUMS = frozenset({"photo", "video", "document", "audio"})
ALONE_IN_ALBUMS = frozenset({"document", "audio"})  # go together with their own kind only
EDITABLE = frozenset({"photo", "video", "document", "audio", "animation"})
