from tests.support.telegram import Telegram


async def test_x(telegram: Telegram) -> None:
    alice = telegram.person("Alice")
    await alice.says("/start")
    assert "Hello, Alice" in await alice.hears()
    await alice.presses("Settings", shows="News")
    await alice.presses("Language")
    await alice.presses("Русский")
    assert "Настройки" in await alice.sees()
    await alice.hears_nothing()
    await telegram.time_passes(days=1)
    print(dict((await telegram.rows("SELECT * FROM users"))[0]))
    await alice.hears("xx", within=1)


async def test_y(telegram: Telegram) -> None:
    alice = telegram.person("Alice")
    await telegram.worker.kill()
    await alice.says("/start")
    await telegram.worker.start()
    assert "Hello, Alice" in await alice.hears()
