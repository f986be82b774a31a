"""What the facts of one compilation come to."""

from __future__ import annotations

import msgspec
import pytest

from artifact_stream.facts.fact import CacheEvent, Frame, GuardFailure, Symbol
from artifact_stream.findings import building as module
from artifact_stream.findings.building import MAX_METRICS_BYTES, decimal_of
from artifact_stream.findings.compilation import CacheCounts, Compilation, Status
from tests.helpers.facts import built, fact, metrics

STACK = (Frame("a.py", 1, "<module>"), Frame("a.py", 7, "f", "g(x)"))


@pytest.fixture
def of(tmp_path):
    return lambda *facts, **how: built(str(tmp_path), *facts, **how).compilation


def test_metrics_name_what_the_stack_names_otherwise(of):
    begun = fact("start", line=3, stack=STACK, rank=2, process=5)
    compilation = of(begun)
    assert (compilation.function, compilation.file, compilation.line) == ("f", "a.py", 7)
    assert (compilation.rank, compilation.process, compilation.log_line) == (2, 5, 3)
    compilation = of(
        begun, fact("start", "0_0_1", 4),
        metrics(co_name="h", co_filename="b.py", co_firstlineno=9, guard_count=4, graph_op_count=2),
    )  # fmt: skip
    assert (compilation.function, compilation.file, compilation.line) == ("h", "b.py", 9)
    assert (compilation.attempts, compilation.guards, compilation.graph_ops) == (2, 4, 2)
    assert (compilation.compile_id, compilation.display_name) == ("0_0_0", "[0/0]")


@pytest.mark.parametrize(
    ("facts", "status"),
    [
        ([metrics(graph_op_count=1)], [Status.OK]),
        ([metrics(graph_op_count=0)], [Status.EMPTY]),
        ([metrics()], [Status.EMPTY]),
        ([fact("start")], [Status.NO_METRICS]),
        ([metrics(graph_op_count=1), fact("graph_break")], [Status.BREAK]),
        ([fact("graph_break"), metrics(graph_op_count=0)], [Status.BREAK, Status.EMPTY]),
        ([fact("failure"), metrics()], [Status.ERROR]),
        ([fact("failure")], [Status.ERROR, Status.NO_METRICS]),
        ([metrics("unknown")], []),
    ],
)
def test_several_statuses_may_hold(of, facts, status):
    assert list(of(*facts).status) == status


def test_what_torch_tells_twice_counts_once(of):
    compilation = of(
        fact("graph_break", title="a"), fact("graph_break", title="a", is_repeated=True),
        fact("failure", title="b"), fact("failure", title="b", is_repeated=True),
    )  # fmt: skip
    assert (compilation.graph_breaks, compilation.failures) == (1, 1)


def test_times_are_as_logged(of):
    compilation = of(
        fact("metrics", fields={"entire_frame_compile_time_s": msgspec.Raw(b"1.50")}),
        fact("metrics", type="bwd_compilation_metrics",
             fields={"inductor_compile_time_s": msgspec.Raw(b"0.1")}),
        fact("metrics", type="bwd_compilation_metrics",
             fields={"inductor_compile_time_s": msgspec.Raw(b"0.2")}),
        fact("metrics", type="compilation_metrics_runtime",
             fields={"entire_frame_compile_time_s": msgspec.Raw(b"7")}),
    )  # fmt: skip
    assert bytes(compilation.seconds) == b"1.50"
    assert bytes(compilation.backward_seconds) == b"0.3"
    assert [other.type for other in compilation.other_metrics] == [
        "bwd_compilation_metrics", "bwd_compilation_metrics", "compilation_metrics_runtime",
    ]  # fmt: skip


def test_caches_symbols_and_guards_are_kept(of):
    symbol = Symbol(name="s0", source="L['x'].size()[0]")
    guards = [GuardFailure(cause="size", of="0/0"), GuardFailure(cause="rank", of="0/1")]
    compilation = of(
        fact("cache", cache=CacheEvent(cache="fx_graph", outcome="hit")),
        fact("cache", cache=CacheEvent(cache="aotautograd", outcome="bypass")),
        fact("symbol", symbol=symbol),
        fact("recompilation", guard=guards[0]), fact("recompilation", guard=guards[1], part=1),
        fact("recompilation", guard=guards[0], is_repeated=True),
    )  # fmt: skip
    assert compilation.caches == CacheCounts(hits=1, bypasses=1)
    assert [(told.kind, told.symbol) for told in compilation.symbols] == [("symbol", symbol)]
    assert compilation.recompiled == tuple(guards)


def test_all_that_may_grow_is_bounded(of, monkeypatch, tmp_path):
    monkeypatch.setattr(module, "MAX_SYMBOLS", 3)
    monkeypatch.setattr(module, "MAX_HELD", 4)
    facts = [
        fact("symbol", symbol=Symbol(name="s")),
        fact("graph_break"),
        fact("recompilation"),
    ] * 9
    building = built(str(tmp_path), *facts)
    compilation = building.compilation
    assert (len(compilation.symbols), compilation.symbols_left_out) == (3, 6)
    assert (len(building.events), building.events_left_out) == (4, 14)
    assert (len(compilation.recompiled), compilation.graph_breaks) == (3, 9)
    large = msgspec.Raw(b'"' + b"x" * (MAX_METRICS_BYTES // 2) + b'"')
    compilation = of(*[fact("metrics", type="bwd_compilation_metrics", fields={"a": large})] * 5)
    assert (len(compilation.other_metrics), compilation.metrics_left_out) == (1, 4)


@pytest.mark.parametrize(
    ("text", "number"),
    [(b"1.50", "1.50"), (b"7", "7"), (b"null", None), (b'"x"', None), (b"1e999999", None),
     (b"[]", None)],
)  # fmt: skip
def test_a_number_as_logged(text, number):
    found = decimal_of(msgspec.Raw(text))
    assert (None if found is None else str(found)) == number
    assert decimal_of(None) is None


def test_a_line_is_read_as_it_was_written(of):
    compilation = of(fact("start", stack=STACK), metrics(entire_frame_compile_time_s=1.5))
    text = msgspec.json.encode(compilation)
    assert msgspec.json.decode(text, type=Compilation) == compilation
