"""The audit log, as administrators read it: who did what to whom."""

from tests.support.joined import needs
from tests.support.shared_worker import SharedWorker
from tests.support.users_admin import bans, card_of, known_user, open_admin_panel


async def test_it_is_empty_at_first_and_leads_back(shared_worker: SharedWorker) -> None:
    olga = shared_worker.administrator()
    menu = await open_admin_panel(olga)
    await olga.presses(menu, "📜 Audit", shows="Nothing yet")
    await olga.presses(menu, "‹ Back", shows="Administration")


@needs("bans")
async def test_what_an_erased_administrator_did_was_done_by_somebody_and_not_by_the_clock(
    shared_worker: SharedWorker,
) -> None:
    olga, ann = shared_worker.administrator(), await known_user(shared_worker, "Ann")
    rosa = shared_worker.administrator()
    card = await bans(rosa, ann, silent=True)
    await rosa.presses(card, "✅ Unban", shows="State: active")
    rosa.chat.says("/privacy")
    overview = await rosa.chat.receives("What I keep about you")
    await rosa.presses(overview, "🗑 Erase me", shows="Shall I erase")
    await rosa.presses(overview, "🗑 Yes, erase everything", shows="is erased")
    card = await card_of(olga, ann)
    await olga.presses(card, "📜 What was done to them", shows="somebody unknown banned Ann")
    await olga.shows(card, "somebody unknown lifted the ban of Ann")
    assert "The clock" not in card.text
    await olga.presses(card, "‹ Back", shows="Bans so far: 1")
    await olga.presses(card, "🚫 Ban", shows="lifted early")


@needs("bans")
async def test_the_audit_shows_who_did_what_to_whom_in_pages(shared_worker: SharedWorker) -> None:
    olga, ann = shared_worker.administrator(), await known_user(shared_worker, "Ann")
    await bans(olga, ann, reason="Spam & lies")
    await shared_worker.execute(
        f"INSERT INTO audit (actor_id, person_id, action, details) SELECT NULL, {ann.id}, 'invented', '{{\"n\": 1}}'"
        " FROM generate_series(1, 9)"
    )
    menu = await open_admin_panel(olga)
    await olga.presses(menu, "📜 Audit", shows="invented")
    assert "The clock invented Ann" in menu.text
    await olga.presses(menu, "Older ›", shows="banned Ann")
    assert f"Olga ({olga.chat.id}) banned Ann ({ann.id})" in menu.text
    assert "reason: Spam & lies" in menu.text
    assert "UTC" in menu.text
    await olga.presses(menu, "By Olga", shows="What Olga")
    assert "invented" not in menu.text
    card = await card_of(olga, ann)
    await olga.presses(card, "📜 What was done to them", shows="invented")
    await olga.presses(card, "Older ›", shows="banned Ann")
    await olga.presses(card, "‹ Back", shows=f"Id: {ann.id}")
