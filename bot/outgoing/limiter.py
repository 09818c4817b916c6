"""When the next message may go: arithmetic on a given clock, in seconds. It waits for nothing itself."""

from collections import OrderedDict, deque

PRIVATE_AT_ONCE = 3
PRIVATE_EVERY = 1.0
GROUP_AT_ONCE = 20
GROUP_WITHIN = 60.0
A_LITTLE_UNDER = 0.97  # of each limit, so that jitter on the way never trips Telegram's own count


class _Private:
    """3 at once, then 1 a second: the generic cell rate algorithm, whose state is one moment (ITU-T I.371)."""

    __slots__ = ("paid_until",)

    def __init__(self) -> None:
        self.paid_until = 0.0

    def free_at(self) -> float:
        return self.paid_until - (PRIVATE_AT_ONCE - 1) * PRIVATE_EVERY / A_LITTLE_UNDER

    def take(self, at: float) -> None:
        self.paid_until = max(self.paid_until, at) + PRIVATE_EVERY / A_LITTLE_UNDER

    def idle(self, now: float) -> bool:
        return self.paid_until < now

    def had_another(self, now: float) -> bool:
        return self.paid_until - now > PRIVATE_EVERY / A_LITTLE_UNDER


class _Group:
    """20 within any minute."""

    __slots__ = ("sent",)

    def __init__(self) -> None:
        self.sent: deque[float] = deque(maxlen=GROUP_AT_ONCE)

    def free_at(self) -> float:
        return self.sent[0] + GROUP_WITHIN / A_LITTLE_UNDER if len(self.sent) == GROUP_AT_ONCE else 0.0

    def take(self, at: float) -> None:
        self.sent.append(at)

    def idle(self, now: float) -> bool:
        return now - self.sent[-1] > GROUP_WITHIN / A_LITTLE_UNDER

    def had_another(self, now: float) -> bool:
        return now < self.free_at() or (len(self.sent) > 1 and now - self.sent[-2] < PRIVATE_EVERY)


class Limiter:
    """Telegram's limits: `per_second` overall (0: none), 3 at once and 1 a second in private, 20 a minute in a group.

    Source: Telegram's bot FAQ, "My bot is hitting limits, how do I avoid this?"
    """

    def __init__(self, per_second: float) -> None:
        self._every = 1 / (per_second * A_LITTLE_UNDER) if per_second else 0.0
        self._next_at = 0.0
        self._everyone_halted_until = 0.0
        self._chats: OrderedDict[int, _Private | _Group] = OrderedDict()  # the least recently sent to first
        self._halted: dict[int, float] = {}

    def halted_until(self, chat_id: int) -> float:
        """The end of the last flood wait that this chat, or everyone, was told."""
        return max(self._halted.get(chat_id, 0.0), self._everyone_halted_until)

    def chat_free_at(self, chat_id: int) -> float:
        """The moment from which this chat may be sent a message, but for the overall rate."""
        chat = self._chats.get(chat_id)
        of_its_rate = chat.free_at() if chat is not None and self._every else 0.0
        return max(of_its_rate, self.halted_until(chat_id))

    def take(self, chat_id: int, now: float) -> float:
        """Take the next turn for a chat that is free; returns the moment at which to send."""
        at = max(now, self._next_at, self._everyone_halted_until)
        self._next_at = at + self._every
        chat = self._chats.setdefault(chat_id, _Group() if chat_id < 0 else _Private())
        chat.take(at)
        self._chats.move_to_end(chat_id)
        self._forget_idle(now)
        return at

    def halt(self, chat_id: int, now: float, seconds: float) -> bool:
        """Heed a 429 that a message to `chat_id` met. Returns True where it halts everyone.

        Telegram doesn't say whose limit it was. It is the chat's if the chat had another message just before
        (in a group also when it had its 20: Telegram counts some that bots don't see); otherwise it is everyone's.
        """
        chat = self._chats.get(chat_id)
        if chat is not None and chat.had_another(now):
            self._halted = {other: until for other, until in self._halted.items() if until > now}
            self._halted[chat_id] = now + seconds
            return False
        self._everyone_halted_until = max(self._everyone_halted_until, now + seconds)
        return True

    def _forget_idle(self, now: float) -> None:
        while self._chats:
            chat_id, chat = next(iter(self._chats.items()))
            if not chat.idle(now):
                break
            del self._chats[chat_id]
