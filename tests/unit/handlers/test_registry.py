"""The list of kinds: one file each, nothing taken twice, an order for the page."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path

import pytest
from msgspec import structs

from artifact_stream.entries import Entry
from artifact_stream.errors import WrongUsage
from artifact_stream.handlers import registry as registry_module
from artifact_stream.handlers.base import Artifact, Claim, Content, Documentation, Handler
from artifact_stream.handlers.registry import BUILT_IN, OTHER, Registry, built_in
from artifact_stream.options import Options
from artifact_stream.output.counts import SkipReason
from artifact_stream.pipeline.selection import Selection, check_options


def handler(name: str, *entry_types: str, place: int = 50) -> Handler:
    return Handler(
        name=name,
        title=name.title(),
        entry_types=entry_types,
        describe=lambda entry: Artifact(entry.type, Content.TEXT),
        documentation=Documentation(summary="", output=""),
        place=place,
    )


FIRST = ["graph", "codegen", "artifact", "dump_file", "link"]
"""The kinds that a trace has had from the beginning; more may stand between them."""


def of_the_first(names: Iterable[str]) -> list[str]:
    return [name for name in names if name in FIRST]


def test_each_file_is_one_kind_that_is_listed():
    files = {path.stem for path in Path(registry_module.__file__).parent.glob("*.py")}
    assert files - {"__init__", "base", "registry"} == {*BUILT_IN, OTHER}
    assert built_in().names == BUILT_IN
    assert of_the_first(BUILT_IN) == FIRST
    assert built_in().other.name == OTHER


def test_the_page_has_its_headings_in_this_order():
    titles = [kind.title for kind in built_in().on_page]
    first = ["Graphs", "Code", "Artifacts", "Dump files", "Other entries", "Links"]
    assert [title for title in titles if title in first] == first


def test_a_kind_that_names_no_place_stands_behind_the_packages_before_the_others():
    registry = Registry([*built_in().handlers, handler("coffee", "espresso")], built_in().other)
    names = [kind.name for kind in registry.on_page]
    assert of_the_first(names) == ["graph", "codegen", "artifact", "dump_file", "link"]
    assert names.index("dump_file") < names.index("coffee") < names.index("other")
    assert names.index("other") < names.index("link")
    assert registry.names == (*BUILT_IN, "coffee")
    assert "coffee" not in built_in().names


def test_kinds_of_one_place_stand_as_they_are_listed():
    registry = Registry([handler("b"), handler("a"), handler("c", place=1)], handler("z", place=60))
    assert [kind.name for kind in registry.on_page] == ["c", "b", "a", "z"]


@pytest.mark.parametrize(
    ("handlers", "message"),
    [
        ([handler("a", "x"), handler("a", "y")], "the same name"),
        ([handler("z", "x")], "the same name"),
        ([handler("a", "x"), handler("b", "y", "x")], "a and b both take x"),
    ],
)
def test_nothing_is_taken_twice(handlers, message):
    with pytest.raises(ValueError, match=message):
        Registry(handlers, handler("z"))


def test_a_run_selects_from_the_kinds_it_is_given():
    registry = Registry([handler("coffee", "espresso"), handler("tea", "oolong")], handler("z"))
    options = Options(only=("coffee",))
    check_options(options, registry)
    with pytest.raises(WrongUsage, match="use one of coffee, tea"):
        check_options(Options(only=("graph",)), registry)
    selection = Selection(options, registry)
    assert selection.choose(Entry("espresso")) is registry.handlers[0]
    assert selection.reason_to_pass_over()["oolong"] is SkipReason.NOT_SELECTED
    everything = Selection(Options(), registry)
    assert everything.choose(Entry("graph_dump", has_payload=True)) is registry.other


@pytest.mark.parametrize("name", [*BUILT_IN, OTHER])
def test_every_kind_tells_the_docs_and_the_page_of_itself(name):
    [kind] = [kind for kind in built_in().on_page if kind.name == name]
    assert kind.title
    assert kind.documentation.summary.endswith(".")
    assert kind.documentation.output


def claiming(name: str, entry_type: str, takes) -> Handler:
    return structs.replace(handler(name), claims=(Claim(entry_type, takes),))


def test_an_entry_is_the_first_ones_that_claims_it_or_its_types():
    def fails(entry):
        raise ValueError(entry)

    registry = Registry(
        [
            handler("tea", "leaf"),
            claiming("broken", "leaf", fails),
            claiming("mint", "leaf", lambda entry: entry.text("name") == "mint"),
            claiming("herbs", "leaf", lambda entry: entry.text("name") in ("mint", "sage")),
        ],
        handler("z"),
    )
    claimers = [
        registry.claimer_of(Entry("leaf", metadata={"name": name}))
        for name in ("mint", "sage", "assam")
    ]
    assert [claimer and claimer.name for claimer in claimers] == ["mint", "herbs", None]
    takers = [taker.name for taker in registry.takers_of_type("leaf")]
    assert takers == ["tea", "broken", "mint", "herbs"]
    assert registry.takers_of_type("bean") == []
    assert registry.entry_types == {"leaf"}


@pytest.mark.parametrize(
    ("only", "expected"),
    [
        (("tea",), ["tea", SkipReason.NOT_SELECTED]),
        (("mint",), [SkipReason.NOT_SELECTED, "mint"]),
        (("z",), [SkipReason.NOT_SELECTED, SkipReason.NOT_SELECTED]),
        ((), ["tea", "mint"]),
    ],
)
def test_what_is_asked_for_is_what_a_kind_has_claimed_too(only, expected):
    registry = Registry(
        [handler("tea", "leaf"), claiming("mint", "leaf", lambda entry: "mint" in entry.metadata)],
        handler("z"),
    )
    selection = Selection(Options(only=only), registry)
    found = [
        selection.choose(Entry("leaf", metadata=metadata)) for metadata in ({}, {"mint": True})
    ]
    names = [taker.name if isinstance(taker, Handler) else taker for taker in found]
    assert names == expected
    is_passed_over = "leaf" in selection.reason_to_pass_over()
    assert is_passed_over == (only == ("z",))
