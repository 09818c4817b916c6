"""Bans and roles, as administrators give and take them, and as it is for whom they concern."""

import asyncio

import pytest

from bot.sandbox.world.conversations import PrivateChat
from tests.support.profiles import NASTY_NAMES
from tests.support.shared_worker import Administrator, SharedWorker
from tests.support.users_admin import audit_entries, bans, card_of, known_user, open_admin_panel, searches, user_row

NOTICE = "You have been banned"


async def promoted(shared_worker: SharedWorker, owner: Administrator, name: str = "Boris") -> Administrator:
    """Somebody whom an owner has made an administrator."""
    chat = await known_user(shared_worker, name)
    card = await card_of(owner, chat)
    await owner.presses(card, "⬆️ Promote", shows="Role: administrator")
    return Administrator(shared_worker, chat)


async def test_a_banned_person_gets_one_notice_and_nothing_more(shared_worker: SharedWorker) -> None:
    olga, ann = shared_worker.administrator(), await known_user(shared_worker, "Ann")
    card = await bans(olga, ann, term="7 days", reason="Spam <b>")
    assert "State: banned until" in card.text
    assert "Notice: sent" in card.text
    notice = await ann.receives(NOTICE)
    assert "Reason: Spam <b>" in notice.text
    assert "to appeal, write to one of them" in notice.text
    ann.says("/start")
    ann.sends_photo()
    press = ann.press_forged(notice, "settings")
    await shared_worker.telegram.until(lambda: press.answer is not None)
    assert press.answer is not None
    assert not press.answer.text
    await shared_worker.settles()
    assert ann.received[-1] is notice
    [entry] = await audit_entries(shared_worker, "ban")
    assert (entry["actor_id"], entry["person_id"], entry["details"]["reason"]) == (olga.chat.id, ann.id, "Spam <b>")


async def test_of_a_banned_person_administrators_export_and_nothing_is_erased(shared_worker: SharedWorker) -> None:
    olga, ann = shared_worker.administrator(), await known_user(shared_worker, "Ann")
    ann.says("/privacy")
    shown = await ann.receives("Not while you are banned")
    card = await bans(olga, ann, silent=True)
    for data in ("privacy:export", "privacy:erase", "privacy:erase:yes"):
        ann.press_forged(shown, data)
    await shared_worker.settles()
    assert len(ann.received) == 2
    assert "Not while you are banned" in shown.text
    assert (await user_row(shared_worker, ann))["first_name"] == "Ann"
    olga.chat.press(card, "📄 Export")
    await olga.chat.receives("Everything that is held about Ann")


async def test_the_notice_is_in_the_language_of_whom_it_is_for(shared_worker: SharedWorker) -> None:
    olga, anna = shared_worker.administrator(), await known_user(shared_worker, "Анна", language_code="ru")
    await bans(olga, anna, term="For ever", reason=None)
    assert "Причина" not in (await anna.receives("🚫 Вы забанены в этом боте.")).text


async def test_the_notice_is_by_the_clock_of_whom_it_is_for(shared_worker: SharedWorker) -> None:
    olga, ann = shared_worker.administrator(), await known_user(shared_worker, "Ann")
    await shared_worker.execute(f"UPDATE users SET time_zone = 'Asia/Tokyo' WHERE telegram_id = {ann.id}")
    card = await bans(olga, ann, term="1 day", reason=None)
    assert "(Tokyo)" in (await ann.receives(NOTICE)).text
    assert "UTC" in card.text
    assert "(Tokyo)" not in card.text


async def test_a_silent_ban_is_silence(shared_worker: SharedWorker) -> None:
    olga, ann = shared_worker.administrator(), await known_user(shared_worker, "Ann")
    card = await bans(olga, ann, term="For ever", silent=True, reason=None)
    assert "State: banned for ever" in card.text
    assert "Notice: none, the ban is silent" in card.text
    ann.says("/start")
    press = ann.press_forged(ann.received[0], "help")
    await shared_worker.telegram.until(lambda: press.answer is not None)
    await shared_worker.settles()
    assert len(ann.received) == 1


async def test_who_could_not_be_told_is_told_at_the_next_message(shared_worker: SharedWorker) -> None:
    olga, ann = shared_worker.administrator(), await known_user(shared_worker, "Ann")
    ann.blocks()
    await shared_worker.settles()
    card = await bans(olga, ann)
    assert "Notice: comes with their next message" in card.text
    await _is_told_once_back(shared_worker, ann)
    await olga.presses(card, "📝 Notes", shows="no notes")
    await olga.presses(card, "‹ Back", shows="Notice: sent")


