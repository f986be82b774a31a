"""Which compilation a fact belongs to: a log may hold one compile id several times.

After ``torch._dynamo.reset()`` torch counts from 0 again.  A compile id that is begun again when it
has ended, or whose attempts begin from the first, is another compilation.
"""

from __future__ import annotations

from dataclasses import dataclass

from artifact_stream.compile_ids import UNKNOWN, attempt_of, without_attempt
from artifact_stream.disk.spilling_map import SpillingMap
from artifact_stream.facts.fact import Fact, Kind
from artifact_stream.output.counts import METRICS

_ATTEMPT_BITS = 8
_GENERATION_BITS = 12
_LINE_BITS = 36
_MAX_ATTEMPT = (1 << _ATTEMPT_BITS) - 2
_MAX_GENERATION = (1 << _GENERATION_BITS) - 1
_MAX_SOURCES = 60


@dataclass(slots=True)
class _State:
    """Where a compile id is: packed into one number in the map."""

    place: int
    generation: int = 0
    next_attempt: int = 0
    has_ended: bool = False

    def packed(self) -> int:
        packed = self.place << _GENERATION_BITS | self.generation
        packed = packed << _ATTEMPT_BITS | self.next_attempt
        return packed << 1 | self.has_ended

    @classmethod
    def unpacked(cls, packed: int) -> _State:
        has_ended = bool(packed & 1)
        packed >>= 1
        next_attempt = packed & ((1 << _ATTEMPT_BITS) - 1)
        packed >>= _ATTEMPT_BITS
        return cls(packed >> _GENERATION_BITS, packed & _MAX_GENERATION, next_attempt, has_ended)


class Generations:
    """Tells the compilations of a trace apart, and which comes first.

    Memory: compile ids are in a `SpillingMap`, which goes to disk.

    Args:
        scratch: A folder for temporary files.

    Raises:
        OutputUnusable: In its methods: a temporary file cannot be written.
    """

    def __init__(self, scratch: str) -> None:
        self._states = SpillingMap(scratch)
        self._sources: dict[str | None, int] = {}

    def place(self, fact: Fact) -> tuple[int, int]:
        """The compilation that a fact belongs to.

        Returns:
            A number that no other compilation has, which grows with the place at which it appears
            in the log, and its generation.
        """
        key = f"{without_attempt(fact.compile_id)}:{fact.process}:{fact.source or ''}"
        before = self._states.get(key)
        if before is None:
            state = _State(self._place_of(fact.source, fact.line))
            self._states.set(_any_process(fact.compile_id), 1)
        else:
            state = _State.unpacked(before)
            if fact.compile_id != UNKNOWN and _begins_another(state, fact):
                generation = min(state.generation + 1, _MAX_GENERATION)
                state = _State(self._place_of(fact.source, fact.line), generation)
        if fact.kind is Kind.START:
            state.next_attempt = min(attempt_of(fact.compile_id), _MAX_ATTEMPT) + 1
        if fact.kind is Kind.METRICS and fact.type == METRICS:
            state.has_ended = True
        packed = state.packed()
        if packed != before:
            self._states.set(key, packed)
        return state.place, state.generation

    def place_of_other(self, compile_id: str, source: str | None, line: int) -> int | None:
        """As `place`, for a compile id of an artifact; None if it is known already."""
        key = _any_process(compile_id)
        if self._states.get(key) is not None:
            return None
        self._states.set(key, 1)
        return self._place_of(source, line)

    def _place_of(self, source: str | None, line: int) -> int:
        if source not in self._sources and len(self._sources) < _MAX_SOURCES:
            self._sources[source] = len(self._sources)
        number = self._sources.get(source, _MAX_SOURCES)
        return number << _LINE_BITS | min(line, (1 << _LINE_BITS) - 1)

    def close(self) -> None:
        """Give the space back."""
        self._states.close()


def _any_process(compile_id: str) -> str:
    return without_attempt(compile_id)


def _begins_another(state: _State, fact: Fact) -> bool:
    if fact.kind is Kind.START:
        return state.has_ended or attempt_of(fact.compile_id) < state.next_attempt
    if fact.kind is Kind.METRICS:
        return fact.type == METRICS and state.has_ended
    # Why a function is compiled again is logged before that begins, and in the metrics again.
    return fact.kind is Kind.RECOMPILATION and fact.type != METRICS and state.has_ended
