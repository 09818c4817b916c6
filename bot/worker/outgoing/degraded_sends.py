"""Degraded sends: drops the part of a call that Telegram objects to.

Sources of the wordings: tdlib/telegram-bot-api, Client.cpp; tdlib/td, ReplyMarkup.cpp, MessageEntity.cpp and
MessageSendOptions.cpp. Names in capitals are the servers' own and are passed on as they come.
"""

import html
import re
from collections.abc import Callable, Mapping, Sequence

from bot.messages import Call

Remove = Callable[[str, Call, str], Call | None]
"""(method, call, Telegram's error text in lower case): the call without a part, or None if it has no such part."""

TEXT_METHODS = frozenset({"sendMessage", "editMessageText"})
QUOTE = ("quote", "quote_parse_mode", "quote_entities", "quote_position")
HOLDERS = ("media", "options")  # parameters that contain texts

_TAGS = "a|b|blockquote|code|del|em|i|ins|pre|s|span|strike|strong|tg-emoji|tg-spoiler|tg-time|u"
_TAG = re.compile(rf"</?(?:{_TAGS})(?:\s[^<>]*)?>", re.IGNORECASE)
_PERSON = r"tg://user\?id="
_MENTION = re.compile(rf"<a\s+href=[\"']?{_PERSON}[^<>]*>(.*?)</a\s*>", re.IGNORECASE | re.DOTALL)
_NAMED_URL = re.compile(r"button (?:web app |login )?url '(.*)' is invalid", re.DOTALL)


def degraded_call(method: str, call: Mapping[str, object], error_text: str) -> Call | None:
    """The call without the part that Telegram objects to; None if it refuses the call as a whole.

    The way that loses least comes first. Each try removes a part, so the number of tries is limited. `call` isn't
    changed.
    """
    text = error_text.lower()
    for wordings, ways in DEGRADATIONS:
        if any(wording in text for wording in wordings):
            for way in ways:
                if (rest := way(method, dict(call), text)) is not None:
                    return rest
    return None


def _without(call: Call, *names: str) -> Call | None:
    rest = {name: value for name, value in call.items() if name not in names}
    return rest if len(rest) < len(call) else None


def _removing(*names: str) -> Remove:
    return lambda _method, call, _text: _without(call, *names)


_reply = _removing("reply_parameters", "reply_to_message_id", "allow_sending_without_reply")
_topic = _removing("message_thread_id")
_effect = _removing("message_effect_id")


def _quote(_method: str, call: Call, _text: str) -> Call | None:
    reply = call.get("reply_parameters")
    rest = _without(reply, *QUOTE) if isinstance(reply, dict) else None
    return None if rest is None else call | {"reply_parameters": rest}


def _preview(method: str, call: Call, _text: str) -> Call | None:
    off = {"is_disabled": True}
    if method not in TEXT_METHODS or call.get("link_preview_options") == off:
        return None
    return (_without(call, "disable_web_page_preview") or call) | {"link_preview_options": off}


def _buttons_named(_method: str, call: Call, text: str) -> Call | None:
    found = _NAMED_URL.search(text)
    return None if found is None else _without_buttons(call, lambda button: _url(button).lower() == found.group(1))


def _buttons_to_people(_method: str, call: Call, _text: str) -> Call | None:
    return _without_buttons(call, lambda button: re.match(_PERSON, _url(button), re.IGNORECASE) is not None)


def _buttons_with_links(_method: str, call: Call, _text: str) -> Call | None:
    return _without_buttons(call, lambda button: bool(_url(button)))


def _url(button: Call) -> str:
    """The address of a button's page, Web App or log-in page; "" if it has none."""
    held = next((button[name] for name in ("url", "web_app", "login_url") if name in button), "")
    url = held.get("url", "") if isinstance(held, dict) else held
    return url if isinstance(url, str) else ""


def _without_buttons(call: Call, unwanted: Callable[[Call], bool]) -> Call | None:
    markup = call.get("reply_markup")
    rows = markup.get("inline_keyboard", ()) if isinstance(markup, dict) else ()
    left = [[button for button in row if not unwanted(button)] for row in rows]
    if sum(map(len, left)) == sum(map(len, rows)):
        return None
    if not any(left):
        return _without(call, "reply_markup")
    return call | {"reply_markup": {"inline_keyboard": [row for row in left if row]}}


def _mentions(_method: str, call: Call, _text: str) -> Call | None:
    return _changed(call, _without_mentions)


def _formatting(_method: str, call: Call, _text: str) -> Call | None:
    return _changed(call, _plain)


def _changed(holder: Call, change: Callable[[Call], Call]) -> Call | None:
    """A copy of a holder of texts, changed with those inside it; None if nothing changes."""
    after = change(holder)
    for name in HOLDERS:
        within = holder.get(name)
        if isinstance(within, dict):
            after[name] = _changed(within, change) or within
        elif isinstance(within, list):
            after[name] = [(_changed(one, change) or one) if isinstance(one, dict) else one for one in within]
    return None if after == holder else after


def _without_mentions(holder: Call) -> Call:
    """The holder without mentions of people by id."""
    after = dict(holder)
    for name, value in holder.items():
        if name.endswith("entities") and isinstance(value, list):
            left = [one for one in value if not (isinstance(one, dict) and one.get("type") == "text_mention")]
            after |= {name: left}
        elif name.endswith("parse_mode") and str(value).upper() == "HTML":
            after |= {text: _MENTION.sub(r"\1", str(holder[text])) for text in _texts_of(name) if text in holder}
    return after


def _plain(holder: Call) -> Call:
    """The holder without formatting: HTML becomes plain text."""
    after = {name: value for name, value in holder.items() if not name.endswith(("entities", "parse_mode"))}
    for name, value in holder.items():
        if name.endswith("parse_mode") and str(value).upper() == "HTML":
            after |= {text: plain_text(str(holder[text])) for text in _texts_of(name) if text in holder}
    return after


def _texts_of(parse_mode: str) -> Sequence[str]:
    """The parameters that a parse mode applies to: `parse_mode`, or `question_parse_mode` and the like."""
    about = parse_mode.removesuffix("parse_mode").removesuffix("_")
    return (about,) if about else ("text", "caption")


def plain_text(formatted: str) -> str:
    """HTML without Telegram's tags, complete or cut off. Text that only looks like a tag stays."""
    return html.unescape(_TAG.sub("", formatted))


DEGRADATIONS: Sequence[tuple[Sequence[str], Sequence[Remove]]] = (
    (("quote_text_invalid",), (_quote, _reply)),
    (("message to be replied not found", "replied message not found", "reply_message_id_invalid"), (_reply,)),
    (("message thread not found", "topic_closed", "topic_deleted", "topic_id_invalid"), (_topic,)),
    (("effect_id_invalid", "message effects"), (_effect,)),
    (("button_user_privacy_restricted", "button_user_invalid", "link to a user"), (_buttons_to_people,)),
    (("button url", "button web app", "button login"), (_buttons_named, _buttons_with_links)),
    (("button_url_invalid",), (_buttons_with_links,)),
    (("wrong http url", "web page", "http url content", "webpage_"), (_preview,)),
    (("entity_mention",), (_mentions, _formatting)),
    (
        ("can't parse entities", "can't parse messageentity", "entity_", "entities_", "entity begin", "entity url"),
        (_formatting,),
    ),
)
"""Telegram's wordings, in lower case, and the parts to leave out, the least loss first."""
