"""Redaction: what counts as a name, however it is written, wherever the text is cut."""

from __future__ import annotations

import json
import re
from html import unescape
from pathlib import Path
from time import process_time

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from artifact_stream import run
from artifact_stream.tools.zip.redaction import Redactor
from tests.helpers.support import FRAME_0, cut, raw_entry


@pytest.fixture
def redactor(tmp_path):
    redactor = Redactor(str(tmp_path))
    yield redactor
    redactor.close()


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        (rb"/home/alice/x.py", rb"/home/user1/x.py"),
        (rb"'/home/alice'", rb"'/home/user1'"),
        (rb"see /home/alice.", rb"see /home/user1."),
        (rb"/Users/alice/x", rb"/Users/user1/x"),
        (rb"/data/users/alice/x", rb"/data/users/user1/x"),
        (rb"/home/john.doe-2/x /home/john.doe-2", rb"/home/user1/x /home/user1"),
        (rb"/home/alice.txt /home/alice.html#L3", rb"/home/user1.txt /home/user1.html#L3"),
        (rb"file:///home/alice/x?y", rb"file:///home/user1/x?y"),
        (rb"C:\Users\alice\x", rb"C:\Users\user1\x"),
        (rb"c:\users\alice", rb"c:\users\user1"),
        (rb'"C:\\Users\\alice\\x"', rb'"C:\\Users\\user1\\x"'),
        (rb'"\"C:\\\\Users\\\\alice\""', rb'"\"C:\\\\Users\\\\user1\""'),
        (rb"C:\Users\Alice B. Smith\x", rb"C:\Users\user1\x"),
        (rb"C:\Users\alice and more", rb"C:\Users\user1 and more"),
        (rb'"\/home\/alice\/x"', rb'"\/home\/user1\/x"'),
        (rb"%2Fhome%2Falice%2Fx", rb"%2Fhome%2Fuser1%2Fx"),
        (rb"C%3A%5CUsers%5Calice%5Cx", rb"C%3A%5CUsers%5Cuser1%5Cx"),
        (rb"%252Fhome%252falice", rb"%252Fhome%252fuser1"),
        (rb"\u002fhome\u002falice\u002fx", rb"\u002fhome\u002fuser1\u002fx"),
        (rb"/tmp/torchinductor_alice/ab/c.py", rb"/tmp/torchinductor_user1/ab/c.py"),
        (rb"/tmp/pytest-of-alice/pytest-0", rb"/tmp/pytest-of-user1/pytest-0"),
        (rb"_home_alice_x.txt", rb"_home_user1_x.txt"),
        (rb"C__Users_alice_x", rb"C__Users_user1_x"),
        (b"_home_caf\xc3\xa9_x _home_caf%C3%A9_x", b"_home_user1_x _home_user1_x"),
        (rb'"_home_caf\u00e9_x \u00e9_x"', rb'"_home_user1_x \u00e9_x"'),
        (rb"code__home_alice_x", rb"code__home_user1_x"),
        (rb"/home/alice/home/bob", rb"/home/user1/home/user2"),
        (b"/home/caf\xc3\xa9/x", b"/home/user1/x"),
        # File names that were made of longer paths:
        (rb"_export_home_alice_x", rb"_export_home_user1_x"),
        (rb"code__export_home_alice_x", rb"code__export_home_user1_x"),
        (rb"file____home_alice_x", rb"file____home_user1_x"),
        (rb"file____C__Users_alice_x", rb"file____C__Users_user1_x"),
        (rb"_mnt_c_Users_alice_x", rb"_mnt_c_Users_user1_x"),
        (rb"_Volumes_Macintosh HD_Users_alice_x", rb"_Volumes_Macintosh HD_Users_user1_x"),
        (rb"C__Users_Alice Smith_x", rb"C__Users_user1_x"),
        (rb"_home_john.doe_x.txt", rb"_home_user1_x.txt"),
        (rb"_home_o'brien_x", rb"_home_user1_x"),
        # Homes of groups and domains, whose first folder may be the name as well:
        (rb"/home/users/alice/x", rb"/home/users/user1/x"),
        (rb"/home/CORP/alice/x", rb"/home/user1/user2/x"),
        (rb"/home/corp.example.com/alice/x", rb"/home/user1/user2/x"),
        (rb"/home/local/CORP/alice/x", rb"/home/local/user1/user2/x"),
        (rb"/home/a/alice/x", rb"/home/user1/user2/x"),
        (rb"/home/ALICE /home/local/alice", rb"/home/user1 /home/local/user2"),
        (rb"_home_users_alice_x _home_CORP_bob_x", rb"_home_users_user1_x _home_user2_user3_x"),
        (rb"\\wsl$\\Ubuntu\\home\\alice\\x", rb"\\wsl$\\Ubuntu\\home\\user1\\x"),
        # Quotes and dollar signs in a name, and around one:
        (rb"/home/o'brien/x", rb"/home/user1/x"),
        (rb"'/home/o\'brien/x'", rb"'/home/user1/x'"),
        (rb"&#39;/home/o&#39;brien/x&#39;", rb"&#39;/home/user1/x&#39;"),
        (rb"C:\Users\Alice O'Brien\x", rb"C:\Users\user1\x"),
        (rb"'/home/alice'+'/x'", rb"'/home/user1'+'/x'"),
        (rb"/home/svc$/x /home/al$ice/x", rb"/home/user1/x /home/user2/x"),
        # Escapes of JSON in a string of JSON:
        (rb'"{\"p\": \"/home/caf\\u00e9/x\"}"', rb'"{\"p\": \"/home/user1/x\"}"'),
        (rb'"C:\\Users\\\u00e9ric\\x"', rb'"C:\\Users\\user1\\x"'),
        (rb'"\"C:\\\\Users\\\\\\u00e9ric\\\\x\""', rb'"\"C:\\\\Users\\\\user1\\\\x\""'),
        (rb'"\\u002fhome\\u002falice"', rb'"\\u002fhome\\u002fuser1"'),
        (rb"/home/\ud83d\ude00/ /home/\ud83d\ude01/", rb"/home/user1/ /home/user2/"),
        # On every machine:
        (rb"/root/x /home/root/x torchinductor_root", None),
        (rb"/Users/Shared/x C:\Users\Public\x C:\Users\All Users\x", None),
        # Words, and what JSON makes of a line's end:
        (rb"self_home_page L__self___home_proj at home/alice users and homes", None),
        (rb'"C:\\Users\\\nfoo" "/home/\nfoo" "\\Users\nora"', None),
        (rb"/home/ /home/.. /home/{user} /home/$USER/x a/homely/x", None),
        (rb"self._get_home_page _set_users_count L__self____home /home/", None),
        (b"", None),
    ],
)
def test_what_is_a_name(redactor, text, expected):
    assert redactor.redact(text) == (text if expected is None else expected)
    assert redactor.replacements == (
        0 if expected is None else len(re.findall(rb"user\d", expected))
    )


