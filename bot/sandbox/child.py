"""Run the worker so that it never outlives the sandbox: `python bot/sandbox/child.py`."""

import ctypes
import os
import runpy
import signal
import sys

PR_SET_PDEATHSIG = 1  # Source: prctl(2)


def stop_with_the_parent() -> None:
    """Ask the kernel to send SIGTERM when the parent exits.

    Only Linux can do this. Elsewhere the worker survives a kill -9 of the sandbox.
    """
    if sys.platform != "linux":
        return
    ctypes.CDLL(None, use_errno=True).prctl(PR_SET_PDEATHSIG, signal.SIGTERM)
    if os.getppid() == 1:  # the parent exited before the call
        os.kill(os.getpid(), signal.SIGTERM)


if __name__ == "__main__":
    stop_with_the_parent()
    runpy.run_module("bot", run_name="__main__", alter_sys=True)
