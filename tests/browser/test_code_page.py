"""Code pages in a browser: what people see, click and copy, with and without JavaScript."""

import html
import re
import shutil
from collections.abc import Iterator
from dataclasses import dataclass
from importlib import resources
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page
from pygments import lex
from pygments.lexers import PythonLexer
from pygments.token import STANDARD_TYPES

from artifact_stream.rendering.code_page import code_page_head, code_page_tail
from artifact_stream.rendering.python.chunks import CHUNK_LINES
from artifact_stream.report.frames import (
    FileLink,
    Totals,
    artifact_row,
    group_head,
    group_tail,
    index_head,
    index_tail,
    link_row,
)
from artifact_stream.web.files import ASSETS
from tests.helpers.browser import chromium, open_page, wait_until

CPP_KERNEL = """
#include "/tmp/torchinductor/2r/c2r.h"
extern "C" void kernel(const float* in_ptr0, float* out_ptr0)
{
    /* A comment over

       three lines & </script> */
    #pragma omp parallel for
    for (int64_t x0 = 0; x0 < 1024L; x0 += 16L) out_ptr0[x0] = in_ptr0[x0] * 1.5e-3f;
}
"""
TRITON_KERNEL = '''
import triton.language as tl

@triton.jit
def triton_poi_fused_0(in_ptr0, xnumel, XBLOCK : tl.constexpr):
    """A docstring of

    three lines."""
    xnumel = 1024
    xoffset = tl.program_id(0) * XBLOCK  # größer als 0
'''
SOURCE = f"""\
# AOT ID: ['0_forward'] </script><!-- not a comment -->
from ctypes import c_void_p
\timport torch  # a tab, ünïcödé, 日本語, \N{SNAKE}

cpp_fused_0 = async_compile.cpp_pybinding(['const float*'], '''{CPP_KERNEL}''')
triton_poi_fused_0 = async_compile.triton('triton_poi_fused_0', '''{TRITON_KERNEL}''')


class Runner(Exception):
    \"\"\"Docstring with <b>tags</b> &amp; entities.\"\"\"

    @staticmethod
    def call(args):
        buf0 = empty((0x1f, 1.5), f"{{args!r}} \\n given", None, ?)
        return buf0  # {"long " * 2000}
"""
LINES = SOURCE.count("\n")
MARKED_ROWS = """
    [...document.querySelectorAll("pre a")]
        .filter((a) => getComputedStyle(a, "::after").content !== "none")
        .map((a) => Number(a.id.slice(1)))
"""


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    with chromium() as started:
        yield started


@dataclass
class Site:
    """An output folder in small: assets, and one folder with pages."""

    root: Path

    def url(self, name: str = "page.html") -> str:
        return (self.root / "code" / name).as_uri()

    def write_page(
        self, name: str, body: str, *, title: str = "output_code.py", language: str = "python"
    ) -> str:
        head = code_page_head(
            title=title,
            subtitle="[0/0] · inductor_output_code",
            assets_url="../assets/",
            text_url="output%20code.py.txt",
            language=language,
        )
        path = self.root / "code" / name
        path.write_bytes((head + body + code_page_tail()).encode())
        return self.url(name)


def make_site(root: Path) -> Site:
    (root / "assets").mkdir(parents=True)
    (root / "code").mkdir()
    for name in ASSETS:
        source = resources.files("artifact_stream") / "web" / "assets" / name
        (root / "assets" / name).write_bytes(source.read_bytes())
    (root / "code" / "output code.py.txt").write_bytes(SOURCE.encode())
    return Site(root)


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Site:
    made = make_site(tmp_path_factory.mktemp("site"))
    made.write_page("page.html", body_of(SOURCE))
    return made


def coloured_lines(source: str) -> list[str]:
    """Each line of Python source as spans, which end with their line."""
    lines = [""]
    for token, text in lex(source, PythonLexer(stripnl=False, ensurenl=False)):
        css_class = STANDARD_TYPES[token]
        for number, piece in enumerate(text.split("\n")):
            if number:
                lines.append("")
            if piece:
                lines[-1] += f'<span class="{css_class}">{html.escape(piece)}</span>'
    return lines