def test_the_same_name_is_the_same_placeholder_however_it_is_written(redactor):
    name = "andré"
    written = [
        f"/home/{name}/",
        "/home/andr%C3%A9/",
        "/Users/andr%25c3%25a9/",
        '"/home/andr\\u00e9/"',
        f"C:\\Users\\{name}\\x",
        f"torchinductor_{name}/",
    ]
    for text in written:
        redacted = redactor.redact(text.encode())
        assert b"user1" in redacted, text
        assert b"andr" not in redacted
    assert redactor.redact_text("/home/another/") == "/home/user2/"
    assert (redactor.names, redactor.replacements) == (2, len(written) + 1)


PIECES = st.sampled_from(
    ["/", "\\", "\\\\", "home", "Users", "users", "C:", "alice", "bob", " ", ".", "%2F", "%5C",
     "\n", "é", "\\u00e9", "torchinductor_", "_", "x", '"', "\ud800", "</span>",
     '<span class="se">', "u", "0"]
)  # fmt: skip
TEXTS = st.lists(PIECES, max_size=40).map("".join)


@settings(max_examples=300)
@given(TEXTS, st.lists(st.integers(0, 1 << 16), max_size=6), st.integers(0, 40000))
def test_the_cuts_make_no_difference(tmp_path_factory, text, places, padding):
    data = text.encode("utf-8", "surrogatepass")
    data = data + b"-" * padding + data
    folder = tmp_path_factory.mktemp("cuts")
    whole, pieces = Redactor(str(folder / "a")), Redactor(str(folder / "b"))
    assert b"".join(pieces.redact_chunks(cut(data, places))) == whole.redact(data)
    assert (whole.names, whole.replacements) == (pieces.names, pieces.replacements)


