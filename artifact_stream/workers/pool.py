"""Processes that render entries while this one reads the trace.

They are started with `subprocess` and fed over pipes without waiting, by one thread: a
`concurrent.futures` pool costs two threads, whose switching takes longer than rendering a small
entry does, and `multiprocessing` runs the caller's main module again in every process.

Memory: at most `_MAX_BYTES` of payloads are on their way at a time, whatever the number of workers.
"""

from __future__ import annotations

import os
import selectors
import sys
import time
from collections.abc import Callable

from artifact_stream.errors import (
    Argument,
    ArtifactStreamError,
    InputUnusable,
    OutputUnusable,
    WrongUsage,
)
from artifact_stream.framing.payloads import IndentedText, JsonText
from artifact_stream.rendering.perform import discard_staged
from artifact_stream.rendering.task import Outcome, Rendered
from artifact_stream.workers.job import Job
from artifact_stream.workers.messages import Answer, Batch, Farewell, Ready, Reply, Trouble
from artifact_stream.workers.start import start_seconds
from artifact_stream.workers.worker import Worker

_MAX_BYTES = 8 << 20
_MAX_BYTES_A_WORKER = 1 << 20
_MAX_MICROSECONDS_A_WORKER = 40_000.0
_BATCH_MICROSECONDS = 2_000.0
_BATCH_BYTES = 256 << 10
# A worker is worth the time that it takes to start once more than that has been done here, or once
# much more is known to be left.
_WORTH_AFTER_STARTS = 1.5
_WORTH_FOR_STARTS = 2.5
_FIRST_STARTS = 0.3

_MAX_DEATHS_OF_A_TASK = 2

_PATIENCE_SECONDS = 10.0
"""So long a run that was asked to stop waits for a worker, which somebody may have stopped."""
_LOOK_SECONDS = 1.0
"""So often it is asked whether the run is to stop while workers are waited for."""


