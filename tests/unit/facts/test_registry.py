"""Which subjects there are, and which entries tell of them."""

from __future__ import annotations

import msgspec
import pytest

from artifact_stream.entries import Entry
from artifact_stream.facts.metrics import SUBJECT
from artifact_stream.facts.registry import BUILT_IN, Subjects, built_in


def test_an_entry_tells_of_one_subject():
    of = built_in().of
    assert of(Entry("compilation_metrics")) == (SUBJECT, "compilation_metrics")
    subject, name = of(Entry("artifact", metadata={"name": "dynamo_error"}))
    assert (subject.name, name) == ("failures", "dynamo_error")
    for other in (Entry("artifact"), Entry("artifact", metadata={"name": "x"}), Entry("dynamo")):
        assert of(other) is None


def test_each_is_a_file_of_its_name():
    assert tuple(subject.name for subject in built_in().subjects) == BUILT_IN
    assert built_in().entry_types >= {"artifact", "bwd_compilation_metrics"}
    assert Subjects([SUBJECT]).entry_types == set(SUBJECT.entry_types)


def test_two_do_not_take_the_same_entries():
    with pytest.raises(ValueError, match="metrics and other both take"):
        Subjects([SUBJECT, msgspec.structs.replace(SUBJECT, name="other")])
