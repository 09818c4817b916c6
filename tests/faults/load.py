"""The load during faults: numbered messages, whose replies name the message that they answer."""

import asyncio
import random
import re
from collections.abc import Coroutine, Iterator
from dataclasses import dataclass, field
from typing import Any

from bot.sandbox.server.emulator import Emulator
from bot.sandbox.world.accounts import UserAccount
from bot.sandbox.world.conversations import Conversation

TICK = 0.01  # seconds
_NUMBER = re.compile(r"No\. (\d+)")


@dataclass(frozen=True, slots=True)
class Reply:
    """A message from the bot: the number of the message that it answers, and its date."""

    number: int
    at: int


@dataclass(frozen=True, slots=True)
class Speaker:
    """A chat in which one person sends numbered messages. The number is in their name, by which the bot greets them."""

    chat: Conversation
    person: UserAccount
    update_ids: list[int] = field(default_factory=list)

    @property
    def replies(self) -> list[Reply]:
        found = ((message, _NUMBER.search(message.text)) for message in self.chat.received)
        return [Reply(int(number[1]), message.date) for message, number in found if number is not None]

    @property
    def answered(self) -> bool:
        """True if there are at least as many replies as messages."""
        return len(self.chat.chat.by_bot) >= len(self.update_ids)


class Load:
    """Speakers, every fourth of them in a group, and their messages. `chance` makes all random choices."""

    def __init__(self, telegram: Emulator, chance: random.Random, speakers: int) -> None:
        self._telegram = telegram
        self._chance = chance
        self._turns = self._in_turn()
        self._still_to_say = 0
        self.speakers: list[Speaker] = []
        for number in range(speakers):
            self.join(in_group=number % 4 == 3)

    @property
    def sent(self) -> int:
        return sum(len(speaker.update_ids) for speaker in self.speakers)

    def join(self, *, in_group: bool = False) -> Speaker:
        """Add a speaker."""
        person = self._telegram.person()
        chat: Conversation = (
            self._telegram.group("Group", [person]) if in_group else self._telegram.private_chat(person)
        )
        self.speakers.append(Speaker(chat, person))
        return self.speakers[-1]

    def say(self, speaker: Speaker | None = None, text: str = "") -> None:
        """Send one message, with or without a parameter. The handler writes to the database only with one."""
        speaker = speaker or next(self._turns)
        number = len(speaker.update_ids) + 1
        speaker.person.first_name = f"No. {number}"
        speaker.update_ids.append(self._telegram.next_update_id)
        text = text or self._chance.choice(("/start", f"/start from-{number}"))
        speaker.chat.says(text, by=speaker.person)

    def talk(self, messages: int, per_second: float) -> Coroutine[Any, Any, None]:
        """Send messages at this rate, in rounds; each round shuffles the speakers."""
        self._still_to_say += messages  # now, and not when the coroutine first runs
        return self._talk(messages, per_second)

    async def _talk(self, messages: int, per_second: float) -> None:
        loop = asyncio.get_running_loop()
        began = loop.time()
        for number in range(messages):
            while (loop.time() - began) * per_second < number:
                await asyncio.sleep(TICK)
            self.say()
            self._still_to_say -= 1

    def _in_turn(self) -> Iterator[Speaker]:
        while True:
            yield from self._chance.sample(self.speakers, len(self.speakers))

    @property
    def answered(self) -> bool:
        """True if all messages are sent and there are at least as many replies."""
        return not self._still_to_say and all(speaker.answered for speaker in self.speakers)
