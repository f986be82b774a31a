"""Doing tasks here and in workers, and taking what comes of them in the order they came in.

Names, index lines and problems must not depend on who was faster: whatever follows from an entry
is done when it is the oldest one that is left.
"""

from __future__ import annotations

import time
from collections import deque
from collections.abc import Callable
from typing import Generic, TypeVar

import msgspec

from artifact_stream.disk.directories import Directory
from artifact_stream.entries import Payload
from artifact_stream.rendering.perform import perform
from artifact_stream.rendering.task import Rendered, RenderTask
from artifact_stream.workers.job import Job, Pool

_MAX_WAITING = 512
"""So many items are held until the oldest is done; then the reader waits."""

_POLL_EVERY = 16

Settled = TypeVar("Settled")
Awaited = TypeVar("Awaited")


class _Turn(msgspec.Struct, Generic[Settled], eq=False):
    """An item that waits for its turn alone."""

    item: Settled


class _Work(msgspec.Struct, Generic[Awaited], eq=False):
    """An item that waits for its job, too."""

    item: Awaited
    job: Job


class OrderedWork(Generic[Settled, Awaited]):
    """Has tasks done and hands each item on, with what came of it, in order.

    Memory: `_MAX_WAITING` items and their tasks.

    Args:
        pool: Workers; None to do all here.
        staging: Where files are made.
        hand_on: Takes an item that had no task.
        hand_on_made: Takes an item that had one, and what came of it.
    """

    def __init__(
        self,
        pool: Pool | None,
        staging: Directory,
        hand_on: Callable[[Settled], None],
        hand_on_made: Callable[[Awaited, Rendered], None],
    ) -> None:
        self._pool = pool
        self._staging = staging
        self._hand_on = hand_on
        self._hand_on_made = hand_on_made
        self._waiting: deque[_Turn[Settled] | _Work[Awaited]] = deque()
        self._appended = 0

    def add(self, item: Settled) -> None:
        """Take an item that needs no work.

        Raises:
            OutputUnusable: The disk cannot be written.
            InputUnusable: The source cannot be read any more.
        """
        if self._waiting:
            self._append(_Turn(item))
        else:
            self._hand_on(item)

    def submit(self, item: Awaited, task: RenderTask, payload: Payload | None) -> None:
        """Take an item and the task that it needs.

        Args:
            item: Handed on when the task is done and all items before it are.
            task: What is to be done.
            payload: The payload, where only this process can read it, and only now; else None.

        Raises:
            OutputUnusable: The disk cannot be written.
            InputUnusable: The source cannot be read any more.
        """
        pool = self._pool
        job = Job(task, self._staging)
        if pool is None:
            job.rendered = perform(task, payload, self._staging)
        elif payload is not None or not pool.is_worth_it or not pool.offer(job):
            started = time.perf_counter()
            job.rendered = perform(task, payload, self._staging)
            pool.note_work_here(time.perf_counter() - started)
        if job.rendered is not None and not self._waiting:
            self._hand_on_made(item, job.rendered)
            return
        self._append(_Work(item, job))

    def hold(self, item: Awaited, job: Job) -> None:
        """Take an item whose job the caller does: `hand_on_done` is to be called after that.

        At most `_MAX_WAITING` items, this one included, may be taken before the job is done.

        Raises:
            OutputUnusable: The disk cannot be written.
            InputUnusable: The source cannot be read any more.
        """
        self._append(_Work(item, job))

    def _append(self, waiting: _Turn[Settled] | _Work[Awaited]) -> None:
        self._waiting.append(waiting)
        self._appended += 1
        if self._pool is not None and self._appended % _POLL_EVERY == 0:
            self._pool.poll()
            self.hand_on_done()
        while len(self._waiting) >= _MAX_WAITING:
            self._wait_for_oldest()

    def finish(self) -> None:
        """Have everything done and handed on.

        Raises:
            OutputUnusable: The disk cannot be written.
            InputUnusable: The source cannot be read any more.
        """
        while self._waiting:
            self._wait_for_oldest()

    def _wait_for_oldest(self) -> None:
        self.hand_on_done()
        if self._waiting:
            assert self._pool is not None
            self._pool.wait()
            self.hand_on_done()

    def hand_on_done(self) -> None:
        """Hand on what is done and has nothing before it that is not.

        Raises:
            OutputUnusable: The disk cannot be written.
            InputUnusable: The source cannot be read any more.
        """
        waiting = self._waiting
        while waiting:
            oldest = waiting[0]
            if isinstance(oldest, _Turn):
                waiting.popleft()
                self._hand_on(oldest.item)
                continue
            rendered = self._rendered(oldest.job)
            if rendered is None:
                return
            waiting.popleft()
            self._hand_on_made(oldest.item, rendered)

    def _rendered(self, job: Job) -> Rendered | None:
        """What came of a job, done here if no worker will do it; None if it is still under way."""
        rendered = job.rendered
        if rendered is None:
            return perform(job.task, None, self._staging) if job.given_back else None
        if job.deaths and not rendered.message:
            rendered.message = (
                "A worker process died while it rendered this entry; another one did it."
            )
        return rendered
