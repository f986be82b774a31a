"""Cutting the body of a code page into chunks of lines, which a browser lays out one at a time.

One ``<pre>`` of 20,000 lines takes Chromium 14 seconds, the same lines in chunks two.
"""

from __future__ import annotations

CHUNK_LINES = 200
"""Lines per ``<span class="chunk">`` of a code page's body.

Browsers lay out only the chunks in view, so that pages of any length open at once; ``code.css``
reserves this many lines of height for a chunk that has not been shown yet.
"""

_BEGIN = '<span class="chunk">'
_END = "</span>"
_KERNEL_BEGIN = "<samp "
_KERNEL_END = "</samp>"


class LineChunks:
    """Wraps every `CHUNK_LINES` lines of a body in an element of their own.

    A kernel is not cut: a chunk that holds one may be longer.  The body's text stays the same.
    """

    def __init__(self) -> None:
        self._next_line = 1  # The line before which the next chunk may begin.
        self._in_kernel = False

    def feed(self, html: str) -> str:
        """Some more of the body, cut between anchors, with the chunks' tags in it."""
        pieces = []
        done = 0
        while True:
            anchor = html.find(f'<a id="L{self._next_line}" ', done)
            piece = html[done:] if anchor < 0 else html[done:anchor]
            pieces.append(piece)
            self._follow_kernels(piece)
            if anchor < 0:
                return "".join(pieces)
            done = anchor
            if self._in_kernel:
                self._next_line += 1
                continue
            pieces.append(_BEGIN if self._next_line == 1 else _END + _BEGIN)
            self._next_line += CHUNK_LINES

    def _follow_kernels(self, html: str) -> None:
        # Kernels do not nest, and what looks like their tags in the source is escaped.
        if _KERNEL_BEGIN in html or _KERNEL_END in html:
            self._in_kernel = html.rfind(_KERNEL_BEGIN) > html.rfind(_KERNEL_END)

    def finish(self) -> str:
        """The end of the last chunk."""
        return _END
