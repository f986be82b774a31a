"""A worker process that a test plays itself: two pipes, and no process."""

from __future__ import annotations

import os
from contextlib import suppress

from artifact_stream.workers.messages import LENGTH_BYTES, decode_batch, encode_message


class PlayedWorker:
    """What `start_worker` gives; the other ends of its pipes are the test's.

    Attributes:
        tasks: Descriptor of the pipe to the worker; whoever has it closes it.
        replies: Descriptor of the pipe from it, too.
        killed: How often it was killed.
        status: Its exit status.
    """

    def __init__(self) -> None:
        self._task_end, self.tasks = os.pipe()
        self.replies, self._reply_end = os.pipe()
        os.set_blocking(self._task_end, False)
        self.killed = 0
        self.status = 0
        self.is_waited_for = False

    def say(self, *messages) -> None:
        """Write messages as the worker does."""
        self.say_bytes(b"".join(map(encode_message, messages)))

    def say_bytes(self, data: bytes) -> None:
        """Write anything."""
        os.write(self._reply_end, data)

    def heard(self) -> list:
        """The batches that have come."""
        data, batches = b"", []
        with suppress(BlockingIOError):
            while piece := os.read(self._task_end, 1 << 20):
                data += piece
        while data:
            end = LENGTH_BYTES + int.from_bytes(data[:LENGTH_BYTES], "little")
            batches.append(decode_batch(data[LENGTH_BYTES:end]))
            data = data[end:]
        return batches

    def die(self, status: int = -9) -> None:
        """End as a process does: its ends of the pipes are closed."""
        self.status = status
        for end in ("_task_end", "_reply_end"):
            descriptor = getattr(self, end)
            if descriptor is not None:
                os.close(descriptor)
                setattr(self, end, None)

    def kill(self) -> None:
        self.killed += 1
        self.die()

    def wait(self) -> int:
        self.is_waited_for = True
        self.die(self.status)
        return self.status
