"""Which entries are wanted, and by whom each is described."""

from __future__ import annotations

import pytest

from artifact_stream.entries import Entry
from artifact_stream.errors import WrongUsage
from artifact_stream.handlers.base import Artifact, Content, Documentation, Handler
from artifact_stream.handlers.registry import Registry
from artifact_stream.options import Options
from artifact_stream.output.counts import SkipReason
from artifact_stream.pipeline.selection import Selection, check_options


def handler(name, *types):
    return Handler(
        name=name,
        title=name,
        entry_types=types,
        describe=lambda entry: Artifact(name, Content.CODE_PAGE),
        documentation=Documentation("", ""),
    )


KINDS = Registry([handler("tea", "assam", "oolong"), handler("coffee", "espresso")], handler("x"))


def chosen(entry, registry=KINDS, **options):
    """The name of the handler, or the reason."""
    found = Selection(Options(**options), registry).choose(entry)
    return found if isinstance(found, SkipReason) else found.name


@pytest.mark.parametrize(
    ("entry_type", "has_payload", "expected"),
    [
        ("assam", True, "tea"),
        ("assam", False, "tea"),
        ("espresso", True, "coffee"),
        ("cocoa", True, "x"),
        ("cocoa", False, SkipReason.UNKNOWN_TYPE_WITHOUT_PAYLOAD),
        ("", True, "x"),
    ],
)
def test_a_type_is_taken_by_its_kind_and_an_unknown_one_by_the_last(
    entry_type, has_payload, expected
):
    assert chosen(Entry(entry_type, has_payload=has_payload)) == expected


def test_a_type_that_is_asked_for_needs_no_payload():
    assert chosen(Entry("cocoa"), include=("cocoa",)) == "x"


@pytest.mark.parametrize("include", [(), ("cocoa",), ("all",)])
def test_only_one_kind_and_what_is_included_beside_it(include):
    entry = Entry("cocoa", has_payload=True)
    expected = "x" if include else SkipReason.NOT_SELECTED
    assert chosen(entry, only=("tea",), include=include) == expected


@pytest.mark.parametrize(
    ("compile_id", "expected"),
    [("0_0_0", "tea"), ("1_0_0", SkipReason.COMPILE_ID_NOT_SELECTED)],
)
def test_only_compile_ids_that_match(compile_id, expected):
    assert chosen(Entry("assam", compile_id), compile_ids=("0/*",)) == expected


def test_what_is_passed_over_unread_is_what_nobody_takes():
    reasons = Selection(Options(), KINDS).reason_to_pass_over()
    assert reasons["str"] is SkipReason.STRING_TABLE
    assert reasons["chromium_event"] is SkipReason.OTHER_MODULE
    assert not {"assam", "espresso", "cocoa"} & reasons.keys()
    only = Selection(Options(only=("tea",), include=("espresso",)), KINDS).reason_to_pass_over()
    assert not {"assam", "espresso"} & only.keys()
    only = Selection(Options(only=("tea",)), KINDS).reason_to_pass_over()
    assert only["espresso"] is SkipReason.NOT_SELECTED


@pytest.mark.parametrize("include", ["all", "chromium_event"])
def test_what_another_tool_is_for_is_read_where_it_is_asked_for(include):
    selection = Selection(Options(include=(include,)), KINDS)
    reasons = selection.reason_to_pass_over()
    assert "chromium_event" not in reasons
    assert "str" in reasons  # It carries no artifact, whatever is asked for.
    assert selection.choose(Entry("chromium_event")).name == "x"


@pytest.mark.parametrize(
    ("include", "expected"),
    [((), SkipReason.CACHE_ARTIFACT), (("cache",), "artifact"), (("all",), "artifact")],
)
def test_artifacts_of_caches_are_left_out_unless_asked_for(include, expected):
    entry = Entry("artifact", has_payload=True, metadata={"name": "fx_graph_cache_hit"})
    assert chosen(entry, registry=None, include=include) == expected


@pytest.mark.parametrize(
    ("plain_text", "content"), [(False, Content.CODE_PAGE), (True, Content.TEXT)]
)
@pytest.mark.parametrize("entry_type", ["assam", "cocoa"])
def test_plain_text_makes_no_pages_whoever_describes_the_entry(plain_text, content, entry_type):
    selection = Selection(Options(plain_text=plain_text), KINDS)
    entry = Entry(entry_type, has_payload=True)
    assert selection.choose(entry).describe(entry).content is content


@pytest.mark.parametrize("name", ["milk", "x", "", "Tea"])
def test_a_kind_that_is_not_there_is_refused_and_those_that_are_named(name):
    with pytest.raises(WrongUsage, match="use one of tea, coffee"):
        check_options(Options(only=("tea", name)), KINDS)


def test_kinds_that_are_there_are_not():
    check_options(Options(only=("tea", "coffee", "tea")), KINDS)
    check_options(Options())
