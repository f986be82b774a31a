"""Coloured pages of Python: the classes of stock Pygments, whole kernels, flat memory."""

from __future__ import annotations

import gzip
import html
import json
import re
import subprocess
import sys
import sysconfig
import tracemalloc
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from pygments.lexers.python import PythonLexer
from pygments.token import Comment, Name, Whitespace

from artifact_stream.rendering.python import lexer as python_lexer
from artifact_stream.rendering.python import tables as python_tables
from artifact_stream.rendering.python.html import PythonHtml
from tests.helpers.stock_pygments import (
    KERNEL,
    PARTS,
    assert_like_stock,
    body,
    classes,
    rendered,
    stock_classes,
)

MIB = 1 << 20
SMALL_WINDOW = 1 << 13
TRACES = sorted((Path(__file__).parents[3] / "data" / "traces").glob("**/*.log*"))
STDLIB = Path(sysconfig.get_path("stdlib"))
CODE_ENTRY = re.compile(r'"(?:artifact|\w*graph\w*|inductor_output_code)":')
PYTHON_NAME = re.compile(r"graph|inductor_output_code|wrapper|backward|forward")
PAYLOADS_PER_TRACE = 12


def code_payloads(path: Path) -> list[str]:
    """Some Python payloads of a raw trace, one of each size."""
    found: dict[int, str] = {}
    lines: list[str] | None = None
    opener = gzip.open if path.suffix == ".gz" else open
    with opener(path, "rt", encoding="utf-8", errors="surrogateescape", newline="\n") as trace:
        for line in trace:
            if line.startswith("\t"):
                if lines is not None:
                    lines.append(line[1:])
                continue
            if lines:
                found.setdefault(sum(map(len, lines)), "".join(lines))
            lines = [] if holds_python(line) else None
    if lines:
        found.setdefault(sum(map(len, lines)), "".join(lines))
    by_size = [source for _, source in sorted(found.items())]
    return by_size[:: max(1, len(by_size) // PAYLOADS_PER_TRACE)]


def holds_python(header: str) -> bool:
    if not CODE_ENTRY.search(header):
        return False
    try:
        envelope = json.loads(header[header.index("{") :])
    except ValueError:
        return False
    name = envelope["artifact"].get("name", "") if "artifact" in envelope else next(iter(envelope))
    return PYTHON_NAME.search(name) is not None and envelope.get("has_payload") is not None


# ---- The same colours as stock Pygments ----


@pytest.mark.slow
@pytest.mark.parametrize("path", TRACES, ids=lambda path: path.parent.name)
def test_code_in_real_traces_has_stock_colours(path):
    sources = [source for source in code_payloads(path) if len(source) < MIB // 4]
    assert sources or path.parent.name == "compile_error"
    for source in sources:
        assert_like_stock(source)


def standard_library() -> list[Path]:
    by_name = sorted(STDLIB.glob("*.py"))
    largest = sorted(by_name, key=lambda path: path.stat().st_size)[-4:]
    return sorted({*by_name[::3], *largest, STDLIB / "test" / "test_fstring.py"})[:64]


@pytest.mark.slow
def test_the_standard_library_has_stock_colours():
    for path in standard_library():
        if path.exists():
            assert_like_stock(path.read_text(encoding="utf-8"))


FRAGMENTS = """def|class|from|import|lazy|match|case|_|yield|yield from|async|await|for|in|is|not|as
with|None|True|print|self|int|type|__init__|__name__|Exception|x|é|变量|x1|if|else|lambda|or|r|b|f|u|rb
Rb|t|fr|@|@x|.|..|...|.5|5|1.5|1e5|0x1f|0b1|1_0|1j|1.|0xfor|1if|\\|"|'|\"""|'''|(|)|[|]|{|}|{{|}}
:|:=|=|==|!|!=|!r|+|-|*|**|->|<<|%|%s|%(a)d|%05.2f|%%|{x}|{0!r:>5}|{a[b]}|{a[|]}|,|;|#|# c|#!x|\\n
\\x41|\\N{DASH}|\\N{|\\u1234|\\"|\\'|$|?|`|~|<|>|&amp;|match x|case _:|import a as b|from x import (
def f|class A|x.def |.match(|a.b.c|a.print|.self|f"|f'|f"{|f'''|rf\"""|b"x"|"a"|'a'|'a''b'|"%d"
x=...|a@b|@=|//|**.5|=.x|0|09|9x|٣|x٣|.٣|async_compile.cpp('''|async_compile.x(|type X = int"""
LAYOUT = [" ", "  ", "\t", "\f", "\n", "\n    ", "\n\n", "\\\n", "\r", "\r\n", "\u2028", "\xa0"]
LINE_STARTS = ["\nmatch a, _:", "\n  case [x, _]", '\n"""doc"""\n', "\nr'''doc", '\n   """']
LINE_STARTS += ["\nlazy import x", "\nlazy from x import", "\n \n\t\n", "\n@a\n", "\n#!"]
UNPRINTABLE = ["\0", "\x85", "\ud800", "\U0001f600"]
SOUP = st.lists(
    st.sampled_from(
        [*FRAGMENTS.replace("\n", "|").split("|"), *LAYOUT, *LINE_STARTS, *UNPRINTABLE]
    ),
    max_size=30,
).map("".join)


@pytest.mark.slow
@settings(max_examples=1200, deadline=None, derandomize=True, database=None)
@given(SOUP)
def test_soup_of_python_has_stock_colours(source):
    assert_like_stock(source)


@settings(max_examples=300, deadline=None, derandomize=True, database=None)
@given(st.text())
def test_any_text_has_stock_colours(source):
    assert_like_stock(source)


@pytest.mark.parametrize(
    "source",
    [
        "x.def y",
        ".int",
        "raise A from b",
        "async for x in y",
        "not x\nyield from y",
        "#!/usr/bin/python\n#!second",
        "import a, b as c\nfrom .a import (b,\n c)",
        "match x:\n    case [a, _, b]:\n        match = 1",
        'f"{x!r:>{width}} {{}} {y=}"',
        "'%s %(a)d {0} {b.c[d]!r:>5}' % x",
        "@decorator\ndef __init__(self): ...",
        '"""doc"""\n   """doc"""\nx = """no doc"""',
        "x = 1 if y else 0xfor\n",
    ],
)
def test_contexts_have_stock_colours(source):
    assert_like_stock(source)


# ---- Windows ----


def large_sources() -> list[str]:
    code = (STDLIB / "argparse.py").read_text(encoding="utf-8")
    names = ", ".join(f"buf{n} = f'{{x}}' + int(arg{n}_1.shape) # '" for n in range(1500))
    words = " ".join(re.sub("#|'''|\"\"\"|===+", "", code).split())
    return [code, names.replace("#", ""), words, "x = '''" + words + "'''", "# " + words + "\nx"]


@pytest.mark.parametrize("number", range(5))
def test_windows_do_not_show(number):
    source = large_sources()[number]
    assert len(source) > 5 * SMALL_WINDOW
    assert_like_stock(source, window_chars=SMALL_WINDOW)


@pytest.mark.slow
@settings(max_examples=25, deadline=None, derandomize=True, database=None)
@given(st.lists(st.integers(1, 20_000), min_size=1, max_size=8), st.integers(0, 4))
def test_chunks_do_not_show(sizes, number):
    source = large_sources()[number]
    writer = PythonHtml(window_chars=SMALL_WINDOW)
    parts, pos = [], 0
    for size in sizes:
        parts.append(writer.feed(source[pos : pos + size]))
        pos += size
    page = "".join([*parts, writer.feed(source[pos:]), writer.finish()])
    assert page == rendered(source, window_chars=SMALL_WINDOW)


def test_single_characters_can_be_fed():
    source = 'def f(x):\r\n    """doc"""\n    return f"{x}" # \u2028\n'
    assert rendered(source, chunk=1) == rendered(source)


@pytest.mark.parametrize("end", ["'''", ""])
def test_long_docstring_is_one_token(end):
    source = "x\n'''" + "%s {0}\n" * 8000 + end + "\nx = '%s'\n"
    assert_like_stock(source, window_chars=SMALL_WINDOW)


def test_docstring_beyond_the_cap_is_a_string():
    page = rendered("x\n'''" + "\nlong" * (MIB // 4) + "'''\ny = 1\n")
    assert page.count('<span class="s1">long') == MIB // 4
    assert page.endswith(
        '<span class="n">y</span> <span class="o">=</span> <span class="mi">1</span>\n'
    )


def test_nothing_is_held_back_for_long():
    writer = PythonHtml(window_chars=SMALL_WINDOW)
    shown = sum(writer.feed("x = 1\n" * 100).count("\n") for _ in range(200))
    assert shown > 20_000 - SMALL_WINDOW // 3


# ---- Lines and characters ----


@pytest.mark.parametrize(
    ("source", "expected"),
    [
        ("", '<a id="L1" href="#L1" aria-label="1"></a>'),
        ("\n", '<a id="L1" href="#L1" aria-label="1"></a>\n'),
        ("a", '<a id="L1" href="#L1" aria-label="1"></a><span class="n">a</span>'),
        ("a\n", '<a id="L1" href="#L1" aria-label="1"></a><span class="n">a</span>\n'),
        (
            "\n ",
            '<a id="L1" href="#L1" aria-label="1"></a>\n<a id="L2" href="#L2" aria-label="2"></a> ',
        ),
    ],
)
def test_lines(source, expected):
    assert rendered(source) == expected


def test_only_line_feeds_end_lines():
    assert body("#\r\x0b\x0c\x1c\x85\u2028\u2029\n") == (
        '<span class="c1">#&#13;\x0b\x0c\x1c\x85\u2028\u2029</span>\n'
    )


def test_tokens_of_many_lines_have_a_span_on_each():
    assert body("'''a\n\nb'''") == (
        "<span class=\"sd\">'''a</span>\n\n<span class=\"sd\">b'''</span>"
    )


def test_neighbours_of_one_class_share_a_span():
    assert body("((a))**b") == (
        '<span class="p">((</span><span class="n">a</span><span class="p">))</span>'
        '<span class="o">**</span><span class="n">b</span>'
    )


def test_markup_is_escaped():
    assert body("a<b&c>d # <script>&amp;\"'") == (
        '<span class="n">a</span><span class="o">&lt;</span><span class="n">b</span>'
        '<span class="o">&amp;</span><span class="n">c</span><span class="o">&gt;</span>'
        '<span class="n">d</span> <span class="c1"># &lt;script&gt;&amp;amp;"\'</span>'
    )


def test_what_html_cannot_hold_is_replaced():
    page = body("'\0 \ud800 \udfff'")
    assert page == "<span class=\"s1\">'\ufffd \ufffd \ufffd'</span>"
    page.encode()


# ---- Kernels ----


def kernels(source: str) -> list[tuple[str, str]]:
    """Language and text of each kernel in the page; checks the page on the way."""
    page = rendered(source)
    assert classes(page) == stock_classes(source)
    found = []
    for begin in KERNEL.finditer(page):
        text, depth = [], 0
        for part in PARTS.finditer(page, begin.end()):
            depth += bool(part[5]) - bool(part[6])
            if depth < 0:
                break
            text.append(part[7] or "")
        found.append((begin[1], html.unescape("".join(text))))
    return found


@pytest.mark.parametrize(
    ("call", "language"),
    [
        ("async_compile.cpp_pybinding(['const float*', 'float*'], r'''", "cpp"),
        ("async_compile.cpp_pybinding(['float*'], '''", "cpp"),
        ("async_compile.cpp('''", "cpp"),
        ('async_compile.cpp(r"""', "cpp"),
        ("async_compile.cuda(r'''", "cpp"),
        ("async_compile.xpu(r'''", "cpp"),
        ("async_compile.rocm(r'''", "cpp"),
        ("f = async_compile.metal('f', '''", "cpp"),
        ("async_compile.triton('triton_poi_fused_0', '''", "python"),
        ("async_compile.cutedsl('k', r'''", "python"),
        ("async_compile.pallas('k', r'''", "python"),
        ("async_compile.nv_universal_gemm('k', r'''", "python"),
        ("async_compile.halide(HalideMeta([Input(shape=['(2']), target='h'), '''", "python"),
    ],
)
def test_kernels_are_marked(call, language):
    end = call[-3:]
    text = "\n#include <a>\nint a = b % c; {x} \"q\" 'q'\n  \\n\n"
    source = f"import a\nk = {call}{text}{end}, device_str='cpu')\nx = '''{{}}'''\n"
    assert kernels(source) == [(language, text)]


def test_kernel_markup():
    assert rendered("k = async_compile.cpp('''\na<b\n''')\n").partition("(</span>")[2] == (
        "<span class=\"s1\">'''</span>"
        '<samp class="kernel" data-language="cpp">\n'
        '<a id="L2" href="#L2" aria-label="2"></a><span class="s1">a&lt;b</span>\n'
        '<a id="L3" href="#L3" aria-label="3"></a></samp>'
        '<span class="s1">\'\'\'</span><span class="p">)</span>\n'
    )


@pytest.mark.parametrize("text", ["", "int a;", "int a;\n", "%d \\n {x"])
def test_kernel_without_end_is_closed(text):
    assert kernels(f"async_compile.cpp(r'''{text}") == [("cpp", text)]


def test_kernel_longer_than_windows():
    text = "  for (long x = 0; x < 8L; x += 16L) { a[x] % 3; '\\0' }\n" * 5000
    assert (
        kernels(f"a\nasync_compile.cpp_pybinding([], r'''{text}''')\n" * 2) == [("cpp", text)] * 2
    )


@pytest.mark.parametrize(
    "source",
    [
        "# async_compile.cpp('''\nx = '''a'''",
        "'async_compile.cpp(' '''a'''",
        "x = '''\nasync_compile.cpp(\"\"\"\n'''",
        "f'{async_compile.cpp}('''a'''",
        "my_async_compile.cpp('''a''')",
        "torch.async_compile.cpp('''a''')",
        "async_compile.cpp(x) + '''a'''",
        "async_compile.cpp(x); y = '''a'''",
        "async_compile.cpp('a')",
        "async_compile.cpp(f'''a''')",
        "async_compile.cpp(\n'''a''')",
        "async_compile.wait(globals())\nx = '''a'''",
        "async_compile.unknown('''a''')",
    ],
)
def test_what_is_no_kernel(source):
    assert kernels(source) == []


# ---- Hostile sources ----

HOSTILE = {
    "blanks": " ",
    "blank lines": " \n",
    "line ends": "\n",
    "continuations": "\\\n",
    "quotes": '"',
    "brackets": "(",
    "braces": "{",
    "nested f-strings": 'f"{',
    "one name": "a",
    "one number": "9",
    "one comment": "#",
    "names": "变 ",
    "errors": "!",
    "fields": "'{a[",
    "field in a string": ("'''{a[", "{a["),
    "zeros": ("'''%", "0"),
    "named characters": ("'''", "\\N{"),
    "blanks after match": ("match", " "),
    "blanks after def": "def" + " " * 3000,
    "unclosed docstring": ("'''", "x\n"),
    "docstrings in turn": "\n'''\"\"\"",
    "calls": "async_compile.triton(a, ",
    "chain": "a.",
}


@pytest.mark.slow
@pytest.mark.parametrize("name", HOSTILE)
def test_hostile_sources_take_flat_memory(name):
    unit = HOSTILE[name]
    start, unit = unit if isinstance(unit, tuple) else ("", unit)
    rendered("x = '%d' % f(1)\n")  # Tables and expressions are there for good.
    writer = PythonHtml(window_chars=SMALL_WINDOW)
    chunk = unit * (SMALL_WINDOW // len(unit) + 1)
    tracemalloc.start()
    try:
        writer.feed(start)
        for _ in range(8):
            writer.feed(chunk)
        writer.finish()
        peak = tracemalloc.get_traced_memory()[1]
    finally:
        tracemalloc.stop()
    assert peak < 8 * MIB


def test_memory_of_a_long_line_is_flat():
    writer = PythonHtml()
    writer.feed("x = '%d' % f(1)\n" * 6000)
    line = "buf0, arg1_1 = extern_kernels.mm(buf1, 'cpu', 2), " * 1300
    tracemalloc.start()
    try:
        for _ in range(15):
            writer.feed(line)
        peak = tracemalloc.get_traced_memory()[1]
    finally:
        tracemalloc.stop()
    assert peak < 8 * MIB


def test_cached_pieces_are_bounded():
    for n in range(2, 6):
        rendered("".join(f"name_{n}_{i} = {i}\n" for i in range(10_000)))
    _, _, piece_html = python_lexer._shared_tables()
    assert 0 < len(piece_html) <= 1 << 14


# ---- Start-up, and another Pygments ----


def test_import_does_not_import_pygments():
    code = "import sys, artifact_stream.rendering.python.html; print('pygments' in sys.modules)"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout == "False\n"


def matcher(pattern: str, flags: int = re.MULTILINE):
    return re.compile(pattern, flags).match


@pytest.fixture
def other_rules(monkeypatch):
    """Replaces the table of the installed PythonLexer, as another Pygments would."""

    def replace(**states):
        tables = {**PythonLexer._tokens, **states}
        monkeypatch.setattr(PythonLexer, "_tokens", tables)
        python_lexer._shared_tables.cache_clear()

    yield replace
    monkeypatch.undo()
    python_lexer._shared_tables.cache_clear()


UNEXPECTED = {
    "back reference": (matcher(r"(a)\1"), Name, None),
    "named group": (matcher(r"(?P<a>b)"), Name, None),
    "flags": (matcher("a.b", re.DOTALL), Name, None),
    "no pattern": (str.startswith, Name, None),
    "no token": (matcher("a"), "name", None),
    "not three": (matcher("a"), Name),
    "push again": (matcher("a"), Name, "#push"),
    "mixed transition": (matcher("a"), Name, ("#pop", "root")),
    "unknown state": (matcher("a"), Name, ("nowhere",)),
    "unknown beginning": (matcher("[ab]+c"), Name, ("funcname",)),
}


@pytest.mark.parametrize("name", UNEXPECTED)
def test_unexpected_rules_are_left_to_pygments(name, other_rules):
    other_rules(root=[*PythonLexer._tokens["root"], UNEXPECTED[name]])
    with pytest.raises(python_tables.UnexpectedRulesError):
        python_tables.LexerStates()
    if name in ("not three", "no token", "no pattern", "unknown state"):
        return  # Pygments itself cannot use these where they match.
    assert_like_stock('x = f"{y}"\ndef f(): """doc"""\n')


@pytest.mark.slow
def test_stock_lexer_stands_in(other_rules):
    other_rules(root=[UNEXPECTED["flags"], *PythonLexer._tokens["root"]])
    assert_like_stock((STDLIB / "abc.py").read_text(encoding="utf-8"))
    source = "a = 1\n" * 3 * SMALL_WINDOW
    assert_like_stock(source, window_chars=SMALL_WINDOW, chunk=1000)
    assert "kernel" not in body("async_compile.cpp('''x''')")


@pytest.mark.parametrize("tables", [None, {}, {"root": []}])
def test_missing_tables_are_unexpected(tables, monkeypatch):
    monkeypatch.setattr(PythonLexer, "_tokens", tables)
    with pytest.raises(python_tables.UnexpectedRulesError):
        python_tables.LexerStates()


def test_new_words_and_tokens_are_taken_as_they_are(other_rules):
    root = PythonLexer._tokens["root"]
    dollar = (matcher(r"\$\w+"), Comment.Special, None)
    word = (matcher(r"(?<!\.)(brandnew)\b"), Name.Builtin, None)
    other_rules(root=[dollar, word, *root])
    assert body("brandnew + x.brandnew + $a") == (
        '<span class="nb">brandnew</span> <span class="o">+</span> <span class="n">x</span>'
        '<span class="o">.</span><span class="n">brandnew</span> <span class="o">+</span> '
        '<span class="cs">$a</span>'
    )
    python_lexer._shared_tables()


def test_css_class_of_an_unknown_token_is_its_ancestors():
    assert python_tables.css_class(Name.Function.Special.Kind) == "nf"
    assert python_tables.css_class(Whitespace) == ""
