"""Broadcasts whose authors are no longer administrators."""

from bot.sandbox.server.faults import Delay, When
from tests.support.joined import needs
from tests.support.shared_worker import Administrator, SharedWorker
from tests.support.users_admin import audit_entries, bans, card_of, known_user


async def promotes(olga: Administrator, name: str) -> Administrator:
    shared_worker = olga.shared_worker
    ivan = await known_user(shared_worker, name)
    card = await card_of(olga, ivan)
    await olga.presses(card, "⬆️ Promote", shows="Role: administrator")
    return Administrator(shared_worker, ivan)


@needs("audit")
async def test_what_a_demoted_administrator_has_scheduled_is_not_sent(shared_worker: SharedWorker) -> None:
    olga = shared_worker.administrator()
    ivan = await promotes(olga, "Ivan")
    settings = await ivan.previews("Scheduled")
    number = (await shared_worker.broadcast())["id"]
    await ivan.presses(settings, "🕒 Schedule", shows="on which day")
    await ivan.presses(settings, ivan.labels(settings)[-2], shows="at which hour")
    await ivan.presses(settings, "23", shows="at which minute")
    await ivan.presses(settings, "23:55", shows="goes out on")
    card = await card_of(olga, ivan.chat)
    await olga.presses(card, "⬇️ Demote", shows="Role: user")
    await shared_worker.execute(f"UPDATE broadcasts SET due_at = now() WHERE id = {number}")
    assert (await shared_worker.broadcast())["state"] == "previewed"
    [entry] = await audit_entries(shared_worker, "broadcast held back")
    assert (entry["actor_id"], entry["person_id"], entry["details"]) == (olga.chat.id, ivan.chat.id, {"number": number})
    await olga.presses(card, "📜 What was done to them", shows=f"held back broadcast {number}, scheduled by Ivan")


@needs("bans")
async def test_what_a_banned_one_has_begun_goes_on_and_is_reported_to_the_owners_alone(
    shared_worker: SharedWorker,
) -> None:
    olga = shared_worker.administrator()
    ivan = await promotes(olga, "Ivan")
    slow, *_ = await shared_worker.people(3)
    shared_worker.telegram.faults.next(Delay(2, When.BEFORE), "sendMessage", chat_id=slow.id)
    settings = await ivan.previews("Running")
    await ivan.presses(settings, "🚀 Send now", shows="This goes to")
    await ivan.presses(settings, "✅ Yes, send", shows="⏸ Pause")
    await ivan.presses(settings, "⏸ Pause", shows="paused")
    number = (await shared_worker.becomes("paused"))["id"]
    await bans(olga, ivan.chat, silent=True, reason=None)
    menu = await olga.opens_panel()
    await olga.presses(menu, f"{number} ·", shows="▶️ Go on")
    await olga.presses(menu, "▶️ Go on", shows="")
    await shared_worker.becomes("done")
    report = await olga.chat.receives("It took")
    assert f"Broadcast {number}" in report.text
    await shared_worker.settles()
    assert not [one for one in ivan.chat.received if "It took" in one.text]
    assert "paused" in settings.text
