"""Questions to administrators before a ban: an answer counts for the question above it and for no other."""

from tests.compatibility.removed import remaining
from tests.support.joined import needs
from tests.support.shared_worker import SharedWorker
from tests.support.users_admin import audit_entries, bans, known_user, open_admin_panel


@needs("broadcasts")
async def test_what_is_written_after_going_on_to_something_else_is_no_reason_for_a_ban(
    shared_worker: SharedWorker,
) -> None:
    olga, ann = shared_worker.administrator(), await known_user(shared_worker, "Ann")
    broadcasts, menu = await olga.opens_panel(), await open_admin_panel(olga)
    await olga.forges(menu, f"a:ban:{ann.id}:ever:told", shows="What is the reason?")
    await olga.presses(broadcasts, "➕ New broadcast", shows="Send or forward me")
    olga.chat.says("Big sale tomorrow!")
    await olga.chat.receives("Added: text")
    await shared_worker.settles()
    assert len(ann.received) == 1
    assert await shared_worker.rows("SELECT * FROM sanctions") == []
    buttons = ("s:stats", "s:chart", "s:dead", "s:maintenance", "s:settings", "help", "settings", "privacy")
    for data in remaining(buttons):
        await olga.forges(menu, f"a:write:{ann.id}", shows="Send me what I am to tell them")
        await olga.forges(broadcasts, data)
        await shared_worker.settles()
        assert await shared_worker.rows("SELECT * FROM asked") == [], data


async def test_a_list_is_previewed_and_banned_once(shared_worker: SharedWorker) -> None:
    olga = shared_worker.administrator()
    await open_admin_panel(olga)
    await shared_worker.settles()
    ann, bob = await known_user(shared_worker, "Ann", username="ann_x"), await known_user(shared_worker, "Bob")
    carl = await known_user(shared_worker, "Carl")
    await bans(olga, carl)
    menu = await open_admin_panel(olga)
    await olga.presses(menu, "👥 People", shows="Ban a list")
    await olga.presses(menu, "🚫 Ban a list", shows="one a line")
    olga.chat.says("\n".join(str(number) for number in range(1, 502)))
    await olga.chat.receives("a list can have up to 500")
    olga.chat.says(f"# Raid\n@ANN_X\n{bob.id}\n{bob.id}\n{carl.id}\n{olga.chat.id}\n777\n@nobody\n<i>?")
    preview = await olga.chat.receives("nobody is banned yet")
    for part in ("2 people would be banned", "Banned already (1):\nCarl", "You may not ban (1):\nOlga", "Reason: Raid"):
        assert part in preview.text
    assert "Unknown to me (3):\n777, nobody, <i>?" in preview.text
    assert len(await audit_entries(shared_worker, "ban")) == 1
    await olga.presses(preview, "30 days", shows="2 people will be banned for 30 days:\n")
    assert {"Ann", "Bob"} == set(preview.text.splitlines()[1].split(", "))
    presses = [olga.chat.press(preview, "📢 Tell them") for _ in range(2)]
    await shared_worker.telegram.until(lambda: all(one.answer is not None for one in presses))
    for each in (ann, bob):
        assert "Reason: Raid" in (await each.receives("You have been banned")).text
    assert len(await audit_entries(shared_worker, "ban")) == 3
    assert [bool(one.answer and one.answer.text) for one in presses] == [False, True]
    await shared_worker.settles()
    assert preview.text == "🚫 2 people were banned."
    assert "over" in await olga.forges(menu, "a:bulk:00000000:day", shows="one a line")


async def test_buttons_under_an_older_list_ban_nobody_of_the_newer(shared_worker: SharedWorker) -> None:
    olga, ann, bob = (
        shared_worker.administrator(),
        await known_user(shared_worker, "Ann"),
        await known_user(shared_worker, "Bob"),
    )
    await olga.forges(await open_admin_panel(olga), "a:bulk", shows="one a line")
    previews = []
    for number, each in enumerate((ann, bob), start=1):
        olga.chat.says(str(each.id))
        previews.append(await olga.chat.receives("nobody is banned yet", times=number))
    older, newer = previews
    assert "over" in await olga.presses(older, "1 day", shows="Ann")
    await olga.presses(newer, "1 day", shows="1 person will be banned for 1 day:\nBob")
    olga.chat.says(str(ann.id))
    newest = await olga.chat.receives("nobody is banned yet", times=2)
    assert "over" in await olga.presses(newer, "🤫 Silently", shows="Bob")
    assert await shared_worker.rows("SELECT * FROM sanctions") == []
    await olga.presses(newest, "1 day", shows="Ann")
    await olga.presses(newest, "🤫 Silently", shows="1 person was banned")
    assert [row["telegram_id"] for row in await shared_worker.rows("SELECT telegram_id FROM sanctions")] == [ann.id]


async def test_skip_bans_for_what_stands_above_it_and_not_for_another_menus_term(shared_worker: SharedWorker) -> None:
    olga, ann = shared_worker.administrator(), await known_user(shared_worker, "Ann")
    older, newer = await open_admin_panel(olga), await open_admin_panel(olga)
    await olga.forges(older, f"a:ban:{ann.id}:hour:told", shows="for 1 hour, and tell them")
    for other in ("hour:silent", "ever:told"):
        await olga.forges(newer, f"a:ban:{ann.id}:{other}", shows="What is the reason?")
        assert "over" in await olga.forges(older, f"a:skip:{ann.id}:hour:told", shows="State: active"), other
    assert await shared_worker.rows("SELECT * FROM sanctions") == []
    await olga.presses(newer, "Skip", shows="🚫 Banned.")
    [ban] = await shared_worker.rows("SELECT * FROM sanctions")
    assert (ban["expires_at"], ban["silent"]) == (None, False)
