"""String tables, one a process."""

from __future__ import annotations

import pytest

from artifact_stream.facts.fact import Frame
from artifact_stream.findings.string_tables import StringTables
from artifact_stream.findings.told_facts import facts_in
from tests.helpers.facts import fact, file_of


@pytest.fixture
def tables(tmp_path):
    opened = []

    def of(*facts):
        file = file_of(facts)
        made = StringTables(file, str(tmp_path))
        opened.append(made)
        for offset, told in list(facts_in(file)):
            made.note(told, offset)
        return made

    yield of
    for each in opened:
        each.close()


def string(text, index, process=None):
    return fact("string", text=text, index=index, process=process)


def start(*files, process=None):
    return fact("start", process=process, stack=tuple(Frame(file, 1, "f") for file in files))


def files(frames):
    return [frame.file for frame in frames]


def test_a_number_is_a_string_of_the_same_process(tables):
    made = tables(string("a.py", 0, 1), string("b.py", 0, 2), string("c.py", 1, 1))
    assert files(made.resolved(start(0, 1, process=1))) == ["a.py", "c.py"]
    assert files(made.resolved(start(0, 1, "d.py", process=2))) == ["b.py", None, "d.py"]


def test_a_table_of_no_process_is_that_of_all(tables):
    made = tables(string("a.py", 0), string("b.py", 1, 7))
    assert files(made.resolved(start(0, 1, process=7))) == ["a.py", "b.py"]
    assert files(made.resolved(start(0, 1))) == ["a.py", None]


def test_the_last_string_of_a_number_counts(tables):
    assert files(tables(string("a.py", 0), string("b.py", 0)).resolved(start(0))) == ["b.py"]


def test_more_strings_than_are_held_are_found(tables):
    made = tables(*[string(f"{n}.py", n) for n in range(3000)])
    assert files(made.resolved(start(*range(3000)))) == [f"{n}.py" for n in range(3000)]
