"""JSON text is formatted exactly: white space between tokens changes, nothing else does."""

from __future__ import annotations

import contextlib
import itertools
import json
import re
import tracemalloc
from unittest import mock

import msgspec
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from artifact_stream.rendering.json import format as json_format
from artifact_stream.rendering.json import scan as json_scan
from artifact_stream.rendering.json.format import (
    MAX_DEPTH,
    MAX_EXPANSION,
    InvalidJson,
    JsonFormatter,
    format_json,
)

MIB = 1 << 20

UNCHANGED_SCALARS = [
    b"0",
    b"-0",
    b"-0.0",
    b"1.0",
    b"1e5",
    b"1E+5",
    b"1.25e-7",
    b"1e400",
    b"12345678901234567890123",
    b"true",
    b"false",
    b"null",
    b"NaN",
    b"Infinity",
    b"-Infinity",
    b'""',
    rb'"\" \\ \/ \b \f \n \r \t \u00e9 \uD83D\uDE00"',
    rb'"\ud800"',
    rb'"\udc00\ud800"',
    rb'"\ud800\u0041"',
    '"é 日本 😀 \x7f"'.encode(),
    b'"[{,:}] \'"',
]

REFUSED = {
    "empty": b"",
    "only space": b" \n",
    "two documents": b"1 2",
    "trailing comma after document": b"[1],",
    "trailing bracket": b"[1]]",
    "trailing NUL": b"[1]\x00",
    "BOM": b"\xef\xbb\xbf[1]",
    "comma in array": b"[1,]",
    "comma first": b"[,1]",
    "comma alone": b"[,]",
    "comma twice": b"[1,,2]",
    "comma in object": b'{"a":1,}',
    "comma in empty object": b"{,}",
    "no comma": b"[1 2]",
    "no comma between strings": b'["a""b"]',
    "no colon": b'{"a" 1}',
    "no value": b'{"a":}',
    "key only": b'{"a"}',
    "colon in array": b'["a":1]',
    "number as key": b"{1:2}",
    "literal as key": b"{null:2}",
    "bracket mismatch": b"[1}",
    "brace mismatch": b'{"a":1]',
    "unclosed array": b"[1",
    "unclosed object": b'{"a":1',
    "unclosed after comma": b"[1,",
    "unclosed string": b'"a',
    "unclosed after backslash": b'"a\\"',
    "single quotes": b"'a'",
    "leading zero": b"01",
    "negative leading zero": b"-01",
    "plus": b"+1",
    "minus alone": b"-",
    "two minus": b"--1",
    "point first": b".5",
    "point last": b"1.",
    "point before exponent": b"1.e5",
    "two points": b"1.5.5",
    "exponent without digits": b"1e",
    "exponent sign without digits": b"1e+",
    "hexadecimal": b"0x1",
    "literal cut": b"tru",
    "literal run on": b"nullx",
    "literal case": b"True",
    "nan case": b"nan",
    "minus NaN": b"-NaN",
    "NaN run on": b"[1,NaN5,2]",
    "NaN in an escape": b'["\\NaN "]',
    "Infinity in an escape": rb'["\u000-Infinity "]',
    "NUL in string": b'"a\x00"',
    "line feed in string": b'"a\n"',
    "unit separator in string": b'"a\x1f"',
    "escape x": rb'"\x41"',
    "escape U": rb'"\U00e9"',
    "escape not hexadecimal": rb'"\u12G4"',
    "escape cut": rb'"\u12"',
    "escaped NUL": b'"\\\x00"',
    "vertical tab": b"[1]\x0b",
    "form feed": b"\x0c1",
    "no-break space": "\u00a01".encode(),
    "comment": b"[1]/**/",
    "UTF-8 stray byte": b'"\xff"',
    "UTF-8 in key": b'{"\xff":1}',
    "UTF-8 surrogate": b'"\xed\xa0\x80"',
    "UTF-8 overlong": b'"\xc0\x80"',
    "UTF-8 too large": b'"\xf4\x90\x80\x80"',
    "UTF-8 cut by quote": b'"\xe2\x82"',
    "UTF-8 cut by end": b'"\xe2\x82',
}