async def test_whom_the_notice_did_not_reach_is_told_at_the_next_message(shared_worker: SharedWorker) -> None:
    olga, ann = shared_worker.administrator(), await known_user(shared_worker, "Ann")
    ann.blocks()
    await shared_worker.settles()
    await shared_worker.execute(
        f"UPDATE users SET blocked_at = NULL WHERE telegram_id = {ann.id}"
    )  # nobody knows it yet
    card = await bans(olga, ann)
    await shared_worker.settles()
    await olga.presses(card, "📝 Notes", shows="no notes")
    await olga.presses(card, "‹ Back", shows="Notice: comes with their next message")
    await _is_told_once_back(shared_worker, ann)
    await olga.presses(card, "📝 Notes", shows="no notes")
    await olga.presses(card, "‹ Back", shows="Notice: sent")


async def test_who_blocks_the_bot_after_the_notice_has_been_told(shared_worker: SharedWorker) -> None:
    olga, ann = shared_worker.administrator(), await known_user(shared_worker, "Ann")
    card = await bans(olga, ann)
    await ann.receives(NOTICE)
    ann.blocks()
    await shared_worker.settles()
    await olga.presses(card, "📝 Notes", shows="no notes")
    await olga.presses(card, "‹ Back", shows="has blocked the bot")
    assert "Notice: sent" in card.text


async def test_an_unbanned_person_is_heard_again_and_history_stays(shared_worker: SharedWorker) -> None:
    olga, ann = shared_worker.administrator(), await known_user(shared_worker, "Ann")
    card = await bans(olga, ann, reason="First")
    await ann.receives(NOTICE)
    await olga.presses(card, "✅ Unban", shows="✅ Unbanned.")
    await olga.shows(card, "State: active")
    assert "Bans so far: 1" in card.text
    ann.says("/help")
    await ann.receives("/start", times=2)
    await olga.presses(card, "🚫 Ban", shows="1 ban so far")
    assert "lifted early. Reason: First" in card.text
    assert [entry["person_id"] for entry in await audit_entries(shared_worker, "unban")] == [ann.id]


async def test_a_ban_ends_by_itself_also_over_a_restart(shared_worker: SharedWorker) -> None:
    olga, ann = shared_worker.administrator(), await known_user(shared_worker, "Ann")
    await bans(olga, ann, term="1 hour")
    await ann.receives(NOTICE)
    await shared_worker.settles()
    await shared_worker.process.kill()
    await shared_worker.execute(
        "UPDATE users SET banned_until = now() + interval '1 second' WHERE banned_at IS NOT NULL"
    )
    await shared_worker.process.start()
    async with asyncio.timeout(20):
        while (await user_row(shared_worker, ann))["banned_at"] is not None:
            await asyncio.sleep(0.05)
    [entry] = await audit_entries(shared_worker, "unban")
    assert (entry["actor_id"], entry["person_id"]) == (None, ann.id)
    ann.says("/help")
    await ann.receives("/start", times=2)


async def test_two_quick_presses_do_it_once(shared_worker: SharedWorker) -> None:
    olga, ann = shared_worker.administrator(), await known_user(shared_worker, "Ann")
    card = await card_of(olga, ann)
    for label, action, then in (("⬆️ Promote", "promote", "⬇️ Demote"), ("⬇️ Demote", "demote", "⬆️ Promote")):
        presses = [olga.chat.press(card, label) for _ in range(2)]
        await shared_worker.telegram.until(lambda presses=presses: all(one.answer is not None for one in presses))  # type: ignore[misc]
        await olga.shows(card, then)
        assert [bool(one.answer and one.answer.text) for one in presses] == [False, True]
        assert len(await audit_entries(shared_worker, action)) == 1
    await olga.presses(card, "🚫 Ban", shows="For how long?")
    await olga.presses(card, "1 day", shows="Are they to be told?")
    await olga.presses(card, "Silently", shows="What is the reason?")
    presses = [olga.chat.press(card, "Skip: no reason") for _ in range(2)]
    await shared_worker.telegram.until(lambda: all(one.answer is not None for one in presses))
    await olga.shows(card, "✅ Unban")
    presses = [olga.chat.press(card, "✅ Unban") for _ in range(2)]
    await shared_worker.telegram.until(lambda: all(one.answer is not None for one in presses))
    await olga.shows(card, "🚫 Ban")
    assert (len(await audit_entries(shared_worker, "ban")), len(await audit_entries(shared_worker, "unban"))) == (1, 1)