def body_of(source: str) -> str:
    """A page's body: anchors, spans, and the kernels between triple single quotes marked."""
    chunks, in_kernel = ['<span class="chunk">'], False
    texts = source.split("\n")
    for number, (line, text) in enumerate(zip(coloured_lines(source), texts, strict=True), 1):
        if number == len(texts) and not text:
            break
        anchor = f'<a id="L{number}" href="#L{number}" aria-label="{number}"></a>'
        if in_kernel and text.startswith("'''"):
            anchor, in_kernel = anchor + "</samp>", False
        chunks.append(anchor + line)
        if text.endswith("'''"):
            language = "cpp" if "cpp" in text else "python"
            chunks.append(f'<samp class="kernel" data-language="{language}">')
            in_kernel = True
        chunks.append("\n" if number < len(texts) else "")
        if number % CHUNK_LINES == 0 and not in_kernel:
            chunks.append('</span><span class="chunk">')
    return "".join(chunks) + "</span>"


def body_of_lines(line: str, count: int) -> str:
    """The body of one line many times; lexing as many would take most of a test's time."""
    (spans,) = coloured_lines(line)
    lines = [
        f'<a id="L{n}" href="#L{n}" aria-label="{n}"></a>{spans}\n' for n in range(1, count + 1)
    ]
    starts = range(0, count, CHUNK_LINES)
    chunks = ["".join(lines[start : start + CHUNK_LINES]) for start in starts]
    return "".join(f'<span class="chunk">{chunk}</span>' for chunk in chunks)


def wait_for_colours(page: Page) -> None:
    wait_until(
        page,
        "[...document.querySelectorAll('.kernel')].every((k) => k.querySelector('[class^=hljs]'))",
    )


def marked_rows(page: Page) -> list[int]:
    return page.evaluate(MARKED_ROWS)


def anchors(page: Page) -> list[str]:
    return page.eval_on_selector_all("pre a", "(all) => all.map((a) => a.id)")


def source_text(page: Page) -> str:
    return page.evaluate("document.querySelector('pre').textContent")


def is_in_view(page: Page, line: int) -> bool:
    return page.evaluate(
        """(id) => {
            const row = document.getElementById(id).getBoundingClientRect();
            const view = document.querySelector("pre").getBoundingClientRect();
            return row.top >= view.top && row.bottom <= view.bottom;
        }""",
        f"L{line}",
    )


def test_page_shows_the_source_exactly_and_without_errors(browser, site):
    with open_page(browser, site.url()) as opened:
        page = opened.page
        assert page.title() == "output_code.py · [0/0] · inductor_output_code"
        wait_for_colours(page)
        assert source_text(page) == SOURCE
        assert anchors(page) == [f"L{number}" for number in range(1, LINES + 1)]
        assert opened.errors == []
        assert all(url.startswith("file://") for url in opened.requests)


def test_page_needs_no_javascript(browser, site):
    with open_page(browser, f"{site.url()}#L3", java_script_enabled=False) as opened:
        page = opened.page
        assert source_text(page) == SOURCE
        assert marked_rows(page) == [3]
        assert not page.locator("#copy").is_visible()
        page.get_by_role("link", name="Plain text").click()
        assert page.url.endswith("/code/output%20code.py.txt")
        assert opened.errors == []


def test_plain_text_is_the_source(browser, site):
    with open_page(browser, site.url()) as opened:
        opened.page.get_by_role("link", name="Plain text").click()
        assert opened.page.inner_text("body").startswith("# AOT ID: ['0_forward'] </script>")


def test_numbers_are_shown_and_not_selected(browser, tmp_path):
    count = 2 * CHUNK_LINES + 50
    url = make_site(tmp_path / "site").write_page("long.html", body_of_lines("x = 1", count))
    with open_page(browser, url) as opened:
        page = opened.page
        page.evaluate("getSelection().selectAllChildren(document.querySelector('pre'))")
        # A selection that ends with its element does not have the last line's end.
        assert page.evaluate("getSelection().toString()") == "\n".join(["x = 1"] * count)
        assert page.locator("#L12").bounding_box()["width"] > 30
        letter = "getComputedStyle(document.getElementById('L12'), '::first-letter').fontSize"
        assert page.evaluate(letter) == "0px"


@pytest.mark.parametrize(
    ("fragment", "rows"),
    [
        ("L3", [3]),
        ("L3-L6", [3, 4, 5, 6]),
        ("L6-L3", [3, 4, 5, 6]),
        ("L3-4", [3, 4]),
        (f"L{LINES - 1}-L999999999", [LINES - 1, LINES]),
        ("L0", []),
        ("L999999999", []),
        ("L3-", []),
        ("L-3", []),
        ("L3-L6-L9", []),
        ("x", []),
    ],
)
def test_fragment_marks_rows(browser, site, fragment, rows):
    with open_page(browser, f"{site.url()}#{fragment}") as opened:
        assert marked_rows(opened.page) == rows
        assert opened.errors == []