CUT_TRAPS = [
    b"[[0,1],[2,3],[4],[5,6]]",
    b'[{"a":1},{"b":2},{"c":3},{"d":[4,5]}]',
    b'{"a":{"b":1},"c":{"d":2},"e":[[],[1,{}],{}]}',
    b'[1,"],[",2,"},{",3,"\\",",4,",\\\\",5,"\\\\\\",6"]',
    b'["[",1,"{",2,"]",3,"}",4,"[[",5]',
    b'[1,"NaN, NaN,",NaN,"null",2,-Infinity,"true,",NaN]',
    b"[1,2],[3,4]",
    b'{"a":1},{"b":2}',
    b"[0,1,[,2]]",
    b"[0,1,{,2}]",
    b"[0,1,],2]",
    b'[0,1,"a":2,3]',
    b'{"a":1,2,"b":3}',
    b'{"a":1,"b","c":3}',
    b'[0,1,"a,2,3,4',
    b"[0,1,2}],3",
    b'[0,1,\\"a,2,3\\",4]',
]


def outcome(run, *args) -> bytes | None:
    """The output, or None where the document is refused."""
    try:
        return run(*args)
    except InvalidJson:
        return None


def stream(document: bytes, sizes=(1 << 16,)) -> bytes:
    """Format a document in chunks of the given sizes, over and over."""
    formatter = JsonFormatter()
    pieces = []
    start = 0
    for size in itertools.cycle(sizes):
        if start >= len(document):
            break
        pieces.append(formatter.feed(document[start : start + size]))
        start += size
    return b"".join((*pieces, formatter.finish()))


def exact(document: bytes) -> bytes:
    """Format a document token by token, without msgspec."""
    with mock.patch.object(json_format, "_format_elements", return_value=None):
        return stream(document)


@contextlib.contextmanager
def window_of(size: int):
    """Cut documents at windows so small that a short one has many."""
    with (
        mock.patch.object(json_format, "_WINDOW_BYTES", size),
        mock.patch.object(json_format, "_DECODE_BYTES", size),
        mock.patch.object(json_scan, "_NUMBER_SLICE", max(2, size)),
    ):
        yield


def assert_all_agree(document: bytes, sizes=(1, 3, 7), window: int = 16) -> bytes | None:
    """Whole, in chunks, in windows, token by token: the same output or the same refusal."""
    expected = outcome(exact, document)
    assert outcome(format_json, document) == expected
    assert outcome(stream, document, sizes) == expected
    with window_of(window):
        assert outcome(stream, document, sizes) == expected
    return expected


def without_space(document: bytes) -> bytes:
    """A valid document without white space outside strings."""
    return re.sub(rb'("(?:[^"\\]|\\.)*")|[ \t\r\n]+', lambda m: m[1] or b"", document)


def parsed(document: bytes):
    """All that json can see in a document, with the text of numbers and repeated keys."""
    return json.loads(
        document.decode(),
        parse_int=str,
        parse_float=str,
        parse_constant=str,
        object_pairs_hook=lambda pairs: ("object", pairs),
    )


def is_python_json(document: bytes) -> bool:
    try:
        parsed(document)
    except ValueError:
        return False
    return True


def msgspec_output(document: bytes) -> bytes | None:
    try:
        return msgspec.json.format(document, indent=2)
    except msgspec.DecodeError:
        return None


space = st.sampled_from([b"", b"", b"", b" ", b"\n", b"\t", b"\r\n  "])
string_parts = st.sampled_from(
    [
        text.encode()
        for text in [
            "a",
            "1",
            "'",
            ",",
            ":",
            "[",
            "]",
            "{",
            "}",
            "NaN",
            "null",
            "true",
            "é",
            "日",
            "😀",
        ]
    ]
    + [rb"\\", rb"\"", rb"\/", rb"\n", rb"\u00e9", rb"\ud83d\ude00", rb"\ud800", b", NaN,"]
)
strings = st.lists(string_parts, max_size=5).map(lambda parts: b'"' + b"".join(parts) + b'"')
numbers = st.from_regex(
    rb"-?(0|[1-9][0-9]{0,24})(\.[0-9]{1,3})?([eE][+-]?[0-9]{1,3})?", fullmatch=True
)
literals = st.sampled_from([b"true", b"false", b"null", b"NaN", b"Infinity", b"-Infinity"])


