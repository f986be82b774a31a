"""Guards in the reasons of recompilations, as torch 2.13 and older write them."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from artifact_stream.facts.fact import GuardFailure
from artifact_stream.facts.guard_failures import guard_failure


@pytest.mark.parametrize(
    ("logged", "expected"),
    [
        (
            "0/0: tensor 'x' size mismatch at index 1. expected 4, actual 5",
            GuardFailure(cause="size", subject="x", dimension=1, before="4", after="5", of="0/0"),
        ),
        (
            "tensor 'L['x']' stride mismatch at index 0. expected 3, actual 5",
            GuardFailure(cause="stride", subject="L['x']", dimension=0, before="3", after="5"),
        ),
        (
            "0/3: tensor 'args[0]' rank mismatch. expected 1, actual 2",
            GuardFailure(cause="rank", subject="args[0]", before="1", after="2", of="0/3"),
        ),
        (
            "0/4: tensor 'x' dtype mismatch. expected Float, actual Long",
            GuardFailure(cause="dtype", subject="x", before="Float", after="Long", of="0/4"),
        ),
        (
            "tensor 'x' requires_grad mismatch. expected requires_grad=1",
            GuardFailure(cause="requires_grad", subject="x", before="True", after="False"),
        ),
        (
            "tensor 'x' dispatch key set mismatch. expected A(B, C), actual D(E)",
            GuardFailure(cause="dispatch_keys", subject="x", before="A(B, C)", after="D(E)"),
        ),
        (
            "0/0: ___check_obj_id(fn, 139870659812992)                   ",
            GuardFailure(cause="object", subject="fn", of="0/0"),
        ),
        (
            "___check_type_id(L['x'], 94217), type=<int>",
            GuardFailure(cause="type", subject="L['x']"),
        ),
        (
            "0/0: factor == 3           # return x * factor + 1  # a.py:63 in scale\nUser stack",
            GuardFailure(cause="value", subject="factor", before="3", of="0/0"),
        ),
        (
            "GLOBAL_STATE changed: grad_mode ",
            GuardFailure(cause="global_state", subject="grad_mode"),
        ),
        ("len(L['xs']) == 3", GuardFailure(cause="length", subject="L['xs']", before="3")),
        (
            "L['x'].size()[0] == 12",
            GuardFailure(cause="size", subject="L['x']", dimension=0, before="12"),
        ),
        (
            "[!1/0/0]: 5 <= x.size()[0] <= 4096  # if x.shape[0] > 4:",
            GuardFailure(cause="shape", subject="5 <= x.size()[0] <= 4096", of="1/0/0"),
        ),
        (
            "L['self'].training",
            GuardFailure(cause="value", subject="L['self'].training", before="True"),
        ),
        ("not L['flag']", GuardFailure(cause="value", subject="L['flag']", before="False")),
        (
            "KeyError on L['d']['k']",
            GuardFailure(cause="missing", subject="KeyError on L['d']['k']"),
        ),
        ("recompile_limit reached", GuardFailure(cause="limit")),
        ("something that nobody knows?", GuardFailure(subject="something that nobody knows?")),
        ("", GuardFailure()),
    ],
)  # fmt: skip
def test_what_a_reason_says(logged, expected):
    assert guard_failure(logged) == expected


@given(st.text())
def test_any_text_is_some_reason(text):
    assert guard_failure(text).cause


def test_a_long_reason_takes_no_time():
    assert guard_failure("tensor '" * 50_000).cause == "other"
    assert guard_failure("x" * 1_000 + " == 1").before == "1"
