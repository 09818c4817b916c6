"""The worker with one step at which it strikes. `python -m tests.faults.kill_point '{"function": "…", …}' [command]`.

Without the JSON it is `python -m bot`. The tests fork the same process, which starts sooner (`fork_server`).
"""

import json
import sys

from bot import cli
from tests.faults.strike import Deed, Strike, arm


def parsed(told: str) -> Strike:
    fields = json.loads(told)
    return Strike(**{**fields, "deed": Deed(fields.get("deed", Deed.DIE))})


if __name__ == "__main__":
    if len(sys.argv) > 1 and sys.argv[1].startswith("{"):
        arm(parsed(sys.argv.pop(1)))
    cli.main()
