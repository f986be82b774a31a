"""A process that runs artifact-stream in children of its own, and has faults happen in them.

It reads a JSON object a line on stdin (`Order`), forks, and answers with one a line (`Outcome`).
Forking costs milliseconds where starting Python costs a quarter of a second; and this process has
one thread, which a test process need not have.

A fault happens at the n-th operation of the child that changes something on the disk: the
process is killed (in the middle of a write), or gets a signal, or the operation fails.
"""

from __future__ import annotations

import errno
import json
import os
import resource
import signal
import sys
import time
import traceback
from dataclasses import asdict, dataclass, field
from typing import Any

CREATING = ("open", "rename", "replace", "unlink", "mkdir", "rmdir", "ftruncate")
WRITING = ("write", "pwrite")


@dataclass
class Order:
    sources: list[str]
    out: str
    options: dict[str, Any] = field(default_factory=dict)
    resume: bool = False
    overwrite: bool = False
    jobs: int = 1
    interval: float | None = 0.0  # between checkpoints; None for that of the product
    at: int | None = None  # the fault's operation, from 1
    fault: str = "kill"  # or a signal, "SIGTERM", or an error, "ENOSPC"
    lasts: bool = True  # an error happens at all operations from there on
    kill_after: float | None = None  # seconds; the whole process group
    max_file_bytes: int | None = None
    large_bytes: int | None = None
    windows: bool = False  # without operations relative to a folder
    workers_at_once: bool = False  # from the first entry on
    boot_id: str | None = None  # of the system


@dataclass
class Outcome:
    exit_code: int  # negative for a signal
    message: str
    operations: int


