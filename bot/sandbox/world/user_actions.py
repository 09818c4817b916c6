"""Messages that users send. Each action queues the update that Telegram would send."""

from abc import ABC, abstractmethod
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from bot.sandbox.world import media
from bot.sandbox.world.accounts import UserAccount
from bot.sandbox.world.bot_api import Json
from bot.sandbox.world.entities import LONGEST_TEXT, FormattedText, sorted_entities, trimmed, with_detected_entities
from bot.sandbox.world.message_kinds import IN_ALBUMS
from bot.sandbox.world.messages import Content, Extras, Message
from bot.sandbox.world.server_state import NO_EXTRAS, ServerState

PIXEL = (  # a default image
    b"\x89PNG\r\n\x1a\n\x00\x00\x00\rIHDR\x00\x00\x00\x01\x00\x00\x00\x01\x08\x06\x00\x00\x00\x1f\x15\xc4\x89"
    b"\x00\x00\x00\rIDATx\x9cc\x00\x01\x00\x00\x05\x00\x01\r\n-\xb4\x00\x00\x00\x00IEND\xaeB`\x82"
)
MINSK = (53.9, 27.5667)


@dataclass(frozen=True, slots=True)
class AlbumItem:
    """One file of an album."""

    kind: str = "photo"  # or video, document, audio
    content: bytes = PIXEL
    name: str = ""
    caption: str = ""


class UserActions(ABC):
    """The part of a conversation that sends. In a group each action names its user with `by`."""

    def __init__(self, state: ServerState) -> None:
        self._state = state

    def says(
        self,
        text: str,
        *,
        by: UserAccount | None = None,
        reply_to: Message | None = None,
        entities: Iterable[Json] = (),
        thread: int = 0,
    ) -> Message:
        """Send a text. Commands, mentions and links become entities, as at Telegram.

        `entities` is the user's own formatting: see `entities.make_entity`.
        """
        return self._post(by, Content(typed(text, entities)), reply_to, Extras(thread=thread))

    def replies_to(self, message: Message, text: str, *, by: UserAccount | None = None) -> Message:
        return self.says(text, by=by, reply_to=message)

    def sends_photo(self, content: bytes = PIXEL, caption: str = "", *, by: UserAccount | None = None) -> Message:
        return self._send_file(AlbumItem("photo", content, caption=caption), by)

    def sends_document(
        self, name: str = "notes.txt", content: bytes = b"notes", caption: str = "", *, by: UserAccount | None = None
    ) -> Message:
        return self._send_file(AlbumItem("document", content, name, caption), by)

    def sends_video(self, content: bytes = b"video", caption: str = "", *, by: UserAccount | None = None) -> Message:
        return self._send_file(AlbumItem("video", content, "video.mp4", caption), by)

    def sends_voice(self, content: bytes = b"voice", *, by: UserAccount | None = None) -> Message:
        return self._send_file(AlbumItem("voice", content), by)

    def sends_sticker(self, emoji: str = "👍", *, by: UserAccount | None = None) -> Message:
        file = self._state.files.media("sticker", b"sticker")
        return self._post(by, Content(media=media.of_file(file, emoji=emoji)))

    def sends_album(
        self, items: Sequence[AlbumItem] = (AlbumItem(), AlbumItem()), *, by: UserAccount | None = None
    ) -> list[Message]:
        """Send files as one album: an update for each, with the same `media_group_id`."""
        if not all(item.kind in IN_ALBUMS for item in items):
            raise ValueError(f"an album is made of {sorted(IN_ALBUMS)}")
        extras = Extras(album=media.album_id())
        return [self._send_file(item, by, extras) for item in items]

    def sends_location(
        self, latitude: float = MINSK[0], longitude: float = MINSK[1], *, by: UserAccount | None = None
    ) -> Message:
        return self._post(by, Content(media=media.location(latitude, longitude)))

    def sends_contact(
        self, phone_number: str = "+375000000000", of: UserAccount | None = None, *, by: UserAccount | None = None
    ) -> Message:
        """Send a contact, by default the sender's own as with a "share my number" button."""
        owner = of or self._actor(by)
        sent = media.contact(phone_number, owner.first_name, last_name=owner.last_name, user_id=owner.id)
        return self._post(by, Content(media=sent))

    def sends_poll(
        self, question: str = "Tea?", options: Sequence[str] = ("Yes", "No"), *, by: UserAccount | None = None
    ) -> Message:
        answers: list[Json] = [{"text": option} for option in options]
        return self._post(by, Content(media=media.poll(question, answers)))

    def forwards(
        self,
        what: Message | str,
        origin: Json | None = None,
        *,
        keyboard: Json | None = None,
        by: UserAccount | None = None,
    ) -> Message:
        """Forward a message, or a text from another chat.

        `origin` comes from `message_origins.py`; a message has its own by default. The keyboard is kept only if all
        its buttons are links.
        """
        if isinstance(what, str):
            if origin is None:
                raise ValueError("a text from elsewhere: say its origin")
            return self._post(by, Content(typed(what)), extras=Extras(_forwarded_keyboard(keyboard), origin))
        if what.options.get("protect_content"):
            raise ValueError("Telegram's clients forward nothing that is protected")
        kept = _forwarded_keyboard(keyboard or what.keyboard)
        return self._post(by, what.content, extras=Extras(kept, origin or what.forward_origin()))

    def _send_file(self, item: AlbumItem, by: UserAccount | None, extras: Extras = NO_EXTRAS) -> Message:
        file = self._state.files.media(item.kind, item.content, item.name, "application/octet-stream")
        return self._post(by, Content(typed(item.caption), media.of_file(file)), extras=extras)

    @abstractmethod
    def _post(
        self, by: UserAccount | None, content: Content, reply_to: Message | None = None, extras: Extras = NO_EXTRAS
    ) -> Message:
        """Add the message to the chat and queue the update."""

    @abstractmethod
    def _actor(self, by: UserAccount | None) -> UserAccount:
        """Return the acting user: `by`, or the user of a private chat."""


def typed(text: str, entities: Iterable[Json] = ()) -> FormattedText:
    formatted = with_detected_entities(trimmed(FormattedText(text, sorted_entities(entities))))
    if formatted.length > LONGEST_TEXT:
        raise ValueError(f"Telegram's clients send no text over {LONGEST_TEXT} characters")
    return formatted


def _forwarded_keyboard(keyboard: Json | None) -> Json | None:
    rows = keyboard["inline_keyboard"] if keyboard else []
    return keyboard if rows and all("url" in button for row in rows for button in row) else None
