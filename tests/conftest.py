"""Databases for tests: each test that asks for `database` runs on SQLite and on PostgreSQL.

PostgreSQL is the server named by LINKBACK_TEST_POSTGRES, else a cluster of this run's own, made from Debian's
postgresql by the first worker that needs one and shared by all. Without either, that half is skipped.
"""

import fcntl
import os
import pwd
import shutil
import subprocess
import tempfile
from collections.abc import Iterator
from pathlib import Path
from uuid import uuid4

import pytest
from sqlalchemy import URL, create_engine, make_url, text

from linkback.storage.database import Database
from linkback.storage.tables import metadata

SERVER = "LINKBACK_TEST_POSTGRES"
FOLDER = "LINKBACK_TEST_POSTGRES_FOLDER"  # set by the process that began the run, for its workers
HOW_TO_HAVE_IT = f"PostgreSQL is not here: apt-get install postgresql, or set {SERVER} to the URL of a server"
OPTIONS = "-c listen_addresses= -c fsync=off -c full_page_writes=off -c max_connections=200 -c shared_buffers=32MB"
# Whoever ends the run, and however, the cluster ends with it.
WATCH = """
while [ -d "/proc/$1" ]; do sleep 1; done &&
"$2/pg_ctl" stop -D "$3/cluster" -m immediate && rm -rf "$3" &
"""


def pytest_configure(config: pytest.Config) -> None:
    if not hasattr(config, "workerinput"):
        # A socket's path must be short.
        os.environ[FOLDER] = tempfile.mkdtemp(prefix="linkback-", dir="/tmp")


def pytest_unconfigure(config: pytest.Config) -> None:
    if hasattr(config, "workerinput"):
        return
    folder = Path(os.environ.pop(FOLDER))
    if (folder / "cluster" / "postmaster.pid").exists():
        _postgres("pg_ctl", "stop", "-D", f"{folder}/cluster", "-m", "immediate")
    shutil.rmtree(folder, ignore_errors=True)


@pytest.fixture(scope="session")
def postgres_server() -> URL:
    """The address of a server on which databases may be made."""
    if os.environ.get(SERVER):
        return make_url(os.environ[SERVER])
    if not _programs():
        pytest.skip(HOW_TO_HAVE_IT)
    folder = Path(os.environ[FOLDER])
    with (folder / "lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        if not (folder / "cluster" / "postmaster.pid").exists():
            _start_cluster(folder)
    return URL.create("postgresql+psycopg", "linkback", database="postgres", query={"host": str(folder)})


@pytest.fixture(scope="session")
def migrated_postgres(postgres_server: URL) -> Iterator[str]:
    """The address of a database with the newest tables, which this worker alone uses."""
    with _made(postgres_server) as url:
        _upgrade(url)
        yield url


@pytest.fixture(scope="session")
def migrated_sqlite(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A file with the newest tables and nothing in them, to be copied."""
    path = tmp_path_factory.mktemp("sqlite") / "linkback.db"
    _upgrade(f"sqlite:///{path}")
    return path


@pytest.fixture
def sqlite_url(migrated_sqlite: Path, tmp_path: Path) -> str:
    """The address of an SQLite file with the newest tables and nothing in them."""
    shutil.copy(migrated_sqlite, tmp_path / "linkback.db")
    return f"sqlite:///{tmp_path}/linkback.db"


@pytest.fixture
def postgres_url(migrated_postgres: str) -> str:
    """The address of a PostgreSQL database with the newest tables and nothing in them."""
    names = ", ".join(metadata.tables)
    engine = create_engine(migrated_postgres, isolation_level="AUTOCOMMIT")
    with engine.connect() as connection:
        connection.execute(text(f"TRUNCATE {names} RESTART IDENTITY CASCADE"))
    engine.dispose()
    return migrated_postgres


@pytest.fixture(params=["sqlite", "postgresql"])
def database_url(request: pytest.FixtureRequest) -> str:
    """The address of a database with the newest tables and nothing in them."""
    name = {"sqlite": "sqlite_url", "postgresql": "postgres_url"}[request.param]
    return str(request.getfixturevalue(name))


@pytest.fixture(params=["sqlite", "postgresql"])
def bare_database_url(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[str]:
    """The address of a database without any tables."""
    if request.param == "sqlite":
        yield f"sqlite:///{tmp_path}/linkback.db"
        return
    with _made(request.getfixturevalue("postgres_server")) as url:
        yield url


@pytest.fixture
def database(database_url: str) -> Iterator[Database]:
    """A database with the newest tables and nothing in them."""
    opened = Database.open(database_url)
    yield opened
    opened.close()


class _made:  # noqa: N801  # reads as a word where it is used
    """A database of its own on a server, for as long as the block lasts."""

    def __init__(self, server: URL) -> None:
        self.server = server
        self.name = f"linkback_{uuid4().hex}"

    def __enter__(self) -> str:
        self._order(f"CREATE DATABASE {self.name}")
        return self.server.set(database=self.name).render_as_string(hide_password=False)

    def __exit__(self, *_error: object) -> None:
        self._order(f"DROP DATABASE {self.name} WITH (FORCE)")

    def _order(self, words: str) -> None:
        engine = create_engine(self.server, isolation_level="AUTOCOMMIT")
        with engine.connect() as connection:
            connection.execute(text(words))
        engine.dispose()


def _upgrade(url: str) -> None:
    database = Database.open(url)
    database.upgrade()
    database.close()


def _programs() -> Path | None:
    found = sorted(Path("/usr/lib/postgresql").glob("*/bin/initdb"), key=lambda path: int(path.parts[4]))
    return found[-1].parent if found else None


def _start_cluster(folder: Path) -> None:
    if os.getuid() == 0:
        shutil.chown(folder, _owner())
    cluster = str(folder / "cluster")
    _postgres("initdb", "-D", cluster, "-U", "linkback", "--auth=trust", "--no-sync", "-E", "UTF8", "--locale=C")
    _postgres("pg_ctl", "start", "-D", cluster, "-w", "-l", f"{folder}/log", "-o", f"-k {folder} {OPTIONS}")
    began = os.getppid() if "PYTEST_XDIST_WORKER" in os.environ else os.getpid()
    _run("sh", "-c", WATCH, "watch", str(began), str(_programs()), str(folder))


def _postgres(program: str, *words: str) -> None:
    programs = _programs()
    assert programs is not None
    _run(f"{programs}/{program}", *words)


def _run(*words: str) -> None:
    """Run a program to its end, as somebody else when we are root, which PostgreSQL refuses."""
    owner = pwd.getpwnam(_owner()) if os.getuid() == 0 else None
    done = subprocess.run(
        words,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
        cwd="/",
        check=False,
        user=owner and owner.pw_uid,
        group=owner and owner.pw_gid,
        extra_groups=[] if owner else None,
    )
    assert done.returncode == 0, f"{words[0]} ended with {done.returncode}"


def _owner() -> str:
    names = {entry.pw_name for entry in pwd.getpwall()}
    return "postgres" if "postgres" in names else "nobody"