class Faults:
    """Counts operations, and lets the fault happen."""

    def __init__(self, order: Order) -> None:
        self.order = order
        self.operations = 0
        self.process = os.getpid()

    def happens(self) -> bool:
        if os.getpid() != self.process:
            return False  # A worker that is a copy of the run.
        self.operations += 1
        at, order = self.order.at, self.order
        if at is None or self.operations < at:
            return False
        return self.operations == at or (order.lasts and order.fault.startswith("E"))

    def strike(self) -> None:
        fault = self.order.fault
        if fault == "kill":
            os.kill(os.getpid(), signal.SIGKILL)
        elif fault.startswith("SIG"):
            signal.raise_signal(getattr(signal, fault))
        else:
            number = getattr(errno, fault)
            raise OSError(number, os.strerror(number))

    def creating(self, original: Any) -> Any:
        def patched(*arguments: Any, **options: Any) -> Any:
            is_open = original.__name__ == "open"
            flags = arguments[1] if is_open and len(arguments) > 1 else 0
            changes = not is_open or flags & (os.O_CREAT | os.O_WRONLY)
            counts = changes or (self.order.fault == "EMFILE" and is_open)
            if counts and self.happens():
                self.strike()
            return original(*arguments, **options)

        return patched

    def writing(self, original: Any) -> Any:
        def patched(descriptor: int, data: Any, *more: Any) -> int:
            if self.happens():
                if not self.order.fault.startswith("SIG"):
                    original(descriptor, bytes(data)[: len(data) // 2], *more)
                self.strike()
            return original(descriptor, data, *more)

        return patched

    def file_opening(self, original: Any) -> Any:
        def patched(file: Any, mode: str = "r", *arguments: Any, **options: Any) -> Any:
            if set(mode) & set("wax+") and self.happens():
                self.strike()
            return original(file, mode, *arguments, **options)

        return patched

    def database(self, base: Any) -> Any:
        faults = self

        class Database(base):
            def execute(self, sql: str, *arguments: Any) -> Any:
                writes = sql.startswith(("COMMIT", "INSERT", "CREATE"))
                if writes and faults.happens():
                    faults.strike_database()
                return super().execute(sql, *arguments)

        return Database

    def strike_database(self) -> None:
        import sqlite3

        if self.order.fault.startswith("E"):
            raise sqlite3.OperationalError("database or disk is full")
        self.strike()

    def install(self) -> None:
        import builtins
        import sqlite3

        for name in CREATING + WRITING:
            original = getattr(os, name)
            patched = (self.writing if name in WRITING else self.creating)(original)
            if original in os.supports_dir_fd:
                os.supports_dir_fd.add(patched)
            setattr(os, name, patched)
        builtins.open = self.file_opening(builtins.open)
        connect = sqlite3.connect
        factory = self.database(sqlite3.Connection)
        sqlite3.connect = lambda *a, **o: connect(*a, factory=factory, **o)


def run_order(order: Order) -> Outcome:
    """In the child: run, and say what came of it."""
    from artifact_stream import Options, run
    from artifact_stream.commands.signals import signals_ask
    from artifact_stream.commands.wording import sentence
    from artifact_stream.disk import directories
    from artifact_stream.errors import ArtifactStreamError
    from artifact_stream.framing.jsonl import JsonlFramer
    from artifact_stream.framing.raw_log import RawLogFramer
    from artifact_stream.pipeline import resuming
    from artifact_stream.resume import checkpoint, recovery
    from artifact_stream.stop import Interrupted, StopRequest
    from artifact_stream.workers import pool as worker_pool

    if order.interval is not None:
        checkpoint.INTERVAL_SECONDS = order.interval
        checkpoint.WORK_PER_CHECKPOINT = 0.0
        checkpoint.ENTRIES_PER_LOOK = 1
    if order.large_bytes is not None:
        RawLogFramer.large_bytes = JsonlFramer.large_bytes = order.large_bytes
    if order.windows:
        directories._RELATIVE = False
    if order.max_file_bytes is not None:
        signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
        limits = (order.max_file_bytes, resource.getrlimit(resource.RLIMIT_FSIZE)[1])
        resource.setrlimit(resource.RLIMIT_FSIZE, limits)
    if order.workers_at_once:
        worker_pool._FIRST_STARTS = worker_pool._WORTH_AFTER_STARTS = 0.0
        worker_pool._WORTH_FOR_STARTS = 0.0
    if order.boot_id is not None:
        checkpoint.current_boot_id = resuming.current_boot_id = lambda: order.boot_id
        recovery.current_boot_id = lambda: order.boot_id
    faults = Faults(order)
    faults.install()
    stop = StopRequest()
    options = Options(
        **{k: tuple(v) if isinstance(v, list) else v for k, v in order.options.items()}
    )
    try:
        with signals_ask(stop):
            summary = run(
                order.sources,
                order.out,
                options,
                resume=order.resume,
                overwrite=order.overwrite,
                jobs=order.jobs,
                stop=stop,
            )
    except ArtifactStreamError as error:
        return Outcome(error.exit_code, sentence(error, "run"), faults.operations)
    except Interrupted:
        return Outcome(128 + (stop.signal_number or 0), "at once", faults.operations)
    except BaseException:  # noqa: BLE001 - the test looks at it
        return Outcome(70, traceback.format_exc(), faults.operations)
    code = 128 + (stop.signal_number or 0) if summary.interrupted else 0
    return Outcome(code, "", faults.operations)


def serve_order(order: Order) -> Outcome:
    """Fork, have the order run, and wait for the child."""
    answers, answering = os.pipe()
    child = os.fork()
    if child == 0:
        os.setsid()
        write = os.write
        outcome = run_order(order)
        write(answering, json.dumps(asdict(outcome)).encode())
        os._exit(0)
    os.close(answering)
    if order.kill_after is not None:
        time.sleep(order.kill_after)
        try:
            os.killpg(child, signal.SIGKILL)
        except ProcessLookupError:
            os.kill(child, signal.SIGKILL)  # It had no time to become a group's leader.
    with os.fdopen(answers, "rb") as file:
        answer = file.read()
    _, status = os.waitpid(child, 0)
    if os.WIFSIGNALED(status):
        return Outcome(-os.WTERMSIG(status), "", 0)
    return Outcome(**json.loads(answer))


def main() -> None:
    import sqlite3  # noqa: F401 - what every child needs is imported once

    import artifact_stream.rendering.python.html  # noqa: F401

    for line in sys.stdin:
        print(json.dumps(asdict(serve_order(Order(**json.loads(line))))), flush=True)


if __name__ == "__main__":
    main()
