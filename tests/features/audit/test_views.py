"""Pages of the audit log stay within Telegram's limits, and are written in the reader's language."""

from dataclasses import replace

import pytest

from bot.features.audit import views as audit
from bot.features.audit.service import PAGE, Action, AuditEntry, Page, Scope
from bot.framework.i18n import LANGUAGES, Texts, texts_in
from bot.framework.settings import JoinedSettings
from bot.sandbox.world.html_parser import from_html
from tests.support.joined import runtime_settings
from tests.support.profiles import ID, LATER, MANY, NAMED, NOW
from tests.support.screens import shown_within_limits

SETTINGS = runtime_settings(JoinedSettings())
TEXTS = pytest.mark.parametrize("texts", [texts_in(language) for language in LANGUAGES], ids=LANGUAGES)
ENTRY = AuditEntry(MANY, ID, ID, "ban", {"reason": "<&" * 150, "until": LATER.isoformat(), "silent": True}, NOW)


@TEXTS
def test_every_page_keeps_telegrams_limits(texts: Texts) -> None:
    entries = [replace(ENTRY, action=action) for action in (*Action, "<unheard of>" * 20, Action.BAN)]
    pages = range(0, len(entries), PAGE)
    nobodys = [replace(ENTRY, actor_id=None, person_id=None, details={})]
    for screen in (
        *(
            audit.page(texts, Page(of, ID, entries[at : at + PAGE], {ID: NAMED}, MANY), SETTINGS)
            for of in Scope
            for at in pages
        ),
        *(audit.page(texts, Page(of, 0, nobodys, {}, None), SETTINGS) for of in Scope),
        audit.page(texts, Page(Scope.ALL, 0, [], {}, None), SETTINGS),
    ):
        assert "\u202e" not in shown_within_limits(screen)


@TEXTS
def test_every_audit_entry_has_a_text_of_its_own(texts: Texts) -> None:
    page = Page(
        Scope.ALL, 0, [replace(ENTRY, action=action, person_id=None, details={}) for action in Action], {}, None
    )
    expected = [entry.partition("</b>: ")[2] for entry in audit.page(texts, page, SETTINGS).text.split("\n\n")[1:]]
    assert len({one for one in expected if one}) == len(Action)
    assert not set(expected) & set(Action) - {"ban", "unban"}


@pytest.mark.parametrize(
    ("action", "details", "english", "russian"),
    [
        (Action.BROADCAST_SCHEDULED, {"number": 5, "due": NOW.isoformat()},
         "scheduled broadcast 5\nfor Wed 30 Sep 2026, 23:52 UTC",
         "рассылка 5 отложена до срока\nсрок: ср 30 сент. 2026, 23:52 UTC"),
        (Action.BROADCAST_PAUSED, {"number": 5}, "paused broadcast 5", "приостановка рассылки 5"),
        (Action.LETTER_RETRIED, {"number": 7, "origin": "update", "kind": "message"},
         "had dead letter 7 tried again\norigin: update, kind: message",
         "повтор мёртвого письма 7\nпроисхождение: обновление, вид: message"),
        (Action.SETTING, {"setting": "leave_groups", "from": False, "to": True},
         "changed the setting “Leave groups”\nwas: off, now: on",
         "изменение настройки «Уходить из групп»\nбыло: нет, стало: да"),
        (Action.SETTING, {"setting": "flood_per_minute", "from": "by day", "to": 0},
         "changed the setting “Limit for one person”\nwas: by day a minute, now: no limit",
         "изменение настройки «Предел для одного человека»\nбыло: by day в минуту, стало: без предела"),
        ("invented later", {"n": 1, "due": 3}, "invented later\nn: 1, for 3", "invented later\nn: 1, срок: 3"),
    ],
)  # fmt: skip
def test_audit_entries_are_written_in_the_readers_language(
    action: str, details: dict[str, object], english: str, russian: str
) -> None:
    entry = replace(ENTRY, person_id=None, action=action, details=details)
    for language, expected in (("en", english), ("ru", russian)):
        text = from_html(audit.page(texts_in(language), Page(Scope.ALL, 0, [entry], {}, None), SETTINGS).text).text
        assert text.endswith(f": {expected}"), text