async def test_the_chats_list_of_commands_follows_the_role_in_the_language_chosen(shared_worker: SharedWorker) -> None:
    olga, boris = shared_worker.administrator(), await known_user(shared_worker, "Boris")
    for language, own in ((None, None), ("ru", "Что я умею")):
        chosen = "NULL" if language is None else f"'{language}'"
        await shared_worker.execute(f"UPDATE users SET language = {chosen} WHERE telegram_id = {boris.id}")
        card = await card_of(olga, boris)
        await olga.presses(card, "⬆️ Promote", shows="Role: administrator")
        assert "⬆️ An administrator now." in card.text
        await shared_worker.settles()
        assert "admin" in commands(shared_worker, boris)
        await olga.presses(card, "⬇️ Demote", shows="Role: user")
        assert "⬇️ No administrator any more." in card.text
        await shared_worker.settles()
        assert "admin" not in commands(shared_worker, boris)
        assert commands(shared_worker, boris).get("help") == own


def commands(shared_worker: SharedWorker, chat: PrivateChat) -> dict[str, str]:
    """A chat's own list of commands, and what they do."""
    listed = shared_worker.telegram.state.profile.commands(("chat", chat.id, 0), "")
    return {one["command"]: one["description"] for one in listed}


async def test_nothing_is_sent_to_whom_never_opened_a_chat_at_a_promotion_or_demotion(
    shared_worker: SharedWorker,
) -> None:
    olga = shared_worker.administrator()
    await shared_worker.execute("INSERT INTO users (telegram_id, first_name) VALUES (777123, 'Nemo')")
    menu = await open_admin_panel(olga)
    await olga.forges(menu, "a:promote:777123", shows="Role: administrator")
    await olga.forges(menu, "a:demote:777123", shows="Role: user")
    await shared_worker.settles()
    assert await shared_worker.rows("SELECT * FROM dead_letters") == []
    assert [
        row["unreachable_at"] for row in await shared_worker.rows("SELECT * FROM users WHERE telegram_id = 777123")
    ] == [None]


async def test_administrators_may_what_they_may_and_not_more(shared_worker: SharedWorker) -> None:
    olga = shared_worker.administrator()
    await meets_owner(shared_worker, olga)
    boris = await promoted(shared_worker, olga)
    clara = await promoted(shared_worker, olga, "Clara")
    ann = await known_user(shared_worker, "Ann")
    card = await card_of(boris, ann)
    assert boris.labels(card)[:4] == ["🚫 Ban", "✉️ Write to", "📄 Export", "📝 Notes (0)"]
    assert "no right" in await boris.forges(card, f"a:promote:{ann.id}", shows="Role: user")
    for other in (clara.chat, olga.chat, boris.chat):
        for data in (
            f"a:ban:{other.id}",
            f"a:ban:{other.id}:day:told",
            f"a:promote:{other.id}",
            f"a:demote:{other.id}",
        ):
            assert "no right" in await boris.forges(card, data, shows=f"Id: {other.id}"), data
    for data in (f"a:ban:{olga.chat.id}:day:told", f"a:unban:{olga.chat.id}", f"a:demote:{olga.chat.id}"):
        assert "no right" in await olga.forges(await open_admin_panel(olga), data, shows="Role: owner"), data
    assert len(await audit_entries(shared_worker, "promote")) == 2
    assert await shared_worker.rows("SELECT * FROM sanctions") == []


async def meets_owner(shared_worker: SharedWorker, owner: Administrator) -> None:
    await open_admin_panel(owner)
    await shared_worker.settles()


async def test_rights_taken_away_are_gone_at_the_next_press_and_answer(shared_worker: SharedWorker) -> None:
    olga = shared_worker.administrator()
    boris = await promoted(shared_worker, olga)
    ann = await known_user(shared_worker, "Ann")
    card = await card_of(boris, ann)
    await boris.presses(card, "📝 Notes", shows="no notes")
    await boris.presses(card, "➕ Add a note", shows="Send me the text")
    his = await card_of(olga, boris.chat)
    await olga.presses(his, "⬇️ Demote", shows="Role: user")
    boris.chat.says("A note that may not be made")
    await boris.chat.receives("don't understand this")
    assert "earlier menu" in await boris.forges(card, f"a:ban:{ann.id}:day:told")
    assert await shared_worker.rows("SELECT * FROM notes") == []


