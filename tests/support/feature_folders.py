"""What features' test folders bring to tests of the whole bot. A removed folder takes its part along."""

from importlib import import_module
from types import ModuleType

from tests.support.worker_process import PROJECT


def modules(name: str) -> list[ModuleType]:
    """The modules `tests/features/<feature>/<name>.py`, of all features that have one."""
    files = sorted(PROJECT.glob(f"tests/features/*/{name}.py"))
    return [import_module(f"tests.features.{file.parent.name}.{name}") for file in files]
