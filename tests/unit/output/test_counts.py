"""Counting entries: everything adds up, and nothing grows with the trace but numbers."""

from __future__ import annotations

import copy

from hypothesis import given, settings
from hypothesis import strategies as st

from artifact_stream.output.counts import (
    MAX_COUNTED_TYPES,
    MAX_TYPE_CHARS,
    MORE_TYPES,
    SkipReason,
    TraceCounts,
)

TYPES = st.sampled_from(["graph_dump", "artifact", "", "\udc80"])
EVENTS = st.lists(
    st.one_of(
        st.tuples(st.just("skip"), TYPES, st.sampled_from(SkipReason), st.integers(0, 5)),
        st.tuples(st.just("problem"), st.sampled_from(["a", "b"])),
        st.tuples(st.just("flag"), st.lists(st.sampled_from(["x", "y"]), max_size=3)),
    ),
    max_size=12,
)


def counted(events):
    counts = TraceCounts()
    for name, *arguments in events:
        getattr(counts, name)(*arguments)
    return counts


@settings(max_examples=40)
@given(first=EVENTS, second=EVENTS)
def test_two_traces_count_as_one_of_both(first, second):
    counts, other = counted(first), counted(second)
    before = copy.deepcopy(other)
    counts.add(other)
    assert counts == counted([*first, *second])
    assert other == before


@settings(max_examples=40)
@given(events=EVENTS)
def test_skipped_entries_are_read_entries_whatever_they_are_counted_by(events):
    counts = counted(events)
    total = sum(event[3] for event in events if event[0] == "skip")
    assert counts.entries_read == counts.entries_skipped == total
    assert sum(counts.skipped_by_type.values()) == total
    assert sum(of_type.entries for of_type in counts.by_type.values()) == total
    assert counts.problem_count == sum(event[0] == "problem" for event in events)
    assert 0 not in [*counts.skipped.values(), *counts.skipped_by_type.values()]


def test_invented_types_share_one_count():
    counts = TraceCounts()
    for number in range(2 * MAX_COUNTED_TYPES):
        counts.skip(f"type_{number}", SkipReason.OTHER_MODULE)
        counts.of_type(f"type_{number}").written += 1
    assert len(counts.by_type) == MAX_COUNTED_TYPES + 1
    assert len(counts.skipped_by_type) == MAX_COUNTED_TYPES + 1
    assert counts.by_type[MORE_TYPES].entries == MAX_COUNTED_TYPES
    assert counts.by_type["type_3"].written == 1


def test_long_names_are_counted_by_their_beginning():
    counts = TraceCounts()
    counts.of_type("x" * 10_000).entries += 1
    counts.of_type("x" * MAX_TYPE_CHARS + "y").entries += 1
    assert list(counts.by_type) == ["x" * MAX_TYPE_CHARS]
    assert counts.by_type["x" * MAX_TYPE_CHARS].entries == 2


def test_an_entry_that_is_left_for_another_time_is_not_counted():
    counts = TraceCounts()
    counts.skip("a", SkipReason.NOT_SELECTED)
    before = copy.deepcopy(counts)
    counts.entries_read += 1
    counts.of_type("a").entries += 1
    counts.untake("a")
    assert counts == before


def test_which_types_are_counted_does_not_depend_on_their_order():
    """What is read back from a summary, in another order, adds up to the same."""
    counts = TraceCounts()
    for number in range(MAX_COUNTED_TYPES + 3):
        counts.skip(f"t{number * 7919 % 1000}", SkipReason.OTHER_MODULE, 1 + number)
    assert counts.by_type[MORE_TYPES].entries > 3
    again = copy.deepcopy(counts)
    again.by_type = dict(sorted(counts.by_type.items()))
    again.skipped_by_type = dict(sorted(counts.skipped_by_type.items()))
    total, total_again = TraceCounts(), TraceCounts()
    for _ in range(2):
        total.add(counts)
        total_again.add(again)
    assert total == total_again
    assert len(total.by_type) == len(total.skipped_by_type) == MAX_COUNTED_TYPES + 1
    assert {name: 2 * each.entries for name, each in counts.by_type.items()} == {
        name: each.entries for name, each in total.by_type.items()
    }


def test_fewer_types_are_counted_by_name():
    counts = TraceCounts()
    for name, entries in (("a", 1), ("b", 5), ("c", 5), ("d", 9)):
        counts.skip(name, SkipReason.OTHER_MODULE, entries)
    for _ in range(2):
        counts.name_types(2)
        assert {name: each.entries for name, each in counts.by_type.items()} == {
            "d": 9, "b": 5, MORE_TYPES: 6}  # fmt: skip
        assert counts.skipped_by_type == {"d": 9, "b": 5, MORE_TYPES: 6}
    counts.name_types(0)
    assert counts.by_type.keys() == {MORE_TYPES}
    assert counts.by_type[MORE_TYPES].entries == counts.entries_read == 20
