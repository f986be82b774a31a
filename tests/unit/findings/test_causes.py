"""Whose a graph break is, by the hints of torch/_dynamo/graph_break_hints.py."""

from __future__ import annotations

import pytest

from artifact_stream.findings.causes import advice_of, cause_of
from artifact_stream.findings.finding import Cause

EARLIER = (
    "This graph break may have been caused by an earlier graph break. Resolving the earlier graph "
    "break may resolve this one."
)
FUNDAMENTAL = (
    "This graph break is fundamental - it is unlikely that Dynamo will ever be able to trace "
    "through your code. Consider finding a workaround."
)
BUG = "This is likely to be a Dynamo bug. Please report an issue to PyTorch."


@pytest.mark.parametrize(
    ("hints", "cause"),
    [
        ((), None),
        (("Please report an issue to PyTorch.",), None),
        ((BUG,), Cause.BUG),
        ((FUNDAMENTAL, EARLIER), Cause.EARLIER_BREAK),
        (("Use `torch.cond`.", FUNDAMENTAL), Cause.FUNDAMENTAL),
        (("It may be possible to write Dynamo tracing rules for this code.",), Cause.SUPPORTABLE),
        (("This graph break may be difficult to debug.",), Cause.DIFFICULT),
        (("Your code may result in an error when running in eager. x",), Cause.USER),
        (("Remove the `torch._dynamo.graph_break()` call.",), Cause.USER),
    ],
)
def test_the_cause_that_hints_name(hints, cause):
    assert cause_of(hints) == cause


def test_advice_is_what_says_more_than_the_cause():
    assert advice_of((FUNDAMENTAL, "Use `torch.cond`.")) == ("Use `torch.cond`.",)
    assert advice_of((BUG,)) == (BUG,)
    assert advice_of(()) == ()
