"""Errors: one sentence whose remedies are told in the terms of whoever reads it."""

from __future__ import annotations

import pickle

import pytest

from artifact_stream.errors import (
    Advice,
    Argument,
    ArtifactStreamError,
    ExpandsTooMuch,
    InputUnusable,
    OutputUnusable,
    Remedy,
    SourceDamaged,
    WindowTooLarge,
    WrongUsage,
    escaped,
)
from artifact_stream.workers.messages import ReplyBuffer, Trouble, encode_message

ERROR = OutputUnusable(
    "{out} is full: ",
    Remedy.FREE_SPACE,
    ", or give another ",
    Argument("out"),
    ", not ",
    Argument("jobs", 0),
    ".",
)


def test_the_text_is_in_the_terms_of_the_library():
    assert str(ERROR) == "{out} is full: free some space, or give another out, not jobs=0."
    assert str(WrongUsage("A plain sentence.")) == "A plain sentence."
    assert str(WrongUsage(Argument("only", "x"), " is wrong.")) == "only='x' is wrong."


def test_it_can_be_worded_otherwise():
    said = ERROR.worded(lambda piece: f"<{type(piece).__name__}>")
    assert said == "{out} is full: <Advice>, or give another <Argument>, not <Argument>."


def test_programs_read_the_remedies():
    assert ERROR.remedies == (Remedy.FREE_SPACE,)
    assert WrongUsage("A plain sentence.").remedies == ()


@pytest.mark.parametrize("remedy", Remedy)
def test_every_remedy_has_words_and_none_is_that_of_an_option(remedy):
    assert len(str(remedy)) > 5
    assert "--" not in str(remedy)
    assert str(Advice(remedy, "about")) == str(remedy)


def test_the_pieces_outlive_pickling_and_the_way_from_a_worker():
    assert pickle.loads(pickle.dumps(ERROR)).said == ERROR.said
    sent = encode_message(Trouble.of(ERROR))
    (received,) = ReplyBuffer().feed(sent)
    assert isinstance(received, Trouble)
    assert OutputUnusable(*received.said).said == ERROR.said


@pytest.mark.parametrize(
    ("kind", "slug", "exit_code"),
    [
        (WrongUsage, "wrong_usage", 2),
        (InputUnusable, "input_unusable", 3),
        (OutputUnusable, "output_unusable", 4),
        (SourceDamaged, "source_damaged", 3),
        (ExpandsTooMuch, "expands_too_much", 3),
        (WindowTooLarge, "window_too_large", 3),
    ],
)
def test_all_have_one_base_a_slug_and_an_exit_code(kind, slug, exit_code):
    assert issubclass(kind, ArtifactStreamError)
    assert (kind.slug, kind.exit_code) == (slug, exit_code)


@pytest.mark.parametrize(
    ("name", "shown"),
    [
        ("plain name, 漢字.log", "plain name, 漢字.log"),
        ("\x1b[31mred\x07", r"\x1b[31mred\x07"),
        ("two\nlines\u2028", r"two\nlines\u2028"),
        ("\x9b2J \u202egpj", r"\x9b2J \u202egpj"),
        ("byte \udcff", r"byte \xff"),
        ("\udce6\udcbc\udca2", "漢"),  # Its bytes, as an ASCII locale has them.
        ("lone \ud800\x1b", r"lone \ud800\x1b"),
    ],
)
def test_names_in_a_sentence_do_nothing_to_a_terminal(name, shown):
    assert escaped(name) == shown
    assert str(InputUnusable(f"{name} is empty.")) == f"{shown} is empty."
    assert WrongUsage(Argument("only", name)).worded(lambda a: f"--only {a.value}").endswith(shown)
    assert escaped(shown) == shown


def test_a_worker_can_tell_of_any_name():
    sent = encode_message(Trouble.of(InputUnusable("byte \udcff ", Remedy.TRY_AGAIN)))
    (received,) = ReplyBuffer().feed(sent)
    assert received.said == (r"byte \xff ", Advice(Remedy.TRY_AGAIN))
