"""Explaining a source that nobody has extracted, by a run that writes no artifacts."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager

from artifact_stream.disk.scratch import scratch_folder
from artifact_stream.options import Options
from artifact_stream.pipeline.run import run
from artifact_stream.stop import StopRequest

_LEAST = "link"
"""The kind of entries of which a run makes no files."""


@contextmanager
def read_for_facts(
    sources: Sequence[str], scratch: str, stop: StopRequest | None = None
) -> Iterator[str]:
    """An output without artifacts, as long as it is needed.

    Args:
        sources: As for `artifact_stream.pipeline.run.run`.
        scratch: Where a folder may be made.
        stop: As for `run`.

    Raises:
        ArtifactStreamError: As from `run`.
    """
    with scratch_folder(scratch) as out:
        run(sources, out, Options(only=(_LEAST,)), jobs=1, stop=stop)
        yield out