def spaced(texts):
    return st.tuples(space, texts, space).map(b"".join)


def containers(values):
    keys = st.one_of(st.just(b'"a"'), strings)
    members = st.tuples(spaced(keys), spaced(values)).map(b":".join)
    arrays = st.tuples(space, st.lists(spaced(values), max_size=4).map(b",".join))
    objects = st.tuples(space, st.lists(members, max_size=4).map(b",".join))
    return st.one_of(
        arrays.map(lambda parts: b"[" + b"".join(parts) + b"]"),
        objects.map(lambda parts: b"{" + b"".join(parts) + b"}"),
    )


documents = spaced(st.recursive(st.one_of(strings, numbers, literals), containers, max_leaves=25))
chunk_sizes = st.lists(st.integers(1, 40), min_size=1, max_size=5)
windows = st.integers(1, 60)
edits = st.lists(
    st.tuples(
        st.integers(0, 1000),
        st.integers(0, 3),
        st.one_of(
            st.sampled_from(
                [bytes((byte,)) for byte in b'",[]{}:\\0-.e \n\x0b\xff']
                + [b"", b"NaN", b"null", rb"\u1", b"],[", b"},{", b'",']
                + [b"\xe2\x82", b"\xed\xa0\x80", b"\xef\xbb\xbf"]
            ),
            st.binary(max_size=2),
        ),
    ),
    min_size=1,
    max_size=3,
)

deterministic = settings(
    derandomize=True,
    deadline=None,
    max_examples=250,
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large],
)


def edited(document: bytes, changes) -> bytes:
    for place, removed, inserted in changes:
        at = place % (len(document) + 1)
        document = document[:at] + inserted + document[at + removed :]
    return document


@pytest.mark.parametrize("scalar", UNCHANGED_SCALARS)
def test_scalars_keep_their_text(scalar):
    assert assert_all_agree(b" " + scalar + b"\n") == scalar
    assert assert_all_agree(b"[" + scalar + b"]") == b"[\n  " + scalar + b"\n]"
    rows = b",".join([scalar] * 20)
    assert assert_all_agree(b"[" + rows + b"]") == (
        b"[\n  " + rows.replace(b"," + scalar, b",\n  " + scalar) + b"\n]"
    )


def test_layout():
    document = b' {"a" :[1,\t2,{ } ,[\n]],"b":{"c":{"d":null}},\r\n"a":"x, y"}\n'
    assert assert_all_agree(document).decode() == (
        "{\n"
        '  "a": [\n'
        "    1,\n"
        "    2,\n"
        "    {},\n"
        "    []\n"
        "  ],\n"
        '  "b": {\n'
        '    "c": {\n'
        '      "d": null\n'
        "    }\n"
        "  },\n"
        '  "a": "x, y"\n'
        "}"
    )


@pytest.mark.parametrize("name", REFUSED)
def test_refused(name):
    document = REFUSED[name]
    assert assert_all_agree(document) is None
    inside = b"[" + b"1,2," * 10 + document + b"]"
    assert (assert_all_agree(inside) is None) == (not is_python_json(inside))


@pytest.mark.parametrize("document", CUT_TRAPS)
def test_windows_end_anywhere(document):
    expected = outcome(exact, document)
    assert (expected is not None) == is_python_json(document)
    for window in range(1, len(document) + 1):
        with window_of(window):
            assert outcome(stream, document, (len(document),)) == expected
            assert outcome(stream, document, (5,)) == expected