def test_line_that_does_not_exist_is_said_to_be_missing(browser, site):
    with open_page(browser, f"{site.url()}#L5000") as opened:
        message = opened.page.get_by_role("status").inner_text()
        assert message == f"There is no line 5000: the last one is {LINES}."


def test_range_is_scrolled_into_view_on_load_and_on_hashchange(browser, tmp_path):
    source = "".join(f"x{number} = {number}\n" for number in range(1, 1001))
    url = make_site(tmp_path / "site").write_page("long.html", body_of(source))
    with open_page(browser, f"{url}#L700-L705") as opened:
        page = opened.page
        assert is_in_view(page, 700)
        page.evaluate("location.hash = '#L20-L21'")
        wait_until(page, "document.querySelector('#L20.marked') !== null")
        assert marked_rows(page) == [20, 21]
        assert is_in_view(page, 20)
        page.go_back()
        wait_until(page, "document.querySelector('#L700.marked') !== null")
        assert is_in_view(page, 700)
        assert source_text(page) == source


def test_clicks_on_numbers_link_to_lines_and_ranges(browser, site):
    with open_page(browser, site.url()) as opened:
        page = opened.page
        wait_for_colours(page)
        before = page.evaluate("document.querySelector('pre').scrollTop")
        for line, modifiers, fragment, rows in [
            (8, [], "#L8", [8]),
            (6, ["Shift"], "#L6-L8", [6, 7, 8]),
            (4, [], "#L4", [4]),
            (5, ["Shift"], "#L4-L5", [4, 5]),
        ]:
            page.locator(f"#L{line}").click(modifiers=modifiers)
            assert page.evaluate("location.hash") == fragment
            assert marked_rows(page) == rows
        assert page.evaluate("document.querySelector('pre').scrollTop") == before
        page.go_back()
        wait_until(page, "location.hash === '#L4'")
        wait_until(page, "document.querySelectorAll('.marked').length === 1")
        assert len(page.context.pages) == 1
        assert opened.errors == []


def test_page_keys_scroll_the_source(browser, site):
    with open_page(browser, site.url(), viewport={"width": 800, "height": 300}) as opened:
        opened.page.keyboard.press("PageDown")
        wait_until(opened.page, "document.querySelector('pre').scrollTop > 100")


def test_numbers_stay_in_view_when_scrolled_sideways(browser, site):
    with open_page(browser, site.url()) as opened:
        opened.page.evaluate("document.querySelector('pre').scrollLeft = 2000")
        assert opened.page.locator("#L3").bounding_box()["x"] == 0


def test_marked_row_is_as_wide_as_the_longest_line(browser, site):
    with open_page(browser, f"{site.url()}#L3") as opened:
        widths = opened.page.evaluate(
            """[parseFloat(getComputedStyle(document.getElementById("L3"), "::after").width),
                document.querySelector("pre").scrollWidth]"""
        )
        assert widths[0] == pytest.approx(widths[1], abs=1)


def test_copy_button_copies_the_source(browser, site):
    permissions = ["clipboard-read", "clipboard-write"]
    with open_page(browser, site.url(), permissions=permissions) as opened:
        page = opened.page
        page.get_by_role("button", name="Copy").click()
        wait_until(page, "document.getElementById('status').textContent === 'Copied'")
        assert page.evaluate("navigator.clipboard.readText()") == SOURCE
        assert opened.errors == []


def test_copy_button_works_without_the_clipboard_interface(browser, site):
    with open_page(browser, site.url(), permissions=["clipboard-read"]) as opened:
        page = opened.page
        page.evaluate(
            """window.reader = navigator.clipboard;
            Object.defineProperty(navigator, "clipboard", { value: undefined })"""
        )
        page.get_by_role("button", name="Copy").click()
        wait_until(page, "document.getElementById('status').textContent === 'Copied'")
        assert page.evaluate("reader.readText()") == SOURCE
        assert page.locator("textarea").count() == 0


