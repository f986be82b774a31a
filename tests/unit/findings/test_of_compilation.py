"""What is found in one compilation."""

from __future__ import annotations

import pytest

from artifact_stream.facts.fact import CacheEvent, Frame
from artifact_stream.findings.finding import FindingKind, Severity, Where
from artifact_stream.findings.of_compilation import findings_of
from tests.helpers.facts import built, fact, metrics

TORCH = Frame("/x/site-packages/torch/nn/modules/module.py", 1, "inner", "y")
USERS = Frame("/w/gen.py", 21, "f", "print('x')")


@pytest.fixture
def found(tmp_path):
    return lambda *facts: list(findings_of(built(str(tmp_path), *facts)))


def test_a_graph_break_is_where_the_users_code_is(found):
    [finding] = found(
        fact("graph_break", title="Failed", number="gb0059", stack=(USERS, TORCH), line=6,
             details=("Why.", "Hint: a"), hints=("Do not.",), url="0_0_0/x.txt"),
        metrics("0_0_1", dynamo_time_before_restart_s=1.5, graph_op_count=1),
        fact("graph_break", "0_0_1", title="Failed", is_repeated=True),
    )  # fmt: skip
    assert (finding.kind, finding.severity) == (FindingKind.GRAPH_BREAK, Severity.WARNING)
    assert (finding.key, finding.title) == ("gb0059:gen.py:f", "Failed")
    assert finding.where == Where("/w/gen.py", 21, "f", "print('x')")
    assert (finding.cause, finding.reason, finding.advice) == ("user", "Why.", ("Do not.",))
    assert (finding.seconds, finding.compile_ids, finding.count) == (1.5, ["[0/0]"], 1)
    assert [(each.url, each.line) for each in finding.evidence] == [("0_0_0/x.txt", 6)]


def test_what_was_thrown_away_is_shared_between_breaks(found):
    breaks = found(
        fact("graph_break", title="a"), fact("graph_break", title="b"),
        metrics(dynamo_time_before_restart_s=3.0),
    )  # fmt: skip
    assert [finding.seconds for finding in breaks] == [1.5, 1.5]


def test_a_break_that_metrics_alone_tell_of_is_where_the_function_is(found):
    [finding] = found(
        metrics(co_name="torch_dynamo_resume_in_f_at_3", co_filename="/w/a.py", co_firstlineno=1),
        fact("graph_break", title="builtin: print", type="compilation_metrics",
             function="torch_dynamo_resume_in_f_at_3", file="/w/a.py", lineno=1),
    )  # fmt: skip
    assert finding.where == Where("/w/a.py", 1, "f")
    assert (finding.key, finding.cause, finding.seconds) == ("builtin_print:a.py:f", None, None)


def test_a_failure_of_which_two_entries_tell_is_one(found):
    [finding] = found(
        fact("failure", title="RuntimeError: broken", type="dynamo_error", stack=(USERS,), line=2),
        metrics(entire_frame_compile_time_s=0.5),
        fact("failure", title="BackendCompilerFailed: broken", type="compilation_metrics", line=9,
             is_repeated=True, details=("more",)),
    )  # fmt: skip
    assert (finding.kind, finding.severity) == (FindingKind.FAILURE, Severity.ERROR)
    assert finding.title == "BackendCompilerFailed: broken"
    assert finding.key == "backendcompilerfailed:gen.py:f"
    assert (finding.where.line, finding.seconds, finding.count) == (21, 0.5, 1)
    assert [each.line for each in finding.evidence] == [2, 9]


def test_a_failure_without_a_reason_is_one_all_the_same(found):
    [finding] = found(fact("failure", title="", is_cut=True))
    assert (finding.title, finding.where) == ("No reason could be read", Where())


def test_a_bypassed_cache_has_its_reason(found):
    event = CacheEvent(cache="aotautograd", outcome="bypass", reason="Won't cache graph 12345")
    [finding] = found(fact("cache", cache=event))
    assert finding.key == "aotautograd:won_t_cache_graph"
    assert finding.title == "The AOTAutograd cache was bypassed: Won't cache graph 12345"
    assert finding.severity is Severity.INFO


def test_a_break_that_an_earlier_one_has_caused_weighs_less(found):
    hint = "This graph break may have been caused by an earlier graph break."
    [finding] = found(fact("graph_break", title="a", hints=(hint,)))
    assert (finding.cause, finding.severity) == ("earlier_break", Severity.INFO)
