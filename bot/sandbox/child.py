"""Run the worker so that it doesn't outlive the sandbox, however that ends: `python bot/sandbox/child.py`."""

import ctypes
import os
import runpy
import signal
import sys

PR_SET_PDEATHSIG = 1  # Source: prctl(2)


def stop_with_the_parent() -> None:
    """Have the kernel send SIGTERM once the parent has gone. Only Linux can; elsewhere only a kill -9 is missed."""
    if sys.platform != "linux":
        return
    ctypes.CDLL(None, use_errno=True).prctl(PR_SET_PDEATHSIG, signal.SIGTERM)
    if os.getppid() == 1:  # it was gone before
        os.kill(os.getpid(), signal.SIGTERM)


if __name__ == "__main__":
    stop_with_the_parent()
    runpy.run_module("bot", run_name="__main__", alter_sys=True)
