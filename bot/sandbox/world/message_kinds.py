"""The kinds of message content, and Telegram's names for them.

Source: tdlib/td, MessageContent.cpp, can_send_message_content; FileType.cpp; MessageContentType.cpp.
"""

from collections.abc import Mapping
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class MessageKind:
    """`file`, `folder` and `suffix` are empty for content that is not a file."""

    plural: str  # in the error for missing rights
    label: str  # on the chat page
    file: str = ""  # in the error for a wrong file id
    folder: str = ""
    suffix: str = ""
    has_caption: bool = False


MESSAGE_KINDS: Mapping[str, MessageKind] = {
    "text": MessageKind("text messages", "Text"),
    "photo": MessageKind("photos", "Photo", "Photo", "photos", ".jpg", has_caption=True),
    "document": MessageKind("documents", "Document", "Document", "documents", ".bin", has_caption=True),
    "video": MessageKind("videos", "🎬 Video", "Video", "videos", ".mp4", has_caption=True),
    "animation": MessageKind("animations", "🎞 Animation", "Animation", "animations", ".mp4", has_caption=True),
    "audio": MessageKind("music", "🎵 Audio", "Audio", "music", ".mp3", has_caption=True),
    "voice": MessageKind("voice notes", "🎤 Voice message", "VoiceNote", "voice", ".oga", has_caption=True),
    "video_note": MessageKind("video notes", "⏺ Video message", "VideoNote", "video_notes", ".mp4"),
    "sticker": MessageKind("stickers", "Sticker", "Sticker", "stickers", ".webp"),
    "poll": MessageKind("polls", "📊 Poll"),
    "location": MessageKind("locations", "📍 Location"),
    "venue": MessageKind("venues", "📍 Place"),
    "contact": MessageKind("contacts", "👤 Contact"),
    "dice": MessageKind("dice", "Dice"),
}
IN_ALBUMS = frozenset({"photo", "video", "document", "audio"})
UNMIXED_IN_ALBUMS = frozenset({"document", "audio"})  # albums of these have a single kind
EDITABLE = frozenset({"photo", "video", "document", "audio", "animation"})
