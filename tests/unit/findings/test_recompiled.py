"""Recompilations: what has changed, and what may be done."""

from __future__ import annotations

import pytest

from artifact_stream.facts.fact import GuardFailure, Symbol
from artifact_stream.findings.finding import Change
from artifact_stream.findings.recompiled import recompilation, title_of
from tests.helpers.facts import built, fact, metrics

SIZE = GuardFailure(cause="size", subject="x", dimension=1, before="4", after="5", of="0/0")


@pytest.fixture
def of(tmp_path):
    def made(guard, *facts):
        told = fact("recompilation", "0_1_0", guard=guard, title="t")
        where = metrics("0_1_0", co_name="f", co_filename="/w/gen.py", co_firstlineno=3,
                        entire_frame_compile_time_s=1.5)  # fmt: skip
        return recompilation(told, built(str(tmp_path), told, where, *facts).compilation)

    return made


def test_a_size_that_has_changed_can_be_made_dynamic(of):
    finding = of(SIZE)
    assert (finding.key, finding.title) == ("size:x[1]:gen.py:f", "x: dimension 1 changed")
    assert finding.changes == [Change("[0/0]", "[0/1]", "4", "5")]
    assert finding.advice == (
        "torch._dynamo.mark_dynamic(x, 1)", "TORCH_COMPILE_DYNAMIC_SOURCES=\"L['x']\"",
    )  # fmt: skip
    assert (finding.cause, finding.seconds) == ("size", 1.5)


@pytest.mark.parametrize("source", ["L['x'].size()[1]", "x.size()[1]"])
def test_nothing_is_to_be_done_about_what_is_dynamic_now(of, source):
    symbol = Symbol(name="s27", source=source, range="[2, int_oo]")
    finding = of(SIZE, fact("symbol", "0_1_0", symbol=symbol))
    assert finding.changes == [Change("[0/0]", "[0/1]", "4", "5", "s27", "[2, int_oo]")]
    assert finding.advice == ()


def test_another_size_that_is_dynamic_does_not_help(of):
    other = Symbol(name="s1", source="L['x'].size()[0]")
    assert len(of(SIZE, fact("symbol", "0_1_0", symbol=other)).advice) == 2


@pytest.mark.parametrize(
    ("guard", "advice"),
    [
        (GuardFailure(cause="dtype", subject="x", before="Float", after="Long"), ()),
        (GuardFailure(cause="object", subject="fn"), ()),
        (GuardFailure(cause="value", subject="mode", before="'fast'"), ()),
        (
            GuardFailure(cause="value", subject="n", before="-3"),
            ("TORCH_COMPILE_DYNAMIC_SOURCES=\"L['n']\"",),
        ),
        (
            GuardFailure(cause="size", subject="args[0]", dimension=2, before="8", after="9"),
            ("torch._dynamo.mark_dynamic(args[0], 2)",
             "TORCH_COMPILE_DYNAMIC_SOURCES=\"L['args'][0]\""),
        ),
    ],
)  # fmt: skip
def test_advice_is_given_where_it_would_be_right(of, guard, advice):
    assert of(guard).advice == advice


@pytest.mark.parametrize(
    ("guard", "title"),
    [
        (GuardFailure(cause="stride", subject="x", dimension=0), "x: stride 0 changed"),
        (GuardFailure(cause="rank", subject="x"), "x: number of dimensions changed"),
        (GuardFailure(cause="value", subject="n", before="3"), "n: value changed"),
        (GuardFailure(cause="object", subject="fn"), "fn is another object"),
        (
            GuardFailure(cause="global_state", subject="grad_mode"),
            "Global state changed: grad_mode",
        ),
        (GuardFailure(cause="limit"), "The recompile limit was reached"),
        (GuardFailure(cause="shape", subject="x > 4096"), "A guard on a shape failed: x > 4096"),
        (GuardFailure(cause="other", subject="z"), "A guard failed: z"),
        (GuardFailure(), "A guard failed"),
    ],
)
def test_titles(guard, title):
    assert title_of(guard) == title


def test_ids_of_objects_are_not_in_a_key(of):
    guards = [GuardFailure(cause="other", subject=f"f(x, {n})") for n in (1398706598, 1396964444)]
    assert of(guards[0]).key == of(guards[1]).key
