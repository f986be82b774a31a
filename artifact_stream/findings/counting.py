"""Counting what is found in a trace; nothing here grows with it but numbers, and files on disk."""

from __future__ import annotations

from decimal import Decimal

from artifact_stream.compile_ids import UNKNOWN, frame_of
from artifact_stream.disk.spilling_map import SpillingMap
from artifact_stream.findings.building import decimal_of
from artifact_stream.findings.compilation import Compilation
from artifact_stream.output.counts import FindingCounts


class Counting:
    """Adds up compilations.

    Memory: functions are told apart in a `SpillingMap`, which goes to disk.

    Args:
        scratch: A folder for temporary files.

    Attributes:
        counts: What has been counted; its seconds are known after `finish`.

    Raises:
        OutputUnusable: In its methods: a temporary file cannot be written.
    """

    def __init__(self, scratch: str) -> None:
        self.counts = FindingCounts()
        self._functions = SpillingMap(scratch)
        self._compile_seconds = Decimal(0)
        self._backward_seconds = Decimal(0)

    def add(self, compilation: Compilation) -> None:
        """Count a compilation."""
        counts = self.counts
        self._compile_seconds += decimal_of(compilation.seconds) or 0
        self._backward_seconds += decimal_of(compilation.backward_seconds) or 0
        counts.cache_hits += compilation.caches.hits
        counts.cache_misses += compilation.caches.misses
        counts.cache_bypasses += compilation.caches.bypasses
        counts.failures += compilation.failures
        counts.graph_breaks += compilation.graph_breaks
        if compilation.compile_id == UNKNOWN:
            return
        counts.compilations += 1
        function = _function_of(compilation)
        if self._functions.get(function) is None:
            self._functions.set(function, 1)
            counts.frames += 1

    def finish(self, recompilations: int) -> FindingCounts:
        """All counts, given how many recompilations have been told of."""
        self.counts.recompilations = recompilations
        self.counts.compile_seconds = float(self._compile_seconds)
        self.counts.backward_seconds = float(self._backward_seconds)
        return self.counts

    def close(self) -> None:
        """Give the space back."""
        self._functions.close()


def _function_of(compilation: Compilation) -> str:
    if compilation.function is None:
        return f"{frame_of(compilation.compile_id)}:{compilation.generation}"
    return f"{compilation.function}\0{compilation.file}\0{compilation.line}"
