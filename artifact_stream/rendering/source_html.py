"""Source text of any language as the inside of a code page: anchored lines without colours.

The script of the page colours it in the browser, a chunk of lines at a time, as it does the kernels
inside Python code.
"""

from __future__ import annotations

import re

from artifact_stream.rendering.python.spans import LineAnchors, escape

_NOT_IN_HTML = re.compile("[\0\ud800-\udfff]")


class SourceHtml:
    r"""Source text to the inside of a ``<code>`` element, line by line; lines end at "\n" alone.

    What HTML or UTF-8 cannot hold is U+FFFD.
    """

    def __init__(self) -> None:
        self._anchors = LineAnchors()

    def feed(self, text: str) -> str:
        """The HTML of some more source text."""
        # A carriage return would come out of a browser's parser as a line end.
        html = escape(_NOT_IN_HTML.sub("\ufffd", text)).replace("\r", "&#13;")
        return self._anchors.number(html)

    def finish(self) -> str:
        """The HTML of the rest; nothing may be fed after it."""
        return "" if self._anchors.lines else self._anchors.begin_line()
