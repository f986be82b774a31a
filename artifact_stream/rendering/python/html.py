r"""Python source as the inside of a ``<code>`` element: coloured, with an anchor for each line.

The colours are those of Pygments' ``PythonLexer`` and ``HtmlFormatter(nowrap=True)``.  Memory
stays flat however long the source or its lines are: the text is read in windows of some ten
thousand characters.  What differs, most of it only in sources that nobody writes:

- White space is bare; Pygments wraps some of it in spans of a class that colours no letters.
- A docstring of more than 262,144 characters is coloured like another string.
- On a line longer than half a window, a name or number of more than 4,096 characters may be cut
  and its rest coloured on its own; so may a call that announces a kernel.
- Numbers of more than 256 digits are several; ``def``, ``class``, ``import`` and ``from`` look for
  a name behind at most 256 blanks.
- Replacement fields (``{name[index]}``), ``\N{...}`` escapes and the soft keywords' ``_`` are
  looked for within 256, 256 and 1,024 characters.
- Expressions in f-strings nested more than 1,000 lexer states deep stay in the state above.
- Of more than 32 operators or brackets in a row, spans may part what Pygments has in one.
- Were Pygments' rules not what the merging expects (`python_tables`), stock Pygments would colour
  each window for itself, at its own speed and without marking kernels.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from artifact_stream.rendering.python.spans import LineAnchors, SpanWriter

if TYPE_CHECKING:
    from artifact_stream.rendering.python.lexer import Lexer

_WINDOW_CHARS = 1 << 15
_MIN_WINDOW_CHARS = 1 << 13
_DOCSTRING_CHARS = 1 << 18
# No rule but the docstrings' reads on over more than two lines that hold something, nor, within
# a line, over more than some hundred characters beyond its token.
_LINES_AHEAD = 4
_CHARS_AHEAD = 1 << 10
_CHARS_AHEAD_IN_LINE = 1 << 12

_SOMETHING = re.compile(r"[^\s\\]")
_NOT_IN_HTML = re.compile("[\0\ud800-\udfff]")


def _without_forbidden(text: str) -> str:
    """The text with U+FFFD for what HTML or UTF-8 cannot hold."""
    if text.isascii() and "\0" not in text:
        return text
    return _NOT_IN_HTML.sub("\ufffd", text)


def _settled_end(window: str) -> int:
    """How far the tokens of a window are certain, whatever text follows it."""
    end = window.rfind("\n") + 1
    lines = 0
    while end > len(window) // 2:
        begin = window.rfind("\n", 0, end - 1) + 1
        lines += bool(_SOMETHING.search(window, begin, end))
        end = begin
        if lines >= _LINES_AHEAD and len(window) - end >= _CHARS_AHEAD and end:
            return end
    return len(window) - _CHARS_AHEAD_IN_LINE


class PythonHtml:
    r"""Python source text to the inside of a ``<code>`` element, line by line.

    Lines end at "\n" alone.  The text of a kernel that Inductor compiles from a string literal
    stands in ``<samp class="kernel" data-language="cpp">`` (or "python").

    Args:
        window_chars: How much text is looked at together; 8,192 characters at the least.
    """

    def __init__(self, *, window_chars: int = _WINDOW_CHARS) -> None:
        from artifact_stream.rendering.python.lexer import make_lexer

        self._window_chars = max(window_chars, _MIN_WINDOW_CHARS)
        self._wanted = self._window_chars  # What the next window must have, if the source has it.
        self._writer = SpanWriter()
        self._lexer: Lexer = make_lexer(self._writer)
        self._anchors = LineAnchors()
        self._text = ""  # Not settled yet, but for the character before `_start`.
        self._start = 0
        self._fed: list[str] = []  # What follows `_text`.
        self._available = 0  # Characters of both that are not settled.

    @property
    def lines(self) -> int:
        """How many lines have been written so far, the last one perhaps in part."""
        return self._anchors.lines

    def feed(self, text: str) -> str:
        """Take more source text; returns the HTML of what is settled, perhaps none."""
        self._fed.append(text)
        self._available += len(text)
        if self._available < self._wanted:
            return ""
        return self._write(at_end=False)

    def finish(self) -> str:
        """The HTML of the rest; nothing may be fed after it."""
        html = self._write(at_end=True)
        self._writer.close()
        html += self._anchors.number(self._writer.take()) + self._lexer.finish()
        return html if self.lines else self._anchors.begin_line()

    def _write(self, *, at_end: bool) -> str:
        """The HTML of all windows that can be filled, at the source's end of all there is."""
        self._text += _without_forbidden("".join(self._fed))
        self._fed.clear()
        html = []
        while self._available >= (1 if at_end else self._wanted):
            html.append(self._write_window(at_end=at_end))
        self._text = self._text[max(0, self._start - 1) :]
        self._start = min(self._start, 1)
        return "".join(html)

    def _write_window(self, *, at_end: bool) -> str:
        """Lex one window and move on to its settled end; returns the HTML."""
        before = min(self._start, 1)  # Rules look back one character.
        window = self._text[self._start - before : self._start + self._wanted]
        complete = at_end and self._available <= self._wanted
        if self._wanted > self._window_chars:
            limit = before + 1  # It has grown for one token.
        elif complete:
            limit = len(window)
        else:
            limit = _settled_end(window)
        may_grow = not complete and self._wanted < _DOCSTRING_CHARS
        settled = self._lexer.lex(window, before, limit, may_grow=may_grow) - before
        self._wanted = self._window_chars if settled else self._wanted * 2
        self._start += settled
        self._available -= settled
        # A carriage return would come out of a browser's parser as a line end.
        return self._anchors.number(self._writer.take()).replace("\r", "&#13;")
