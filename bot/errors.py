"""BotError and its kinds, which all layers share."""


class BotError(Exception):
    """An error that this program raises itself. Its text is a sentence for the log or the operator."""


class ConfigurationError(BotError):
    """A setting can't be used; the text says what to do. Exit code 2."""


class FatalError(BotError):
    """The worker can't go on; the text says why in one sentence. Exit code 1, so that a platform restarts it."""


class TransientError(BotError):
    """The database fails for now; the same may succeed when it is tried again."""


class DatabaseAwayError(TransientError):
    """The database can't be used now, whatever the statement. The statement is retried until it can."""

    def __init__(self, reason: str, sqlstate: str | None = None) -> None:
        super().__init__(f"the database can't be used: {reason}")
        self.reason = reason
        self.sqlstate = sqlstate


class ConflictError(TransientError):
    """A transaction failed because of concurrent ones."""


class DataInUseError(TransientError):
    """Another update or a job of the same chat or user takes long with their data."""


class RanLongError(ConflictError):
    """A transaction broke, either because the database was away or because its handler idled too long."""


class StatementRefusedError(BotError):
    """The database refuses a statement, and would refuse it again."""


class TookTooLongError(BotError):
    """A handler did not return in time."""


class CancelledByNobodyError(BotError):
    """A handler ended as cancelled without being cancelled."""


class LeadershipLostError(BotError):
    """Another worker has taken over. This one must change and send nothing more."""


class TransactionOpenError(BotError):
    """Telegram was called while a transaction was open in the same task."""

    def __init__(self, method: str) -> None:
        super().__init__(
            f"{method} was called while a unit of work is open: a transaction would wait for the network. "
            "Ask Telegram before context.work(), and send with context.reply() or context.call()"
        )


class NoUpdateError(BotError):
    """A context was used that has no update, or whose update has ended."""

    def __init__(self) -> None:
        super().__init__(
            "there is no update here, or it has ended: in time-outs, jobs, tasks and error handlers, send with "
            "context.bot instead of context.reply(), and don't use context.work()"
        )


class InvalidCallError(BotError):
    """A call of the Bot API can't be queued; the text says why, and what to do instead."""


class AlreadyEndedError(BotError):
    """An update's row is gone: another worker has ended it, or this one by a commit whose answer was lost."""


class UnreadableError(BotError):
    """python-telegram-bot can't parse an update."""


class UnsendableError(BotError):
    """A row of the outbox can't be turned into a call."""

    def __init__(self, kind: str, why: Exception) -> None:
        super().__init__(f"this version can't read what was kept of a message of kind {kind!r}: {why!r}")


class SentHookError(BotError):
    """A feature's function for a sent call fails."""

    def __init__(self, name: str, why: Exception) -> None:
        super().__init__(f"it was sent, but the feature's function {name!r} failed: {why!r}. A retry sends it again")


class KillsTheProcessError(BotError):
    """Several processes ended while they handled this update."""


class NoMorePermitsError(BotError):
    """The term ends, and no more permits are given."""

    def __init__(self) -> None:
        super().__init__("the worker stops, or leads no longer: nothing more is sent")


class ChatRestsError(BotError):
    """A chat's limits don't allow a message yet."""

    def __init__(self, seconds: float) -> None:
        super().__init__(f"the chat has to be left alone for {seconds:.1f} s")
        self.seconds = seconds


class CallFailedError(BotError):
    """Telegram refuses a call, or its tries are used up; the text is only the reason."""

    def __init__(self, reason: str, *, unreachable: bool = False) -> None:
        super().__init__(reason)
        self.unreachable = unreachable  # nothing sent there arrives


class ChartError(BotError):
    """A chart can't be drawn."""


class UnstorableError(BotError):
    """A handler has put something into python-telegram-bot's data that can't be stored."""

    def __init__(self, where: str, value: object) -> None:
        super().__init__(
            f"{where} holds a {type(value).__qualname__}, which can't be stored: "
            "use texts, numbers, dates, lists, sets, dicts and Telegram's objects"
        )