def test_copy_button_says_when_it_failed(browser, site):
    with open_page(browser, site.url()) as opened:
        page = opened.page
        page.evaluate(
            """Object.defineProperty(navigator, "clipboard", { value: undefined });
            document.execCommand = () => false"""
        )
        page.get_by_role("button", name="Copy").click()
        assert "failed" in page.get_by_role("status").inner_text()


def test_kernels_are_coloured_in_their_own_language(browser, site):
    with open_page(browser, site.url()) as opened:
        page = opened.page
        wait_for_colours(page)
        texts = page.eval_on_selector_all(".kernel", "(all) => all.map((k) => k.textContent)")
        assert texts == [CPP_KERNEL, TRITON_KERNEL]
        cpp, triton = page.locator(".kernel").all()
        assert "const" in cpp.locator(".hljs-type, .hljs-keyword").all_inner_texts()
        assert "def" in triton.locator(".hljs-keyword").all_inner_texts()
        # A comment of three lines is as many spans, with the anchors between and not inside them.
        assert cpp.locator(".hljs-comment").count() == 2
        assert page.locator(".kernel > a").count() == page.locator(".kernel a").count()
        assert opened.errors == []


def test_kernel_anchors_open_their_lines(browser, site):
    with open_page(browser, site.url()) as opened:
        page = opened.page
        wait_for_colours(page)
        before = page.evaluate(
            """[...document.querySelectorAll("pre a")].map((a) => {
                const range = document.createRange();
                range.setStart(document.querySelector("pre"), 0);
                range.setEndBefore(a);
                return range.toString().split("\\n").length;
            })"""
        )
        assert before == list(range(1, LINES + 1))


def test_range_inside_a_kernel_stays_marked_when_it_is_coloured(browser, site):
    with open_page(browser, f"{site.url()}#L7-L9") as opened:
        wait_for_colours(opened.page)
        assert marked_rows(opened.page) == [7, 8, 9]


def test_page_without_kernels_does_not_load_the_highlighter(browser, tmp_path):
    url = make_site(tmp_path / "site").write_page("plain.html", body_of("x = 1\n"))
    with open_page(browser, url) as opened:
        assert not any("highlight" in request for request in opened.requests)


def test_kernel_far_below_is_coloured_when_scrolled_to(browser, tmp_path):
    source = "x = 1\n" * 3000 + SOURCE
    url = make_site(tmp_path / "site").write_page("far.html", body_of(source))
    with open_page(browser, url) as opened:
        page = opened.page
        page.wait_for_timeout(200)
        assert not any("highlight" in request for request in opened.requests)
        page.evaluate("location.hash = '#L3010'")
        wait_for_colours(page)
        assert source_text(page) == source


@pytest.mark.parametrize("language", ["fortran", ""])
def test_kernel_in_an_unknown_language_stays_as_it_is(browser, tmp_path, language):
    body = body_of(SOURCE).replace('data-language="cpp"', f'data-language="{language}"')
    url = make_site(tmp_path / "site").write_page("page.html", body)
    with open_page(browser, url) as opened:
        page = opened.page
        page.wait_for_selector(".kernel .hljs-keyword")
        assert page.locator(".kernel").first.locator("[class^=hljs]").count() == 0
        assert source_text(page) == SOURCE
        assert opened.errors == []


def test_very_large_kernel_stays_as_it_is(browser, tmp_path):
    kernel = "\n" + "int a = 1;\n" * 100_000
    body = body_of(SOURCE) + f'<samp class="kernel" data-language="cpp">{kernel}</span>'
    url = make_site(tmp_path / "site").write_page("page.html", body)
    with open_page(browser, f"{url}#L6") as opened:
        page = opened.page
        page.wait_for_selector(".kernel .hljs-keyword")
        page.evaluate("document.querySelector('pre').scrollTop = 1e9")
        page.wait_for_timeout(200)
        assert page.locator(".kernel").last.locator("span").count() == 0


def test_kernels_stay_as_they_are_without_the_highlighter(browser, tmp_path):
    site = make_site(tmp_path / "site")
    url = site.write_page("page.html", body_of(SOURCE))
    (site.root / "assets" / "highlight.min.js").unlink()
    with open_page(browser, url) as opened:
        page = opened.page
        page.wait_for_timeout(300)
        assert source_text(page) == SOURCE
        # What the browser itself says about the missing file, and nothing of ours.
        assert opened.errors
        assert all("highlight.min.js" in e or "ERR_FILE_NOT_FOUND" in e for e in opened.errors)