class WorkerPool:
    """Starts workers when there is enough to do, and others in place of those that die.

    A job that two workers have died of is answered with `Outcome.WORKER_DIED`.  Where none can be
    started (Windows has no waiting for several pipes), `offer` takes nothing.

    Args:
        workers: How many processes at the most.
        remaining_ratio: Says how many bytes are still to be read for each byte that has been; None
            where nobody knows.
        is_stopping: Says whether the run was asked to stop.
    """

    def __init__(
        self,
        workers: int,
        remaining_ratio: Callable[[], float | None],
        is_stopping: Callable[[], bool] = lambda: False,
    ) -> None:
        self._remaining_ratio = remaining_ratio
        self._is_stopping = is_stopping
        self._max_workers = 0 if sys.platform == "win32" else workers
        self._workers: list[Worker] = []
        self._selector = selectors.DefaultSelector()
        self._waiting: list[Job] = []  # the next batch
        self._waiting_cost = 0.0
        self._waiting_bytes = 0
        self._place: tuple[bytes, list[str]] = (b"", [])
        self._seconds_here = 0.0
        self._start_seconds = start_seconds()
        self._max_bytes_a_worker = min(_MAX_BYTES_A_WORKER, _MAX_BYTES // max(1, workers))
        self.peak_memory_bytes = 0

    def work_in(self, out: str, folders: list[str]) -> None:
        """Say where the jobs offered from now on have their staging folder.

        Args:
            out: The output folder of the run.
            folders: Names of folders, each in the one before, that lead from there.
        """
        self._place = (os.fsencode(os.path.abspath(out)), folders)

    @property
    def is_worth_it(self) -> bool:
        """True if there is so much to do that a worker should be started, or once one has been."""
        if self._workers:
            return True
        spent = self._seconds_here / self._start_seconds
        if not self._max_workers or spent < _FIRST_STARTS:
            return False
        ratio = self._remaining_ratio()
        if ratio is None:
            return spent >= _WORTH_AFTER_STARTS
        return spent * ratio >= _WORTH_FOR_STARTS

    def note_work_here(self, seconds: float) -> None:
        """Tell how long the caller has taken for a job that was not taken."""
        self._seconds_here += seconds

    def offer(self, job: Job) -> bool:
        """Take a job, unless the workers have enough to do."""
        if not self._room():
            self.poll()
            if not self._room():
                self._start_another()
                return False
        task = job.task
        if isinstance(task.payload, IndentedText | JsonText):
            task.payload = task.payload.by_reference()
        self._waiting.append(job)
        self._waiting_cost += task.cost_microseconds
        self._waiting_bytes += task.payload_bytes
        if self._waiting_cost >= _BATCH_MICROSECONDS or self._waiting_bytes >= _BATCH_BYTES:
            self._send_waiting()
        return True

    def _room(self) -> bool:
        for worker in self._workers:
            if (
                worker.is_ready
                and worker.cost + self._waiting_cost < _MAX_MICROSECONDS_A_WORKER
                and worker.payload_bytes + self._waiting_bytes < self._max_bytes_a_worker
            ):
                return True
        return False

    def poll(self) -> None:
        """Take what the workers have answered meanwhile.

        Raises:
            OutputUnusable: A worker could not write.
            InputUnusable: A worker could not read the source.
        """
        self._serve(0)

    def wait(self) -> None:
        """Wait until a worker answers or ends; to be called only while jobs are on their way.

        Raises:
            OutputUnusable: A worker could not write.
            InputUnusable: A worker could not read the source.
        """
        self._send_waiting()
        deadline = None
        while self._workers and not self._serve(_LOOK_SECONDS):
            if self._is_stopping():
                deadline = deadline or time.monotonic() + _PATIENCE_SECONDS
                if time.monotonic() >= deadline:
                    self._abandon()
                    return

    def _serve(self, timeout: float | None) -> bool:
        """Serve those workers that have something; false if none has in that time."""
        if not self._workers:
            return False
        events = self._selector.select(timeout)
        for key, _ in events:
            worker: Worker = key.data
            if worker in self._workers and not worker.serve(self._on_reply):
                self._bury(worker)
        return bool(events)

    def _on_reply(self, worker: Worker, reply: Reply) -> None:
        if isinstance(reply, Answer):
            worker.take_answered().rendered = reply.rendered
        elif isinstance(reply, Ready):
            self._send_waiting()
        elif isinstance(reply, Farewell):
            self.peak_memory_bytes = max(self.peak_memory_bytes, reply.peak_memory_bytes or 0)
        elif isinstance(reply, Trouble):
            raise _error_of(reply)

    def _send_waiting(self) -> None:
        """Send the next batch, if a worker is there to take it."""
        if not self._waiting:
            return
        ready = [worker for worker in self._workers if worker.is_ready]
        if not ready:
            if not self._workers:
                self._start_another()
            if not self._workers:
                self._give_back()
            return
        jobs, self._waiting = self._waiting, []
        self._waiting_cost, self._waiting_bytes = 0.0, 0
        freest = min(ready, key=lambda worker: worker.cost)
        freest.send(Batch(*self._place, [job.task for job in jobs]), jobs)

    def _give_back(self) -> None:
        """There are no workers any more."""
        for job in self._waiting:
            if job.deaths:
                job.rendered = _died(job, "no other could be started")
            else:
                job.given_back = True
        self._waiting.clear()

    def _start_another(self) -> None:
        """Start one more worker; it gets its first job when it has said that it is ready."""
        if len(self._workers) < self._max_workers and all(w.is_ready for w in self._workers):
            from artifact_stream.workers.process import main  # Few runs have so much to do.

            try:
                self._workers.append(Worker(self._selector, main))
            except (OSError, RuntimeError):
                # Not enough memory, say, or a limit on processes.
                self._max_workers = len(self._workers)

    def _bury(self, worker: Worker) -> None:
        """Go on without a worker that has died; what it had to do is done by another one."""
        self._workers.remove(worker)
        status = worker.end()
        jobs = list(worker.jobs)
        for job in jobs:
            discard_staged(job.task, job.staging)
        if not worker.is_ready:
            self._max_workers = len(self._workers)  # It could not start; others could not either.
        elif jobs:
            # It works in order: this is what it was doing.
            jobs[0].deaths += 1
            if jobs[0].deaths >= _MAX_DEATHS_OF_A_TASK:
                job = jobs.pop(0)
                job.rendered = _died(job, f"so did another one, of {_cause(status)}")
        self._waiting = jobs + self._waiting
        self._send_waiting()

    def _abandon(self) -> None:
        """Do without workers that do not answer: they are not at fault, as one that dies may be."""
        for worker in [w for w in self._workers if w.jobs or not w.is_ready]:
            self._workers.remove(worker)
            worker.kill()
            jobs = list(worker.jobs)
            for job in jobs:
                discard_staged(job.task, job.staging)
            self._waiting = jobs + self._waiting
        self._max_workers = len(self._workers)
        self._send_waiting()

    def close(self) -> None:
        """End the workers; those that are at work are stopped, and what they have staged stays."""
        for worker in self._workers:
            worker.dismiss(self._on_reply, _PATIENCE_SECONDS)
        self._workers.clear()
        self._selector.close()


def _died(job: Job, more: str) -> Rendered:
    message = f"A worker process died while it rendered this entry, and {more}."
    return Rendered(job.task.number, Outcome.WORKER_DIED, message)


def _cause(status: int) -> str:
    return f"signal {-status}" if status < 0 else f"exit status {status}"


def _error_of(trouble: Trouble) -> ArtifactStreamError:
    kind = InputUnusable if trouble.slug == InputUnusable.slug else OutputUnusable
    return kind(*trouble.said)


def available_processors() -> int:
    """How many processors this process may use."""
    if hasattr(os, "sched_getaffinity"):
        return len(os.sched_getaffinity(0))
    return os.cpu_count() or 1


def check_jobs(jobs: int | None) -> None:
    """Refuse a number of processes that cannot be.

    Raises:
        WrongUsage: It is less than 1.
    """
    if jobs is not None and jobs < 1:
        raise WrongUsage(Argument("jobs", jobs), " is too few: use 1 or more.")


def make_pool(
    jobs: int | None,
    remaining_ratio: Callable[[], float | None],
    is_stopping: Callable[[], bool] = lambda: False,
) -> WorkerPool | None:
    """Workers for a run of so many processes; None for one process.

    Args:
        jobs: How many processes, this one included; None for as many as there are processors.
        remaining_ratio: See `WorkerPool`.
        is_stopping: See there.
    """
    if jobs is None:
        jobs = available_processors()
    try:
        return WorkerPool(jobs - 1, remaining_ratio, is_stopping) if jobs > 1 else None
    except OSError:  # Too many files are open; one process needs fewer.
        return None
