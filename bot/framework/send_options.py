"""The optional parameters of methods that send and edit: the Bot API's names, python-telegram-bot's types."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import TypedDict

from telegram import (
    ForceReply,
    InlineKeyboardMarkup,
    LinkPreviewOptions,
    MessageEntity,
    ReplyKeyboardMarkup,
    ReplyKeyboardRemove,
    ReplyParameters,
)

from bot.framework.calls import FileInput
from bot.messages import OnSent

ReplyMarkup = InlineKeyboardMarkup | ReplyKeyboardMarkup | ReplyKeyboardRemove | ForceReply


class ForwardOptions(TypedDict, total=False):
    """Options of every method that sends. Source: Bot API, forwardMessage."""

    message_thread_id: int | None
    disable_notification: bool
    protect_content: bool
    message_effect_id: str
    on_sent: OnSent | None  # ours: see `Feature.sent`


class SendOptions(ForwardOptions, total=False):
    """Options of methods that send something new. Source: Bot API, sendDice."""

    reply_markup: ReplyMarkup | None
    reply_parameters: ReplyParameters | None


class TextOptions(SendOptions, total=False):
    """Options of a text. Source: Bot API, sendMessage."""

    parse_mode: str | None
    entities: Sequence[MessageEntity] | None
    link_preview_options: LinkPreviewOptions | None


class CaptionOptions(SendOptions, total=False):
    """Options of what has a caption. Source: Bot API, copyMessage."""

    caption: str | None
    parse_mode: str | None
    caption_entities: Sequence[MessageEntity] | None
    show_caption_above_media: bool


class FileOptions(CaptionOptions, total=False):
    """Options of a file. `filename` is the name of an upload. Source: Bot API, sendPhoto."""

    filename: str | None
    thumbnail: FileInput | None
    has_spoiler: bool
    disable_content_type_detection: bool


class SoundOptions(FileOptions, total=False):
    """Options of what is heard. Source: Bot API, sendAudio and sendVoice."""

    duration: int | timedelta | None
    performer: str
    title: str


class VideoOptions(FileOptions, total=False):
    """Options of moving pictures. Source: Bot API, sendVideo, sendAnimation and sendVideoNote."""

    duration: int | timedelta | None
    width: int
    height: int
    length: int  # the diameter of a video note
    supports_streaming: bool
    cover: FileInput | None
    start_timestamp: int | timedelta | None


class AlbumOptions(ForwardOptions, total=False):
    """Options of an album. Source: Bot API, sendMediaGroup."""

    reply_parameters: ReplyParameters | None


class PlaceOptions(SendOptions, total=False):
    """Options of a location. Source: Bot API, sendLocation."""

    horizontal_accuracy: float
    live_period: int | timedelta
    heading: int
    proximity_alert_radius: int


class ContactOptions(SendOptions, total=False):
    """Options of a contact. Source: Bot API, sendContact."""

    last_name: str
    vcard: str


class PollOptions(SendOptions, total=False):
    """Options of a poll. Source: Bot API, sendPoll."""

    type: str
    is_anonymous: bool
    allows_multiple_answers: bool
    allows_revoting: bool
    correct_option_ids: Sequence[int]
    question_parse_mode: str | None
    question_entities: Sequence[MessageEntity] | None
    explanation: str | None
    explanation_parse_mode: str | None
    explanation_entities: Sequence[MessageEntity] | None
    open_period: int | timedelta | None
    close_date: int | datetime | None
    is_closed: bool


class EditOptions(TypedDict, total=False):
    """Options of an edit. Without `reply_markup` the buttons go. Source: Bot API, editMessageMedia."""

    reply_markup: InlineKeyboardMarkup | None


class EditTextOptions(EditOptions, total=False):
    """Options of a new text. Source: Bot API, editMessageText."""

    parse_mode: str | None
    entities: Sequence[MessageEntity] | None
    link_preview_options: LinkPreviewOptions | None


class EditCaptionOptions(EditOptions, total=False):
    """Options of a new caption. Source: Bot API, editMessageCaption."""

    parse_mode: str | None
    caption_entities: Sequence[MessageEntity] | None
    show_caption_above_media: bool
