"""python -m bot. A stop that comes while the modules are still being loaded is a graceful one, too."""

import signal
import sys


def _stopped(*_: object) -> None:
    sys.exit(0)


signal.signal(signal.SIGTERM, _stopped)
signal.signal(signal.SIGINT, _stopped)

from bot.cli import main  # noqa: E402 -- it takes a second

main()
