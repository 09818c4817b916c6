"""Replies: what a handler sends to the chat of its update. They are queued, and sent after the commit."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Unpack

from telegram import (
    Animation,
    Audio,
    Document,
    InputMediaAudio,
    InputMediaDocument,
    InputMediaPhoto,
    InputMediaVideo,
    InputPollOption,
    Message,
    PhotoSize,
    Sticker,
    Update,
    Video,
    VideoNote,
    Voice,
)
from telegram.constants import ParseMode

from bot.framework.calls import FileInput, Media, api_call, named_file
from bot.framework.screen import Screen
from bot.framework.send_options import (
    AlbumOptions,
    ContactOptions,
    FileOptions,
    PlaceOptions,
    PollOptions,
    SendOptions,
    SoundOptions,
    TextOptions,
    VideoOptions,
)
from bot.framework.split import split_html, split_plain, split_screen
from bot.messages import OnSent, Outgoing, Text, inline_keyboard

AlbumItem = InputMediaAudio | InputMediaDocument | InputMediaPhoto | InputMediaVideo
NO_CHAT = 0  # the lane of calls for an update that has neither chat nor user


@dataclass(frozen=True, slots=True)
class Destination:
    """The chat and topic of an update, and in a group the message to reply to."""

    chat_id: int
    thread_id: int | None
    reply_to: int | None

    @classmethod
    def of(cls, update: Update) -> "Destination | None":
        """The destination of replies to an update; None if it has no chat."""
        chat, message = update.effective_chat, update.effective_message
        if chat is None:
            return None
        whole = message if isinstance(message, Message) else None
        return cls(
            chat.id,
            thread_id=whole.message_thread_id if whole is not None and whole.is_topic_message else None,
            reply_to=whole.message_id if whole is not None and chat.type != chat.PRIVATE else None,
        )

    def text(self, screen: Screen) -> Text:
        """A screen as a message to there."""
        return Text(self.chat_id, screen.text, screen.keyboard, self.thread_id, self.reply_to)

    def parameters(self) -> dict[str, object]:
        """The destination as parameters of a method that sends."""
        reply_to = {"message_id": self.reply_to, "allow_sending_without_reply": True}
        return {
            "chat_id": self.chat_id,
            "message_thread_id": self.thread_id,
            "reply_parameters": None if self.reply_to is None else reply_to,
        }


class MessageQueue:
    """Queues messages and calls for one update, in its transaction."""

    incoming: Update
    outgoing: list[Outgoing]

    def send(self, message: Outgoing) -> None:
        """Queue a message."""
        self.outgoing.append(message)

    def call(self, method: str, /, *, on_sent: OnSent | None = None, **parameters: object) -> None:
        """Queue any method of the Bot API: `context.call("sendPhoto", chat_id=1001, photo=Path("cat.jpg"))`.

        Parameters have the Bot API's names and may be python-telegram-bot's types, times, and files: bytes, paths and
        open files, which are read now and kept in the outbox. `send_photo` works, too. The call is made once the
        update's transaction is committed, again if a crash interrupts it, and becomes a dead letter if it is refused.
        `on_sent` names a function in `Feature.sent` that gets Telegram's result, such as the new message's id.
        Raises InvalidCallError for what can't be sent, and OSError for a file that can't be read.
        Source: Bot API, "Available methods".
        """
        self._queue(method, {**parameters, "on_sent": on_sent})

    def _queue(self, method: str, parameters: Mapping[str, object]) -> None:
        chat, user = self.incoming.effective_chat, self.incoming.effective_user
        lane = chat.id if chat is not None else user.id if user is not None else NO_CHAT
        on_sent = parameters.get("on_sent")
        given = {name: value for name, value in parameters.items() if name != "on_sent"}
        self.send(api_call(lane, method, given, on_sent if isinstance(on_sent, OnSent) else None))


class Replies(MessageQueue):
    """Sends to the update's chat and topic; in a group, as a reply.

    An update without a chat, such as an inline query, gets no reply. Options are the Bot API's parameters.
    """

    def reply(self, text: Screen | str, **options: Unpack[TextOptions]) -> None:
        """Send a screen, or a text. A text is plain unless `parse_mode` or `entities` is given.

        The text of a screen is HTML. `context.texts.html(key, name=name)` escapes its arguments; anything else that
        people wrote needs `html.escape`. What is too long for one message becomes several, the last one with the
        buttons and `on_sent`; only a text with entities or Markdown can't be split. Source: Bot API, sendMessage.
        """
        to = Destination.of(self.incoming)
        if isinstance(text, Screen) and not options and to is not None:
            for part in split_screen(text):
                self.send(to.text(part))
            return
        call = text_parameters(text) | {**options}
        *before, last = _pieces(call)
        for piece in before:
            self._reply("sendMessage", call | {"text": piece, "reply_markup": None, "on_sent": None})
        self._reply("sendMessage", call | {"text": last})

    def reply_photo(self, photo: FileInput | PhotoSize, **options: Unpack[FileOptions]) -> None:
        """Send a photo, up to 10 MB. Source: Bot API, sendPhoto."""
        self._reply_file("sendPhoto", "photo", photo, {**options})

    def reply_document(self, document: FileInput | Document, **options: Unpack[FileOptions]) -> None:
        """Send a file, up to 50 MB, like all but photos. Source: Bot API, sendDocument."""
        self._reply_file("sendDocument", "document", document, {**options})

    def reply_video(self, video: FileInput | Video, **options: Unpack[VideoOptions]) -> None:
        """Send a video. Source: Bot API, sendVideo."""
        self._reply_file("sendVideo", "video", video, {**options})

    def reply_animation(self, animation: FileInput | Animation, **options: Unpack[VideoOptions]) -> None:
        """Send a GIF or a video without sound. Source: Bot API, sendAnimation."""
        self._reply_file("sendAnimation", "animation", animation, {**options})

    def reply_video_note(self, video_note: FileInput | VideoNote, **options: Unpack[VideoOptions]) -> None:
        """Send a round video. Source: Bot API, sendVideoNote."""
        self._reply_file("sendVideoNote", "video_note", video_note, {**options})

    def reply_audio(self, audio: FileInput | Audio, **options: Unpack[SoundOptions]) -> None:
        """Send music. Source: Bot API, sendAudio."""
        self._reply_file("sendAudio", "audio", audio, {**options})

    def reply_voice(self, voice: FileInput | Voice, **options: Unpack[SoundOptions]) -> None:
        """Send a voice message. Source: Bot API, sendVoice."""
        self._reply_file("sendVoice", "voice", voice, {**options})

    def reply_sticker(self, sticker: FileInput | Sticker, **options: Unpack[SendOptions]) -> None:
        """Send a sticker. Source: Bot API, sendSticker."""
        self._reply("sendSticker", {"sticker": sticker, **options})

    def reply_media_group(self, media: Sequence[AlbumItem], **options: Unpack[AlbumOptions]) -> None:
        """Send 2 to 10 photos, videos, documents or audio files as an album. Source: Bot API, sendMediaGroup."""
        self._reply("sendMediaGroup", {"media": media, **options})

    def reply_location(self, latitude: float, longitude: float, **options: Unpack[PlaceOptions]) -> None:
        """Send a point on the map. Source: Bot API, sendLocation."""
        self._reply("sendLocation", {"latitude": latitude, "longitude": longitude, **options})

    def reply_venue(
        self, latitude: float, longitude: float, title: str, address: str, **options: Unpack[SendOptions]
    ) -> None:
        """Send a place with its name and address. Source: Bot API, sendVenue."""
        place = {"latitude": latitude, "longitude": longitude, "title": title, "address": address}
        self._reply("sendVenue", {**place, **options})

    def reply_contact(self, phone_number: str, first_name: str, **options: Unpack[ContactOptions]) -> None:
        """Send a phone number. Source: Bot API, sendContact."""
        self._reply("sendContact", {"phone_number": phone_number, "first_name": first_name, **options})

    def reply_poll(self, question: str, options: Sequence[str | InputPollOption], **more: Unpack[PollOptions]) -> None:
        """Send a poll, or with `type="quiz"` a quiz. Source: Bot API, sendPoll."""
        given = [InputPollOption(one) if isinstance(one, str) else one for one in options]
        self._reply("sendPoll", {"question": question, "options": given, **more})

    def reply_dice(self, emoji: str = "🎲", **options: Unpack[SendOptions]) -> None:
        """Send a dice, or another emoji with a random value. Source: Bot API, sendDice."""
        self._reply("sendDice", {"emoji": emoji, **options})

    def _reply_file(self, method: str, parameter: str, file: FileInput | Media, options: Mapping[str, object]) -> None:
        filename = options.get("filename")
        named = named_file(file, filename if isinstance(filename, str) else None)
        self._reply(method, {**options, "filename": None, parameter: named})

    def _reply(self, method: str, parameters: Mapping[str, object]) -> None:
        to = Destination.of(self.incoming)
        if to is not None:
            self._queue(method, {**to.parameters(), **parameters})


def text_parameters(text: Screen | str) -> dict[str, object]:
    """A screen or a plain text as parameters of sendMessage or editMessageText."""
    if isinstance(text, str):
        return {"text": text}
    keyboard = inline_keyboard(text.keyboard) if text.keyboard else None
    return {"text": text.text, "parse_mode": ParseMode.HTML, "reply_markup": keyboard}


def _pieces(call: Mapping[str, object]) -> list[str]:
    text, parse_mode = str(call["text"]), call.get("parse_mode")
    if parse_mode == ParseMode.HTML:
        return split_html(text)
    return [text] if parse_mode or call.get("entities") else split_plain(text)