@pytest.mark.parametrize(
    ("document", "offset", "reason"),
    [
        (b"", 0, "the document ends too early"),
        (b"[1,2", 4, "the document ends too early"),
        (b"[1, x]", 4, "expected a value"),
        (b'{"a": 1, b}', 9, "expected a key in double quotes"),
        (b'{"a" 1}', 5, "expected ':'"),
        (b"[1 2]", 3, "expected ',' or ']'"),
        (b'{"a": 1]', 7, "expected ',' or '}'"),
        (b"[1.]", 3, "number without a digit where one must stand"),
        (b'"a\\x"', 2, "invalid escape in a string"),
        (b'"a\n"', 2, "control character in a string"),
        (b"[] []", 3, "text after the document's end"),
        (b'["\xe2\x82"]', 2, "invalid UTF-8 (invalid continuation byte)"),
    ],
)
def test_says_where_and_why(document, offset, reason):
    for run in (format_json, lambda text: stream(text, (1,))):
        with pytest.raises(InvalidJson) as caught:
            run(document)
        assert caught.value.offset_bytes == offset
        assert caught.value.reason == reason
        assert str(caught.value) == f"{reason} at byte {offset}"


def test_offset_counts_from_the_document_start():
    document = b'["\xc3\xa9",' + b"12345678, " * 20_000 + b"'']"
    with pytest.raises(InvalidJson) as caught:
        stream(document, (1000,))
    assert caught.value.offset_bytes == document.index(b"''")


@pytest.mark.parametrize("number", [b"1" * 40_000, b"0." + b"1" * 40_000])
def test_number_that_ends_with_its_chunk(number):
    assert stream(b"[" + number + b"]", (1 + len(number),)) == b"[\n  " + number + b"\n]"
    assert stream(number, (len(number),)) == number


def test_empty_chunks():
    formatter = JsonFormatter()
    assert [formatter.feed(chunk) for chunk in (b"", b"[", b"", b"]")] == [b""] * 4
    assert formatter.finish() == b"[]"


def test_empty_chunks_are_not_kept():
    formatter = JsonFormatter()
    tracemalloc.start()
    try:
        for _ in range(50_000):
            formatter.feed(b"")
        assert tracemalloc.get_traced_memory()[1] < MIB // 16
    finally:
        tracemalloc.stop()


def test_depth():
    deepest = b"[" * MAX_DEPTH + b'"' + b"x" * (1 << 15) + b'"' + b"]" * MAX_DEPTH
    assert assert_all_agree(deepest, (1000,)) is not None
    for opener in (b"[", b'{"a":'):
        with pytest.raises(InvalidJson, match="nested deeper than 1000 levels"):
            format_json(opener * (MAX_DEPTH + 1))


