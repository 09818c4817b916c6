"""python -m bot. A stop that comes while the modules are still being loaded is a graceful one, too."""

import signal
import sys


def _stopped(*_: object) -> None:
    sys.exit(0)


signal.signal(signal.SIGTERM, _stopped)
signal.signal(signal.SIGINT, _stopped)

try:
    from bot.cli import main  # it takes a second
except ModuleNotFoundError as error:
    if (error.name or "").startswith("bot."):
        raise  # one of ours, such as a folder that bot/features/__init__.py names and isn't there
    sys.exit(
        f"This Python lacks the package {error.name!r}. `make sandbox` and `make run` install what is needed "
        "into .venv; then, python is .venv/bin/python"
    )

main()
