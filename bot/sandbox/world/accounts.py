"""Accounts on Telegram: users and the bot."""

from dataclasses import dataclass

from bot.sandbox.world.bot_api import Json


@dataclass(eq=False)
class UserAccount:
    """A user's account. The next update carries changed fields."""

    id: int
    first_name: str
    last_name: str = ""
    username: str = ""
    language_code: str = ""
    deactivated: bool = False
    forbids_links: bool = False  # the privacy setting for forwards: no button or forward links to the account

    def to_json(self) -> Json:
        user: Json = {"id": self.id, "is_bot": False, "first_name": self.first_name}
        user |= {name: value for name in ("last_name", "username", "language_code") if (value := getattr(self, name))}
        return user

    @property
    def name(self) -> str:
        return f"{self.first_name} {self.last_name}".strip()


@dataclass(eq=False)
class BotAccount:
    """The bot's account."""

    token: str
    username: str
    first_name: str
    reads_all_group_messages: bool = True  # the harder case: the bot must filter
    revoked: bool = False

    @property
    def id(self) -> int:
        return int(self.token.partition(":")[0])

    def to_json(self) -> Json:
        return {"id": self.id, "is_bot": True, "first_name": self.first_name, "username": self.username}

    def described(self) -> Json:
        """Return the response to getMe."""
        return self.to_json() | {
            "can_join_groups": True,
            "can_read_all_group_messages": self.reads_all_group_messages,
            "supports_inline_queries": False,
            "can_connect_to_business": False,
            "has_main_web_app": False,
        }


Account = UserAccount | BotAccount
