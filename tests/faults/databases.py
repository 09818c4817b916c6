"""Database failures on demand."""

import os
import shutil
import signal
import tempfile
from collections.abc import AsyncIterator, Iterator, Sequence
from contextlib import asynccontextmanager, contextmanager
from dataclasses import dataclass
from pathlib import Path

from sqlalchemy import URL

from bot.db.embedded import cluster as embedded
from bot.db.embedded.shutdown import Files, read_note
from tests.conftest import libpq_url
from tests.support.worker_process import command


@dataclass(frozen=True)
class OwnServer:
    """A durable server for one scenario."""

    cluster: embedded.Cluster
    folder: Path

    @property
    def url(self) -> URL:
        return self.cluster.url()

    @property
    def libpq_url(self) -> str:
        return libpq_url(self.cluster.socket_folder, embedded.DATABASE)

    def kill(self) -> None:
        """Kill the postmaster with kill -9. Its children end by themselves."""
        home = self.folder / "postgres"
        [major] = [int(entry.name) for entry in home.iterdir() if entry.name.isdecimal()]
        note = read_note(Files(home, str(major)))
        assert note is not None
        os.kill(note.pid, signal.SIGKILL)

    async def start(self) -> None:
        await self.cluster.ensure()


@asynccontextmanager
async def own_server() -> AsyncIterator[OwnServer]:
    """Run a server with a migrated database during the block."""
    with short_folder() as folder:
        async with embedded.running(folder, max_connections=100) as cluster:
            server = OwnServer(cluster, folder)
            migrated = await command(folder, "migrate", DATABASE_URL=server.libpq_url)
            assert migrated.code == 0, migrated.output
            yield server


@contextmanager
def short_folder() -> Iterator[Path]:
    """A temporary folder outside pytest's, whose paths are too long for a socket and closed to other users."""
    folder = Path(tempfile.mkdtemp(prefix="bot-faults-"))
    folder.chmod(0o711)  # for root: PostgreSQL runs as another user, who must get through
    try:
        yield folder
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def failing(event: str, sqlstates: Sequence[str]) -> str:
    """Statements that make `event`, such as "INSERT ON updates", fail with each of these states once; then it works.

    A sequence counts the failures, because it outlives the rollback.
    """
    states = ", ".join(f"'{state}'" for state in sqlstates)
    return f"""
CREATE SEQUENCE failures;
CREATE FUNCTION fail() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    state text := (ARRAY[{states}])[nextval('failures')];
BEGIN
    IF state IS NOT NULL THEN
        RAISE EXCEPTION 'made to fail' USING ERRCODE = state;
    END IF;
    RETURN coalesce(NEW, OLD);
END $$;
CREATE TRIGGER failing BEFORE {event} FOR EACH ROW EXECUTE FUNCTION fail();
"""