def test_injected_scripts_and_styles_do_not_run(browser, tmp_path):
    attack = "<script>document.title = 'owned'</script><style>pre { display: none }</style>"
    url = make_site(tmp_path / "site").write_page("page.html", attack + body_of("x = 1\n"))
    with open_page(browser, url) as opened:
        assert "owned" not in opened.page.title()
        assert opened.page.locator("pre").is_visible()
        assert any("Content Security Policy" in error for error in opened.errors)


def test_hostile_title_is_text(browser, tmp_path):
    title = "</title><script>alert(1)</script>\"'&amp;"
    site = make_site(tmp_path / "site")
    with open_page(browser, site.write_page("page.html", "", title=title)) as opened:
        assert opened.page.locator("h1").inner_text() == title
        assert opened.page.title().startswith(title)
        assert opened.errors == []


def test_narrow_screens_scroll_only_the_source(browser, site, tmp_path):
    long_name = "output_code_" + "x" * 300 + ".py"
    url = make_site(tmp_path / "site").write_page("page.html", body_of(SOURCE), title=long_name)
    with open_page(browser, url, viewport={"width": 380, "height": 700}) as opened:
        assert overflow(opened.page) == 0
        assert opened.page.locator("#copy").is_visible()
        assert opened.page.locator("pre").bounding_box()["height"] > 400


def overflow(page: Page) -> int:
    return page.evaluate(
        "document.documentElement.scrollWidth - document.documentElement.clientWidth"
    )


def test_a_page_of_many_lines_opens_at_its_end(browser, tmp_path):
    body = body_of_lines("buf = empty_strided((8, 1024), 'cuda')", 50_000)
    url = make_site(tmp_path / "site").write_page("long.html", body)
    with open_page(browser, f"{url}#L49900-L49905") as opened:
        assert is_in_view(opened.page, 49_900)
        assert opened.errors == []


CONTRASTS = """
() => {
    const canvas = new OffscreenCanvas(1, 1).getContext("2d", { willReadFrequently: true });
    const luminance = (colour) => {
        canvas.fillStyle = colour;
        canvas.fillRect(0, 0, 1, 1);
        const linear = [...canvas.getImageData(0, 0, 1, 1).data].slice(0, 3).map((byte) => {
            const part = byte / 255;
            return part <= 0.04045 ? part / 12.92 : ((part + 0.055) / 1.055) ** 2.4;
        });
        return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2];
    };
    const contrast = (one, other) => {
        const [light, dark] = [luminance(one), luminance(other)].sort((a, b) => b - a);
        return (light + 0.05) / (dark + 0.05);
    };
    const probe = document.body.appendChild(document.createElement("i"));
    const [page, surface, marked] = ["--page", "--surface", "--marked"].map((name) => {
        probe.style.color = `var(${name})`;
        return getComputedStyle(probe).color;
    });
    probe.remove();
    const found = {};
    for (const element of document.querySelectorAll("pre span[class], pre a")) {
        const colour = getComputedStyle(element).color;
        const name = element.className || "number";
        found[name] = Math.min(contrast(colour, page), contrast(colour, marked));
    }
    for (const element of document.querySelectorAll("header *")) {
        const background = element.matches(".button") ? page : surface;
        found[element.tagName] = contrast(getComputedStyle(element).color, background);
    }
    return found;
}
"""


def page_with_every_class(site: Site) -> str:
    css = (site.root / "assets" / "code.css").read_text()
    listed = set(re.findall(r"\.([\w.-]+)(?=[,)\s])", css.partition("/* Tokens:")[2]))
    classes = sorted(set(STANDARD_TYPES.values()) - {""} | listed)
    spans = "".join(f'<span class="{name.replace(".", " ")}">x</span>\n' for name in classes)
    return site.write_page("classes.html", f'<a id="L1" href="#L1" aria-label="1"></a>{spans}')


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_every_colour_has_enough_contrast(browser, site, scheme):
    with open_page(browser, page_with_every_class(site), color_scheme=scheme) as opened:
        contrasts = opened.page.evaluate(CONTRASTS)
        assert {"k", "hljs-keyword", "hljs-title class_", "number", "H1"} <= contrasts.keys()
        assert {name: ratio for name, ratio in contrasts.items() if ratio < 4.5} == {}


