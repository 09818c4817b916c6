"""BotError and its kinds: the one thing that all layers share."""


class BotError(Exception):
    """Something this program names itself; its text is a whole sentence for the log or the operator."""


class ConfigurationError(BotError):
    """What the operator set can't be worked with; the text says what to do. Exit code 2."""


class FatalError(BotError):
    """The worker can't go on; the text says why in one sentence. Exit code 1, so that a platform restarts it."""


class TransientError(BotError):
    """The database's no is for now: the same may well succeed when it is tried again."""


class DatabaseAwayError(TransientError):
    """The database can't work just now, for reasons of its own; the same is tried again until it can."""

    def __init__(self, reason: str, sqlstate: str | None = None) -> None:
        super().__init__(f"the database can't be used: {reason}")
        self.reason = reason
        self.sqlstate = sqlstate


class ConflictError(TransientError):
    """A transaction failed for what others did at the same moment."""


class RanLongError(ConflictError):
    """A transaction broke of which nobody knows whether the database was away or its handler had idled too long."""


class StatementRefusedError(BotError):
    """The database refuses a statement for what it says; the same would be refused again."""


class TookTooLongError(BotError):
    """A handler had not returned in time."""


class CancelledByNobodyError(BotError):
    """A handler ended as cancelled, and nobody had cancelled it."""


class LeadershipLostError(BotError):
    """Another worker has taken over since; this one must change and send nothing more."""


class TransactionOpenError(BotError):
    """Telegram was called while a transaction was open in the same task."""

    def __init__(self, method: str) -> None:
        super().__init__(
            f"{method} was called while a unit of work is open: a transaction would wait for the network. "
            "Ask Telegram before context.work(), and send with context.send()"
        )


class AlreadyEndedError(BotError):
    """An update's row was gone when its handler had finished: another worker, or one's own lost commit, ended it."""


class UnreadableError(BotError):
    """python-telegram-bot can't make an Update of it."""


class UnsendableError(BotError):
    """A row of the outbox that can't be made into a call."""

    def __init__(self, kind: str, why: Exception) -> None:
        super().__init__(f"this version can't read what was kept of a message of kind {kind!r}: {why!r}")


class KillsTheProcessError(BotError):
    """An update that was being handled each time when a process ended."""


class NoMorePermitsError(BotError):
    """The term ends: what waits for a permit isn't sent in it."""

    def __init__(self) -> None:
        super().__init__("the worker stops, or leads no longer: nothing more is sent")


class ChatRestsError(BotError):
    """A chat may not be sent to yet."""

    def __init__(self, seconds: float) -> None:
        super().__init__(f"the chat has to be left alone for {seconds:.1f} s")
        self.seconds = seconds


class CallFailedError(BotError):
    """Telegram refuses a call for good, or it was tried often enough; the text is the reason alone."""

    def __init__(self, reason: str, *, unreachable: bool = False) -> None:
        super().__init__(reason)
        self.unreachable = unreachable  # whatever is sent there, it doesn't arrive


class ChartError(BotError):
    """The program that draws charts did not."""
