"""Counting once what torch logs twice: as an artifact, and in the metrics of the compilation."""

from __future__ import annotations

import msgspec
import xxhash

from artifact_stream.compile_ids import without_attempt
from artifact_stream.facts.fact import Kind, Told
from artifact_stream.json_text import encode_text

MAX_REMEMBERED = 4096
"""So many events are remembered: what tells of one again comes soon after."""


class Once(msgspec.Struct):
    """Remembers the last events, by digests, and how often each source has told of them.

    A break is logged under the attempt that it ended, and in the metrics under the last one: both
    are one compilation's.  Where one id is compiled again, each source tells of it again; so what
    counts is how often one source has told more than any had before.

    Attributes:
        seen: For the digest of each event how often each source has told of it.
    """

    seen: dict[str, dict[str, int]] = msgspec.field(default_factory=dict)

    def is_repeated(self, told: Told, compile_id: str, source: str) -> bool:
        """Note an event; true if another source has told of it already."""
        # Of one compilation there is one failure and one recompilation, whatever it is called.
        key = _key(told.kind, compile_id, told.title if told.kind is Kind.GRAPH_BREAK else "")
        counts = self.seen.pop(key, {})
        most = max(counts.values(), default=0)
        counts[source] = counts.get(source, 0) + 1
        self.seen[key] = counts
        if len(self.seen) > MAX_REMEMBERED:
            del self.seen[next(iter(self.seen))]
        return counts[source] <= most

    def has(self, kind: Kind, compile_id: str) -> bool:
        """True if a failure or a recompilation of a compilation has been told of."""
        return _key(kind, compile_id, "") in self.seen


def _key(kind: Kind, compile_id: str, name: str) -> str:
    text = "\0".join((kind.value, without_attempt(compile_id), name))
    return xxhash.xxh3_128_hexdigest(encode_text(text))
