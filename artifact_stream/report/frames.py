"""The HTML around what is streamed: frames of code pages, frames and rows of index pages.

The HTML stands in ``artifact_stream/web/templates``; here its values are filled in, each escaped,
because names, types and URLs come from traces that nobody vouches for.
"""

from __future__ import annotations

from functools import lru_cache
from html import escape
from typing import TYPE_CHECKING
from urllib.parse import quote

import msgspec

from artifact_stream.units import format_bytes
from artifact_stream.urls import is_web_url
from artifact_stream.web.files import REPORT_SCRIPTS
from artifact_stream.web.fill import fill, template_section

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence


class Totals(msgspec.Struct, frozen=True):
    """What a run did, for the top of its index page.

    Attributes:
        entries: Entries read.
        files: Artifacts written.
        size: Bytes written.
        told: Entries that make no file and were read for what they tell.
        skipped: Entries left out on request.
        problems: Lines and entries that could not be used as they should.
        failures: Compilations that are known to have failed.
    """

    entries: int
    files: int
    size: int
    skipped: int
    problems: int
    told: int = 0
    failures: int = 0


class FileLink(msgspec.Struct, frozen=True):
    """A file of the run, such as ``directory.jsonl``, with its relative, percent-encoded URL."""

    name: str
    url: str


def index_head(
    *, title: str, subtitle: str, assets_url: str, totals: Totals, files: Iterable[FileLink]
) -> str:
    """A plain list page up to its groups."""
    links = "".join(fill("index_page", "file_link", name=link.name, url=link.url) for link in files)
    return template_section("index_page", "head") % {
        "title": escape(title),
        "subtitle": escape(subtitle),
        "assets_url": escape(assets_url),
        "file_links": links,
        **_shown_totals(totals),
    }


def page_links(links: Iterable[FileLink]) -> str:
    """Links to neighbouring pages of a list."""
    made = "".join(fill("index_page", "file_link", name=link.name, url=link.url) for link in links)
    return template_section("index_page", "page_links") % {"file_links": made}


def report_page(
    *,
    title: str,
    subtitle: str,
    assets_url: str,
    totals: Totals,
    files: Iterable[FileLink],
    lists: Iterable[FileLink] = (),
    traces: str | None = None,
) -> str:
    """A report page, which loads what it shows.

    Args:
        title: What the trace or the run is called.
        subtitle: What it was read from.
        assets_url: Relative URL of the assets' folder, with its final slash.
        totals: What became of the entries.
        files: Files of the run.
        lists: Plain lists of a trace's artifacts, for browsers without JavaScript.
        traces: The table of traces, made of `trace_row`, if the page is that of several.
    """
    if traces is None:
        list_links = "".join(
            fill("report_page", "file_link", name=link.name, url=link.url) for link in lists
        )
        body = template_section("report_page", "trace_body") % {"list_links": list_links}
    else:
        body = template_section("report_page", "traces_body") % {"traces": traces}
    return template_section("report_page", "page") % {
        "title": escape(title),
        "subtitle": escape(subtitle),
        "assets_url": escape(assets_url),
        "kind": "trace" if traces is None else "traces",
        "scripts": "".join(
            fill("report_page", "script", assets_url=assets_url, name=name)
            for name in REPORT_SCRIPTS
        ),
        "file_links": "".join(
            fill("report_page", "file_link", name=link.name, url=link.url) for link in files
        ),
        "body": body,
        **_shown_totals(totals),
    }


def _shown_totals(totals: Totals) -> dict[str, str]:
    return {
        "entries": _count(totals.entries),
        "files": _count(totals.files),
        "size": format_bytes(totals.size),
        "told": _count(totals.told),
        "skipped": _count(totals.skipped),
        "failures": fill("totals", "failures", failures=_count(totals.failures)).rstrip("\n")
        if totals.failures
        else "",
        "problems": _count(totals.problems),
    }


def index_tail() -> str:
    """The end of an index page."""
    return fill("index_page", "tail")


def group_head(*, name: str, anchor: str) -> str:
    """The start of one compile id's rows.

    Args:
        name: Display name of the compile id.
        anchor: Element id, unique on the page, without white space.
    """
    return fill("index_group", "head", name=name, anchor=anchor, anchor_url=quote(anchor))


def artifact_row(
    *, name: str, url: str, type_name: str, rank: int | None, size: int, flags: Sequence[str] = ()
) -> str:
    """One artifact of a group.

    Args:
        name: Name of the file.
        url: Relative, percent-encoded URL of the file.
        type_name: Type of the entry it was made from.
        rank: Rank of the process that logged it, None if not logged.
        size: Size of the file in bytes.
        flags: What else there is to know, a word or two each.
    """
    return template_section("index_group", "artifact") % {
        "name": escape(name),
        "url": escape(url),
        "type_name": _escaped_type(type_name),
        "rank": "" if rank is None else str(rank),
        "size": format_bytes(size),
        "flags": "".join(fill("index_group", "flag", flag=flag).rstrip("\n") for flag in flags)
        if flags
        else "",
    }


# Types repeat, and so it pays to remember a few.
_escaped_type = lru_cache(maxsize=64)(escape)


def link_row(*, name: str, url: str) -> str:
    """One link that was logged: live for a web address, else as text (``javascript:`` and such)."""
    section = "link" if is_web_url(url) else "link_text"
    return fill("index_group", section, name=name, url=url)


def group_tail() -> str:
    """The end of one compile id's rows."""
    return fill("index_group", "tail")


def traces_head() -> str:
    """The start of the table of traces, for the index page of several ranks."""
    return fill("index_traces", "head")


def trace_row(
    *, name: str, url: str, entries: int, size: int, problems: int, about: str = ""
) -> str:
    """One trace of the table: its name linked to its own index page, and its totals.

    Args:
        name: What it is called.
        url: Of its page.
        entries: How many it has.
        size: What was written of it, in bytes.
        problems: How many were recorded.
        about: What else tells it from others, for people; empty for nothing.
    """
    return template_section("index_traces", "trace") % {
        "name": escape(name),
        "url": escape(url),
        "about": f'<div class="subtitle">{escape(about)}</div>' if about else "",
        "entries": _count(entries),
        "size": format_bytes(size),
        "problems": _count(problems),
    }


def traces_tail() -> str:
    """The end of the table of traces."""
    return fill("index_traces", "tail")


def passed_over_list(files: Iterable[tuple[str, str]], count: int, more_url: str) -> str:
    """What was passed over where traces were looked for, for the index page of several traces.

    Args:
        files: The name of each and why, as they may be shown; of very many the first ones.
        count: How many there were.
        more_url: Relative URL of the file that names more of them.
    """
    rows = [fill("index_traces", "passed_over", path=path, why=why) for path, why in files]
    more = count - len(rows)
    if more > 0:
        rows.append(fill("index_traces", "passed_over_more", count=_count(more), url=more_url))
    head = fill("index_traces", "passed_over_head", count=_count(count))
    return "".join([head, *rows, fill("index_traces", "passed_over_tail")])


def _count(number: int) -> str:
    return f"{number:,}"