@pytest.mark.parametrize(
    "unit",
    [b"C:\\Users\\" + b"\xc3\xa9" * 60 + b"!", b"/home/local/" + b"\xc3\xa9" * 60 + b"!",
     b"/home/a'" + b"x'" * 100, b"_a_b_c_d_e_home" * 9, b"/home/local/" + rb"\\u00e9" * 50],
)  # fmt: skip
def test_what_can_be_read_in_many_ways_is_read_in_linear_time(redactor, unit):
    """Of the first, the form before tried all ways to cut a name: it did not end."""
    started = process_time()
    redactor.redact(unit * (100_000 // len(unit)))
    assert process_time() - started < 5


def test_a_name_across_every_cut(redactor):
    text = b"-" * 20000 + rb"C:\\Users\\alice\\x /home/alice/" + b"-" * 20000
    expected = text.replace(b"alice", b"user1")
    for place in range(19990, 20050):
        assert b"".join(redactor.redact_chunks(cut(text, [place]))) == expected
    assert b"".join(redactor.redact_chunks(text[i : i + 1] for i in range(len(text)))) == expected


@settings(max_examples=300)
@given(TEXTS)
def test_json_stays_json(tmp_path_factory, text):
    redactor = Redactor(str(tmp_path_factory.mktemp("json") / "a"))
    for document in (json.dumps(text), json.dumps(text, ensure_ascii=False)):
        encoded = document.encode("utf-8", "surrogatepass")
        json.loads(redactor.redact(encoded).decode("utf-8", "surrogatepass"))


@settings(max_examples=300)
@given(TEXTS)
def test_text_stays_text(tmp_path_factory, text):
    """No character is cut in two, and different names stay different."""
    redactor = Redactor(str(tmp_path_factory.mktemp("text") / "a"))
    redactor.redact_text(text)
    for first, second in (("a", "b"), ("user1", "user2"), ("user2", "user1")):
        texts = {redactor.redact_text(f"/home/{name}/{text}") for name in (first, second)}
        assert len(texts) == 2


def test_the_text_of_a_redacted_page_is_the_redacted_text(tmp_path):
    code = rb"""
# C:\Users\alice\x, /home/alice/y and C:\Users\Bob Smith\z
d = '/home/o\'brien/x', "/home/caf\u00e9e/x"
a = "C:\\Users\\alice\\x", r"C:\Users\alice", 'C:\\Users\\Bob Smith\\z'
b = f"/home/alice/{a}/torchinductor_alice/b" + "/home/alice"
c = '''
#include "/tmp/torchinductor_alice/2r/c.h"
'''
async_compile.cpp('''
// /home/alice/<x> & "C:\\Users\\alice\\q"
''')
"""
    log = tmp_path / "t.log"
    log.write_bytes(raw_entry("inductor_output_code", code, **FRAME_0))
    run([str(log)], str(tmp_path / "out"))
    page = (tmp_path / "out" / "0_0_0" / "inductor_output_code.html").read_bytes()
    redactor = Redactor(str(tmp_path / "names"))
    redacted = redactor.redact(page).decode()
    text = re.search(r"<pre[^>]*><code[^>]*>\s*(.*)</code></pre>", redacted, re.DOTALL)[1]
    text = unescape(re.sub(r"<[^>]*>", "", text))
    assert text.strip() == redactor.redact(code).decode().strip()
    assert "alice" not in redacted
    assert "Bob" not in redacted
    assert "brien" not in redacted
    assert "caf" not in redacted
    assert Path(tmp_path / "names").exists() is False
