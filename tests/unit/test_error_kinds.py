"""Errors: exit codes, stable slugs, and excerpts of bounded length."""

from __future__ import annotations

import inspect

from hypothesis import example, given
from hypothesis import strategies as st

from artifact_stream import errors

STOPPING = {
    error for _, error in inspect.getmembers(errors, inspect.isclass)
    if issubclass(error, errors.ArtifactStreamError)
}  # fmt: skip


def test_exit_codes_tell_what_is_at_fault():
    codes = {error.__name__: error.exit_code for error in STOPPING}
    assert codes == {
        "ArtifactStreamError": 1,
        "WrongUsage": 2,
        "InputUnusable": 3,
        "SourceDamaged": 3,
        "ExpandsTooMuch": 3,
        "WindowTooLarge": 3,
        "OutputUnusable": 4,
    }


def test_each_error_has_a_slug_of_its_own():
    assert len({error.slug for error in STOPPING}) == len(STOPPING)


@given(line=st.binary(max_size=20))
@example(line="\U0001f600".encode() * 300)
@example(line=b"a" * 199 + "é".encode() + b"b" * 2000)
@example(line=b"\xff" * 1000)
def test_an_excerpt_is_the_beginning_of_the_line(line):
    excerpt = errors.excerpt_of(line)
    whole = line.decode("utf-8", "replace")
    assert excerpt == whole[: errors.EXCERPT_CHARS]


def test_no_more_of_a_line_is_looked_at_than_an_excerpt_can_need():
    line = ("\U0001f600" * errors.EXCERPT_CHARS).encode()
    assert len(line) == errors.EXCERPT_BYTES
    assert errors.excerpt_of(line + b"x" * 100) == line.decode()


def test_a_problem_is_of_an_entry_that_was_not_written_unless_it_says_so():
    problem = errors.Problem("not_an_entry", "No.", "t.log", 1, 0, "x")
    assert not problem.entry_written
