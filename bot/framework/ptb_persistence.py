"""python-telegram-bot's BasePersistence, as far as its Application asks for one.

An Application without it refuses persistent conversations. Its methods have nothing to do: `ptb_data` loads what an
update needs before the update, and stores it in the transaction that ends the update.
Source: https://docs.python-telegram-bot.org/en/stable/telegram.ext.basepersistence.html
"""

from telegram.ext import BasePersistence, PersistenceInput

from bot.framework.context import Data

ConversationKey = tuple[int | str, ...]
NOTHING = PersistenceInput(bot_data=False, chat_data=False, user_data=False, callback_data=False)


class Persistence(BasePersistence[Data, Data, Data]):
    """Tells the Application that there is a persistence, and does nothing when asked."""

    def __init__(self) -> None:
        super().__init__(NOTHING)

    async def get_user_data(self) -> dict[int, Data]:
        return {}

    async def get_chat_data(self) -> dict[int, Data]:
        return {}

    async def get_bot_data(self) -> Data:
        return {}

    async def get_callback_data(self) -> None: ...

    async def get_conversations(self, name: str) -> dict[ConversationKey, object]:  # noqa: ARG002 -- PTB's signature
        return {}

    async def update_conversation(self, name: str, key: ConversationKey, new_state: object | None) -> None: ...
    async def update_user_data(self, user_id: int, data: Data) -> None: ...
    async def update_chat_data(self, chat_id: int, data: Data) -> None: ...
    async def update_bot_data(self, data: Data) -> None: ...
    async def update_callback_data(self, data: object) -> None: ...
    async def drop_chat_data(self, chat_id: int) -> None: ...
    async def drop_user_data(self, user_id: int) -> None: ...
    async def refresh_user_data(self, user_id: int, user_data: Data) -> None: ...
    async def refresh_chat_data(self, chat_id: int, chat_data: Data) -> None: ...
    async def refresh_bot_data(self, bot_data: Data) -> None: ...
    async def flush(self) -> None: ...