def test_light_and_dark_differ(browser, site):
    backgrounds = []
    for scheme in ("light", "dark"):
        with open_page(browser, site.url(), color_scheme=scheme) as opened:
            script = "getComputedStyle(document.body).backgroundColor"
            backgrounds.append(opened.page.evaluate(script))
    assert backgrounds == ["rgb(253, 253, 252)", "rgb(22, 24, 29)"]


@pytest.fixture(scope="module")
def index_url(site: Site) -> str:
    rows = [
        index_head(
            title="trace_" + "x" * 200 + ".log",
            subtitle="rank 0",
            assets_url="assets/",
            totals=Totals(entries=3, files=2, size=1, skipped=0, problems=2),
            files=[FileLink("directory.jsonl", "directory.jsonl")],
        ),
        group_head(name="[0/0]", anchor="0_0_0"),
        artifact_row(
            name="output_code.py",
            url="code/page.html",
            type_name="inductor_output_code",
            rank=0,
            size=1,
            flags=["logged as " + "y" * 200],
        ),
        link_row(name="trace viewer", url="https://example.org/"),
        link_row(name="unsafe", url="javascript:document.title='owned'//" + "z" * 200),
        group_tail(),
        group_head(name="[1/0]", anchor="1_0_0"),
        artifact_row(name="graph.txt", url="graph.txt", type_name="graph", rank=0, size=1),
        group_tail(),
        index_tail(),
    ]
    path = site.root / "index.html"
    path.write_text("".join(rows), encoding="utf-8")
    return path.as_uri()


def test_index_page_leads_to_code_pages(browser, index_url):
    with open_page(browser, f"{index_url}#0_0_0") as opened:
        opened.page.get_by_role("link", name="output_code.py").click()
        assert opened.page.locator("h1").inner_text() == "output_code.py"
        assert opened.errors == []


@pytest.mark.parametrize("width", [380, 1200])
def test_index_page_fits_the_screen(browser, index_url, width):
    with open_page(browser, index_url, viewport={"width": width, "height": 700}) as opened:
        assert overflow(opened.page) == 0
        assert opened.page.get_by_role("link", name="unsafe").count() == 0
        assert opened.errors == []


def test_columns_of_all_groups_are_in_line(browser, index_url):
    with open_page(browser, index_url) as opened:
        cells = opened.page.locator("tbody tr:first-child td:nth-child(2)").all()
        lefts = [cell.bounding_box()["x"] for cell in cells]
        assert len(lefts) == 2
        assert lefts[0] == lefts[1]


def test_folder_can_be_moved(browser, site, tmp_path):
    moved = tmp_path / "a b#c%20ü"
    shutil.copytree(site.root, moved)
    with open_page(browser, (moved / "code" / "page.html").as_uri()) as opened:
        wait_for_colours(opened.page)
        assert opened.errors == []


def test_code_that_is_not_python_is_coloured_in_its_language_and_stays_as_it_is(
    browser: Browser, site: Site
) -> None:
    lines = [f'  int a{number} = {number};  // "<b>" & so on' for number in range(CHUNK_LINES * 3)]
    source = "\n".join(["/* a", "comment */", '\tstatic const char* s = "\\n";', *lines]) + "\n"
    anchored = [
        f'<a id="L{number}" href="#L{number}" aria-label="{number}"></a>{html.escape(line)}\n'
        for number, line in enumerate(source.splitlines(), 1)
    ]
    starts = range(0, len(anchored), CHUNK_LINES)
    chunks = ["".join(anchored[start : start + CHUNK_LINES]) for start in starts]
    body = "".join(f'<span class="chunk">{chunk}</span>' for chunk in chunks)
    url = site.write_page("cpp.html", body, language="cpp")
    with open_page(browser, url) as opened:
        page = opened.page
        wait_until(page, "document.querySelector('.chunk .hljs-type') !== null")
        assert page.evaluate("document.querySelector('code').textContent") == source
        assert page.evaluate("document.querySelector('#L3 ~ .hljs-type').textContent") == "static"
        comment = "[...document.querySelectorAll('.hljs-comment')].map((e) => e.textContent)"
        assert page.evaluate(comment)[:2] == ["/* a", "comment */"]
        # Chunks far below wait until they come near.
        last = "document.querySelector('.chunk:last-child [class^=hljs]')"
        assert page.evaluate(f"{last} === null")
        page.evaluate(f"document.getElementById('L{len(anchored)}').scrollIntoView()")
        wait_until(page, f"{last} !== null")
