"""Symbolic shapes: symbols that are made, what they are fixed to, guards on them.

``torch/fx/experimental/symbolic_shapes.py``::

    {"create_symbol": {"symbol": "s27", "val": "4", "vr": "[2, int_oo]",
        "source": "L['x'].size()[1]", "user_stack": [], "stack": [...], ...}}
    {"symbolic_shape_specialization": {"symbol": "s27", "sources": ["L['x'].size()[1]"],
        "value": "2", "reason": "range_refined_to_singleton", "user_stack": [...], ...}}
    {"guard_added_fast": {"expr": "2*s77 <= 4096", "user_stack": [], ...}}
"""

from __future__ import annotations

from artifact_stream.facts.fact import Frame, Kind, Symbol, Told, cut_value
from artifact_stream.facts.frames import logged_frames
from artifact_stream.facts.subject import Reading, Subject, Telling

_KINDS = {
    "create_symbol": Kind.SYMBOL,
    "create_unbacked_symbol": Kind.SYMBOL,
    "symbolic_shape_specialization": Kind.SPECIALIZATION,
    "guard_added": Kind.GUARD,
    "guard_added_fast": Kind.GUARD,
}
_KEPT_FRAMES = 8


def read(telling: Telling) -> Reading:
    """One symbol, specialization or guard, with the user's frames that are nearest to it."""
    fields = telling.entry.metadata
    sources = fields.get("sources")
    source = fields.get("source")
    if source is None and isinstance(sources, list):
        source = ", ".join(item for item in sources if isinstance(item, str))
    value = fields.get("val") if "val" in fields else fields.get("value")
    symbol = Symbol(
        name=cut_value(fields.get("symbol")),
        source=cut_value(source),
        value=cut_value(value),
        range=cut_value(fields.get("vr")),
        expression=cut_value(fields.get("expr")),
        reason=cut_value(fields.get("reason")),
    )
    stack: tuple[Frame, ...] = logged_frames(fields.get("user_stack"))[-_KEPT_FRAMES:]
    return Reading([Told(kind=_KINDS[telling.entry.type], symbol=symbol, stack=stack)])


SUBJECT = Subject(
    name="symbols",
    entry_types=tuple(_KINDS),
    read=read,
    summary="Symbolic shapes: symbols, what they stand for, what they are fixed to; guards.",
)
