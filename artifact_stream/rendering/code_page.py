"""The frame of a code page: what stands before its lines and behind them."""

from __future__ import annotations

from html import escape

from artifact_stream.web.fill import fill, template_section


def code_page_head(
    *, title: str, subtitle: str, assets_url: str, text_url: str | None, language: str
) -> str:
    """A code page up to where its lines begin.

    Args:
        title: Name of the artifact.
        subtitle: What it belongs to, such as ``[0/0] · inductor_output_code``.
        assets_url: Relative URL of the assets' folder, with its final slash.
        text_url: Relative URL of the same text as a plain file, None if there is none.
        language: What the text is: ``python`` or ``text``.
    """
    text_link = "" if text_url is None else fill("code_page", "text_link", text_url=text_url)
    head = template_section("code_page", "head") % {
        "title": escape(title),
        "subtitle": escape(subtitle),
        "assets_url": escape(assets_url),
        "text_link": text_link,
        "language": escape(language),
    }
    # What follows <code> is source text: a line break here would be one more line.
    return head.removesuffix("\n")


def code_page_tail() -> str:
    """A code page from where its lines end."""
    return fill("code_page", "tail")