def test_output_blow_up_is_refused_early():
    document = b"[" * 900 + b"0," * (MIB // 2) + b"0" + b"]" * 900
    tracemalloc.start()
    try:
        for run in (format_json, stream):
            with pytest.raises(InvalidJson, match="exceeds 64 times the input"):
                run(document)
        assert tracemalloc.get_traced_memory()[1] < 8 * MIB
    finally:
        tracemalloc.stop()


@pytest.mark.parametrize(
    ("shallow", "depth", "zeros", "accepted"),
    [
        (b"[1,", 40, 2500, True),
        (b"[1,", 90, 1500, True),
        (b"[1,", 90, 2500, False),
        (b"[" * 30 + b"0," * 5000, 200, 900, True),
        (b"[" * 30 + b"0," * 5000, 200, 1600, False),
    ],
    ids=["sparse", "short", "long", "short after shallow", "long after shallow"],
)
def test_growth_is_counted_alike(shallow, depth, zeros, accepted):
    deep = b"[" * depth + b"0," * zeros
    closers = b"]" * (depth + shallow.count(b"["))
    # Behind the string, in the same window, the growth is as allowed again.
    document = shallow + deep + b'"' + b"x" * 20_000 + b'",0' + closers
    with mock.patch.object(json_scan, "EXPANSION_ALLOWANCE", 100_000):
        assert (assert_all_agree(document, (5000,), 1 << 12) is not None) == accepted


@pytest.mark.parametrize("depth", [json_scan.SAFE_DEPTH - 1, json_scan.SAFE_DEPTH])
def test_no_blow_up_down_to_the_safe_depth(depth):
    document = b"[" * depth + b"0," * 20_000 + b"0" + b"]" * depth
    assert len(assert_all_agree(document, (1 << 14,))) <= MAX_EXPANSION * len(document)


@pytest.mark.slow
@deterministic
@given(documents, chunk_sizes, windows)
def test_only_white_space_changes(document, sizes, window):
    output = assert_all_agree(document, sizes, window)
    assert output is not None
    assert without_space(output) == without_space(document)
    assert parsed(output) == parsed(document)
    assert msgspec_output(document) in (None, output)


@pytest.mark.slow
@deterministic
@given(documents, edits, chunk_sizes, windows)
def test_damaged_documents_are_refused_by_all(document, changes, sizes, window):
    damaged = edited(document, changes)
    output = assert_all_agree(damaged, sizes, window)
    assert (output is not None) == is_python_json(damaged)


@pytest.mark.slow
@settings(deterministic, max_examples=40)
@given(documents, st.lists(documents, min_size=1, max_size=30), chunk_sizes)
def test_documents_longer_than_a_window(first, others, sizes):
    row = b",".join((first, *others))
    document = b"[" + b",".join([row] * (1 + 70_000 // len(row))) + b"]"
    output = stream(document, [size * 1000 for size in sizes])
    assert output == exact(document) == format_json(document)


@pytest.mark.slow
@deterministic
@given(documents, chunk_sizes, windows)
def test_limits_hold_whatever_the_chunks(document, sizes, window):
    with (
        mock.patch.object(json_scan, "MAX_DEPTH", 6),
        mock.patch.object(json_scan, "MAX_EXPANSION", 8),
        mock.patch.object(json_scan, "EXPANSION_ALLOWANCE", 10),
        mock.patch.object(json_scan, "SAFE_DEPTH", 3),
        mock.patch.object(json_format, "SAFE_DEPTH", 3),
    ):
        assert_all_agree(document, sizes, window)


def test_most_of_a_large_document_is_formatted_by_msgspec():
    event = b'{"ph": "X", "name": "f[{", "ts": 1.5, "args": {"id": "0/0", "nan": NaN}},'
    document = b'{"traceEvents": [' + event * 20_000 + b"{}]}"
    with mock.patch.object(
        json_scan.TokenFormatter, "scan", autospec=True, side_effect=json_scan.TokenFormatter.scan
    ) as scan:
        output = stream(document)
    assert parsed(output) == parsed(document)
    assert scan.call_count < 5


CHUNK = 1 << 16
LARGE = {
    "events": (
        b'{"traceEvents": [',
        b'{"ph": "X", "name": "f", "ts": 1.5, "args": {"ids": [1, 2]}},' * 1000,
        b"{}]}",
    ),
    "keys": (b"{", b'"a":1,' * 9000, b'"b":2}'),
    "lone surrogates": (b"[", b'"\\ud800",' * 200 + b'"' + b"x" * 60_000 + b'",', b"0]"),
    "string": (b'["', b"x = 1\\n" * 9000, b'"]'),
    "number": (b"[-1", b"7" * CHUNK, b".5e-7]"),
    "fraction": (b"1.", b"7" * CHUNK, b""),
    "space": (b"[", b" " * CHUNK, b"]"),
}


@pytest.mark.slow
@pytest.mark.parametrize("shape", LARGE)
def test_memory_is_flat(shape):
    start, middle, end = LARGE[shape]
    repeats = 64 * MIB // len(middle) if shape in ("events", "string", "number") else 200
    formatter = JsonFormatter()
    written = 0
    tracemalloc.start()
    try:
        for chunk in itertools.chain([start], itertools.repeat(middle, repeats), [end]):
            written += len(formatter.feed(chunk))
        written += len(formatter.finish())
        peak = tracemalloc.get_traced_memory()[1]
    finally:
        tracemalloc.stop()
    assert peak < 4 * MIB
    assert written >= (2 if shape == "space" else len(middle) * repeats)
