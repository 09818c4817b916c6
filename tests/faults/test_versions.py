"""Overlapping versions: a newer one migrates while a worker serves, and an older one starts on its schema."""

from pathlib import Path

from tests.faults.harness import Scenario, always_well, has_role, talking
from tests.faults.newer import NewerVersions, many_at_once
from tests.support.fork_server import ForkedWorker


async def test_a_newer_version_migrates_under_load_and_an_older_one_then_starts_on_its_schema(
    scenario: Scenario, worker: ForkedWorker, second: ForkedWorker, tmp_path: Path
) -> None:
    await worker.start()
    await has_role(worker, "leader")
    newer = NewerVersions(tmp_path)
    async with always_well(worker), talking(scenario, messages=150, per_second=150):
        many_at_once(scenario.load)
        await scenario.replies(50)
        migrated = await newer.migrate(worker.variables["DATABASE_URL"])
        assert migrated.code == 0, migrated.output
        many_at_once(scenario.load)
    await scenario.settled()
    await second.start()
    await has_role(second, "standby")
    assert "schema is newer than this version; it is used as it is" in {line["message"] for line in second.lines()}
    assert await worker.stop() == 0
    await has_role(second, "leader")
    many_at_once(scenario.load)
    await scenario.settled()
    account = await scenario.account()
    assert account.flawless, str(account)
    assert not account.repeats
    assert not account.dead_letters
