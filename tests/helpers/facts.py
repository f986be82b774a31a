"""Facts, as tests put them together."""

from __future__ import annotations

import io
from collections.abc import Iterable
from typing import Any

import msgspec

from artifact_stream.facts.fact import Fact, Kind
from artifact_stream.findings.building import Building
from artifact_stream.findings.string_tables import StringTables
from artifact_stream.output.counts import METRICS


def fact(kind: str, compile_id: str = "0_0_0", line: int = 1, **members: Any) -> Fact:
    """A fact of an entry that bears the usual type."""
    members.setdefault("type", METRICS if kind == "metrics" else kind)
    return Fact(kind=Kind(kind), compile_id=compile_id, line=line, **members)


def metrics(compile_id: str = "0_0_0", line: int = 9, **fields: Any) -> Fact:
    """Metrics of a compilation."""
    encoded = {name: msgspec.Raw(msgspec.json.encode(value)) for name, value in fields.items()}
    return fact("metrics", compile_id, line, fields=encoded)


def file_of(facts: Iterable[Fact]) -> io.BytesIO:
    """``facts.jsonl``."""
    return io.BytesIO(b"".join(msgspec.json.encode(each) + b"\n" for each in facts))


def built(scratch: str, *facts: Fact, generation: int = 0) -> Building:
    """A compilation that has taken all facts."""
    tables = StringTables(io.BytesIO(), scratch)
    try:
        building = Building(generation, tables)
        for each in facts:
            building.add(each)
        building.finish()
    finally:
        tables.close()
    return building
