"""A connection to a Neo4j server: managed transactions, and every failure as an error that names the address."""

import contextlib
import os
from collections.abc import Callable, Iterator
from typing import TYPE_CHECKING, Any, TypeVar

from graph.errors import StoreError
from graph.neo4j.address import Account, account, secured

if TYPE_CHECKING:
    from neo4j import Driver, ManagedTransaction

T = TypeVar("T")
Work = Callable[["ManagedTransaction"], T]

CONNECT_SECONDS = 10.0
"""Longest wait for a server to take a connection."""

RETRY_SECONDS = 60.0
"""How long a transaction is tried again where the server is starting, changing its leader or breaking a deadlock."""

SCHEMA_SECONDS = 600.0
"""Longest time of making a constraint or an index, which has to read a whole graph that was imported."""

_REPLAYS = 5

_TIMEOUTS = ("TransactionTimedOut", "LockAcquisitionTimeout", "LockClientStopped")
"""What the server's codes for a transaction that took too long begin with; the last ends the wait for a lock."""


class Connection:
    """A pool of connections to one database, opened on first use, and again in a process that was forked."""

    def __init__(self, address: str, *, timeout: float) -> None:
        """Speak to ``address`` as the environment says; ``timeout`` is the longest time of one transaction in seconds.

        Raises:
            StoreError: ``address`` is none.
        """
        self.address, self.timeout = secured(address), timeout
        self._account: Account = account()
        self._driver: Driver | None = None
        self._process = os.getpid()

    def check(self) -> None:
        """Ask the server for nothing, once.

        Raises:
            StoreError: It cannot be reached, or refuses.
        """
        with self._failures():
            self._open().verify_connectivity()

    def read(self, query: str, **values: object) -> list[Any]:
        """Return the records that ``query`` gives in a managed reading transaction.

        Raises:
            StoreError: The server refuses, cannot be reached, or takes too long.
        """
        return self.reading(lambda transaction: list(run(transaction, query, **values)))

    def reading(self, work: "Work[T]") -> T:
        """Return what ``work`` returns in a managed reading transaction; it may be called repeatedly."""
        from neo4j import unit_of_work

        with self._failures(), self._open().session(database=self._account.database) as session:
            return session.execute_read(unit_of_work(timeout=self.timeout)(work))

    def write(self, work: "Work[T]", *, timeout: float | None = None) -> T:
        """Return what ``work`` returns in a managed writing transaction of at most ``timeout`` seconds.

        ``work`` must come to the same when it is done twice: it is called again where the server broke a deadlock or
        went away, and where the connection was lost before the server could say that it had stored the transaction.

        Raises:
            StoreError: The server refuses, cannot be reached, or takes too long.
        """
        from neo4j import unit_of_work
        from neo4j.exceptions import IncompleteCommit

        with self._failures():
            for replays in range(_REPLAYS):
                try:
                    with self._open().session(database=self._account.database) as session:
                        return session.execute_write(unit_of_work(timeout=timeout or self.timeout)(work))
                except IncompleteCommit:
                    if replays + 1 == _REPLAYS:
                        raise
        raise AssertionError("every replay returns or raises")

    def schema(self, command: str) -> None:
        """Run one command that creates a constraint or an index if it is absent, or waits for them."""
        seconds = max(self.timeout, SCHEMA_SECONDS)
        self.write(lambda transaction: run(transaction, command).consume(), timeout=seconds)

    def close(self) -> None:
        """Close the connections; closing twice is allowed."""
        driver, self._driver = self._driver, None
        if driver is not None and self._process == os.getpid():
            driver.close()

    def _open(self) -> "Driver":
        if self._driver is None or self._process != os.getpid():
            self._driver, self._process = self._connect(), os.getpid()
        return self._driver

    def _connect(self) -> "Driver":
        import neo4j

        user, password, _ = self._account
        return neo4j.GraphDatabase.driver(
            self.address,
            auth=None if password is None else (user, password),
            connection_timeout=CONNECT_SECONDS,
            connection_acquisition_timeout=CONNECT_SECONDS + RETRY_SECONDS,
            max_transaction_retry_time=RETRY_SECONDS,
            notifications_min_severity="OFF",
            telemetry_disabled=True,
        )

    @contextlib.contextmanager
    def _failures(self) -> Iterator[None]:
        """Turn what the driver raises into a :class:`StoreError`."""
        from neo4j.exceptions import DriverError, Neo4jError

        try:
            yield
        except (DriverError, Neo4jError, OSError) as error:
            raise StoreError(f"{self.address}: {self._problem(error)}") from error

    def _problem(self, error: Exception) -> str:
        from neo4j import exceptions

        code = getattr(error, "code", None) or ""
        if isinstance(error, exceptions.AuthError):
            return f"refused the user {self._account.user!r}; check NEO4J_USERNAME and NEO4J_PASSWORD"
        if "DatabaseNotFound" in code:
            return f"has no database {self._account.database!r}; check NEO4J_DATABASE"
        if code.rpartition(".")[2].startswith(_TIMEOUTS):
            return f"took longer than {self.timeout:g} s over one transaction"
        if isinstance(error, exceptions.ServiceUnavailable | exceptions.SessionExpired | OSError):
            return f"cannot be reached ({_first_line(error)})"
        return f"failed ({code or type(error).__name__}: {_first_line(error)})"


def run(transaction: "ManagedTransaction", query: str, **values: object) -> Any:
    """Run ``query``, which is made of this package's own words and checked relation types; ``values`` go apart."""
    return transaction.run(query, values)


def _first_line(error: Exception) -> str:
    text: str = getattr(error, "message", None) or str(error) or type(error).__name__
    return text.partition("\n")[0]