async def test_an_old_menu_says_that_things_have_changed_and_shows_how_they_are(shared_worker: SharedWorker) -> None:
    olga, rosa = shared_worker.administrator(), shared_worker.administrator()
    ann = await known_user(shared_worker, "Ann")
    old = await card_of(rosa, ann)
    await bans(olga, ann)
    assert "changed meanwhile" in await rosa.presses(old, "🚫 Ban", shows="✅ Unban")
    await rosa.presses(old, "✅ Unban", shows="🚫 Ban")
    await rosa.presses(old, "🚫 Ban", shows="For how long?")
    await shared_worker.execute(f"DELETE FROM users WHERE telegram_id = {ann.id}")
    assert "no such person" in await rosa.presses(old, "7 days", shows="For how long?")


async def test_the_reason_comes_too_late_if_somebody_else_was_quicker(shared_worker: SharedWorker) -> None:
    olga, rosa = shared_worker.administrator(), shared_worker.administrator()
    ann = await known_user(shared_worker, "Ann")
    old = await card_of(rosa, ann)
    await rosa.presses(old, "🚫 Ban", shows="For how long?")
    await rosa.presses(old, "7 days", shows="Are they to be told?")
    await rosa.presses(old, "📢 Tell them", shows="What is the reason?")
    await bans(olga, ann)
    rosa.chat.says("Spam")
    await rosa.chat.receives("changed meanwhile")
    rosa.chat.says("Spam")
    await rosa.chat.receives("don't understand this")
    assert len(await audit_entries(shared_worker, "ban")) == 1
    assert "over" in await rosa.forges(old, f"a:skip:{ann.id}:week:told", shows="✅ Unban")


async def test_an_owner_is_never_banned_also_not_from_before(shared_worker: SharedWorker) -> None:
    olga = shared_worker.administrator()
    await shared_worker.execute(
        f"INSERT INTO users (telegram_id, banned_at, private_since) VALUES ({olga.chat.id}, now(), now())"
    )
    await open_admin_panel(olga)


async def test_in_a_group_a_banned_person_is_passed_over_and_told_nothing(shared_worker: SharedWorker) -> None:
    olga, ann = shared_worker.administrator(), await known_user(shared_worker, "Ann")
    ann.blocks()
    await shared_worker.settles()
    await bans(olga, ann)
    group = shared_worker.telegram.group("Friends", [ann.person])
    group.says(f"/help@{shared_worker.telegram.bot.username}", by=ann.person)
    await shared_worker.settles()
    assert group.received == []
    assert (await shared_worker.rows("SELECT told_at FROM sanctions"))[0]["told_at"] is None


async def test_an_administrator_who_is_banned_acts_no_more(shared_worker: SharedWorker) -> None:
    olga = shared_worker.administrator()
    boris = await promoted(shared_worker, olga)
    menu = await open_admin_panel(boris)
    await bans(olga, boris.chat)
    assert await boris.forges(menu, "a:people") == ""
    await shared_worker.settles()
    assert "Administration" in menu.text


async def _is_told_once_back(shared_worker: SharedWorker, banned: PrivateChat) -> None:
    """With the next message, and not again."""
    banned.unblocks()
    for _ in range(2):
        banned.says("Hello?")
        await banned.receives(NOTICE)
    await shared_worker.settles()
    assert len(banned.received) == 2


@pytest.mark.parametrize("name", NASTY_NAMES)
async def test_no_name_breaks_the_question_for_how_long(shared_worker: SharedWorker, name: str) -> None:
    olga = shared_worker.administrator()
    await known_user(shared_worker, name, username="nasty_one")
    card = await searches(olga, "@nasty_one")
    await olga.presses(card, "@nasty_one", shows="Id: ")
    assert olga.labels(card)[0] == "🚫 Ban"
    await olga.presses(card, "🚫 Ban", shows="For how long?")
    assert "\u202e" not in card.text
    assert await shared_worker.rows("SELECT * FROM dead_letters") == []
