"""Coloured text as HTML: spans for its token classes, numbered anchors for its lines."""

from __future__ import annotations

_CLOSE = "</span>"
_OPEN = '<span class="'


def escape(text: str) -> str:
    """Text as the content of an element (not fit for attributes: quotes stay)."""
    return text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")


class SpanWriter:
    """Writes classed text as spans; neighbours of one class on a line share a span.

    The class "" stands for text without colour, which is written bare.  No span crosses the end
    of a line.
    """

    def __init__(self) -> None:
        self._html: list[str] = []
        self._open = ""  # The class of the span not closed yet.

    def token(self, css_class: str, text: str) -> None:
        """Write text, of any number of lines, in one class."""
        if "\n" in text:
            self._write_lines(css_class, text)
        elif text:
            self._switch(css_class)
            self._html.append(escape(text))

    def _write_lines(self, css_class: str, text: str) -> None:
        first, *middle, last = text.split("\n")
        self.token(css_class, first)
        self._switch("")
        begin, end = (f'{_OPEN}{css_class}">', _CLOSE) if css_class else ("", "")
        self._html.append("\n")
        self._html += [f"{begin}{escape(line)}{end}\n" if line else "\n" for line in middle]
        self.token(css_class, last)

    def _switch(self, css_class: str) -> None:
        if css_class == self._open:
            return
        if self._open:
            self._html.append(_CLOSE)
        if css_class:
            self._html.append(f'{_OPEN}{css_class}">')
        self._open = css_class

    def rendered(self, spans: list[str]) -> None:
        """Write what other writers made, each piece with its spans closed; changes the list.

        Inside the list, neighbours must not be of one class; at its ends they may.
        """
        if not spans:
            return
        if self._open:
            begin = f'{_OPEN}{self._open}">'
            if spans[0].startswith(begin):
                spans[0] = spans[0][len(begin) :]
            else:
                self._switch("")
        last = spans[-1]
        if last.endswith(_CLOSE):
            spans[-1] = last[: -len(_CLOSE)]
            _, begin, rest = last.rpartition(_OPEN)
            # Without a beginning it is the lone piece that continues the open span.
            self._open = rest[: rest.index('"')] if begin else self._open
        else:
            self._open = ""
        self._html += spans

    def markup(self, html: str) -> None:
        """Write markup that no span may reach across."""
        self._switch("")
        self._html.append(html)

    def close(self) -> None:
        """Close the open span, if there is one."""
        self._switch("")

    def take(self) -> str:
        """The HTML written since the last take; a span may be left open in it."""
        html = "".join(self._html)
        self._html.clear()
        return html


class LineAnchors:
    """Puts an anchor ``<a id="L12" href="#L12" aria-label="12"></a>`` before each line of HTML."""

    def __init__(self) -> None:
        self.lines = 0  # How many anchors were written.
        self._at_start = True  # The next character begins a line.

    def begin_line(self) -> str:
        """The next line's anchor."""
        self.lines += 1
        return f'<a id="L{self.lines}" href="#L{self.lines}" aria-label="{self.lines}"></a>'

    def number(self, html: str) -> str:
        """The HTML with its anchors; calls continue each other, wherever they are cut.

        A line gets its anchor when its first character is there, so that text which ends with
        a line end does not begin another line.
        """
        if not html:
            return ""
        first, *rest = html.split("\n")
        numbered = [self.begin_line() + first if self._at_start else first]
        self._at_start = bool(rest) and not rest[-1]
        if self._at_start:
            rest.pop()
        start = self.lines + 1
        self.lines += len(rest)
        numbered += [
            f'<a id="L{number}" href="#L{number}" aria-label="{number}"></a>{line}'
            for number, line in enumerate(rest, start)
        ]
        if self._at_start:
            numbered.append("")
        return "\n".join(numbered)
