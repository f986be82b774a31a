"""Colouring Python source window by window, as Pygments does it but many times as fast.

What Pygments decides, `MergedLexer` decides with Pygments' own rules (`python_tables`); runs of
common text it takes from a cache (`python_pieces`).  Between two windows nothing is kept but the
stack of lexer states.  Where the installed Pygments has rules of an unknown shape, `StockLexer`
stands in.
"""

from __future__ import annotations

import functools
import re
from typing import Protocol

from pygments.lexers.python import PythonLexer
from pygments.token import Comment, Error

from artifact_stream.rendering.python.kernels import CALL_NAME, Kernel, find_kernel
from artifact_stream.rendering.python.pieces import PieceFinder, PieceHtml
from artifact_stream.rendering.python.spans import SpanWriter, escape
from artifact_stream.rendering.python.tables import (
    ROOT,
    LexerStates,
    Rule,
    UnexpectedRulesError,
    css_class,
)

# f"{f"{f"{...: states nest as deep as the source says; deeper ones are not entered.
_MAX_DEPTH = 1000
# Where no piece is, the search for pieces has copied the rest of its block.
_BLOCK_CHARS = 4096
# At the start of a line such a string is one token, however long.
_DOCSTRING = re.compile(r"\s*[rRuUbB]{0,2}('''|\"\"\")")
_KERNEL_END = "</samp>"
# Characters that no token of Python begins with, none of which is a part of a name.
_NOT_PYTHON = re.compile(
    r"(?:[$?`\x00-\x08\x0e-\x1b\x7f]|[^\w\s\x00-\x7f\u2118\u212e\u309b\u309c])+"
)


class Lexer(Protocol):
    """Writes a source's coloured text, window by window."""

    def lex(self, text: str, pos: int, limit: int, *, may_grow: bool) -> int:
        """Write the tokens of a window.

        Args:
            text: The window; its characters before ``pos`` are written already.
            pos: Where to begin, which is where the last call ended; 0 only at the beginning of
                the source.
            limit: No token is written that begins here or later.
            may_grow: The source has more text than the window, and can show it.

        Returns:
            The end of the last token, which may be beyond the limit.  It is before the limit only
            if the window must grow for the token that begins there.
        """
        ...

    def finish(self) -> str:
        """Markup that must follow the text after its end."""
        ...


def make_lexer(writer: SpanWriter) -> Lexer:
    """The fast lexer, or the stock one where the installed Pygments has unexpected rules."""
    try:
        states, finder, piece_html = _shared_tables()
    except UnexpectedRulesError:
        return StockLexer(writer)
    return MergedLexer(writer, states, finder, piece_html)


@functools.cache
def _shared_tables() -> tuple[LexerStates, PieceFinder, PieceHtml]:
    states = LexerStates()

    def render(piece: str) -> str:
        writer = SpanWriter()
        rules = RuleLexer(writer, states)
        # The blank stands for the text before: a piece begins neither a source nor a line.
        text = f" {piece}"
        pos = 1
        while pos < len(text):
            pos = rules.step(text, pos, len(text))
        writer.close()
        return writer.take()

    words = states.state_words
    finder = PieceFinder(words.anywhere, words.line_start, {CALL_NAME})
    return states, finder, PieceHtml(render, escape)


class RuleLexer:
    """Writes token by token, by the merged rules."""

    def __init__(self, writer: SpanWriter, states: LexerStates) -> None:
        self._writer = writer
        self._states = states
        self._stack = [ROOT]
        self._error_class = css_class(Error)

    @property
    def depth(self) -> int:
        """How many states lie above the root state."""
        return len(self._stack) - 1

    def step(self, text: str, pos: int, limit: int) -> int:
        """Write what one rule matches at ``pos``; returns its end.

        A run of plain text in a string ends at the limit.
        """
        found = self._states[self._stack[-1]].match(text, pos)
        if found is None:
            return self._write_unmatched(text, pos, limit)
        match, rule = found
        end = min(match.end(), limit) if rule.divisible else match.end()
        if rule.callback is None:
            self._writer.token(rule.css_class, text[pos:end])
        else:
            self._call_back(rule, text, pos)
        if rule.push or rule.pop:
            self._change_state(rule)
        return end

    def _write_unmatched(self, text: str, pos: int, limit: int) -> int:
        """Write what no rule takes: a character, in code a run; a line end leaves all states."""
        end = pos + 1
        if text[pos] == "\n":
            del self._stack[1:]
            self._writer.token("", "\n")
            return end
        if self.depth == 0 and (run := _NOT_PYTHON.match(text, pos, limit)):
            end = run.end()  # Megabytes of NUL would take minutes one by one.
        self._writer.token(self._error_class, text[pos:end])
        return end

    def _call_back(self, rule: Rule, text: str, pos: int) -> None:
        # The callback numbers the groups of its own pattern, not of the merged one.
        match = rule.pattern.match(text, pos)
        assert match is not None, "it matched as a part of the merged pattern"
        assert rule.callback is not None, "the caller has looked"
        for _, token_type, value in rule.callback(self._states.lexer, match):
            self._writer.token(css_class(token_type), value)

    def _change_state(self, rule: Rule) -> None:
        if rule.pop:
            del self._stack[max(1, len(self._stack) - rule.pop) :]
        if len(self._stack) < _MAX_DEPTH:
            self._stack += rule.push


class MergedLexer:
    """A `Lexer` that takes pieces where it can and else goes rule by rule."""

    def __init__(
        self, writer: SpanWriter, states: LexerStates, finder: PieceFinder, piece_html: PieceHtml
    ) -> None:
        self._writer = writer
        self._rules = RuleLexer(writer, states)
        self._finder = finder
        self._piece_html = piece_html
        self._comment_class = css_class(Comment.Single)
        self._in_comment = False  # The last window ended inside a comment.
        self._kernel: Kernel | None = None  # The one whose call was seen in this window.
        self._kernel_quotes = ""  # What ends the kernel whose text is being written.

    def lex(self, text: str, pos: int, limit: int, *, may_grow: bool) -> int:
        """See `Lexer.lex`."""
        self._kernel = None
        if self._in_comment:
            pos = self._continue_comment(text, pos, limit)
        while pos < limit:
            if self._rules.depth == 0:
                # A source may begin with a "#!" line, which is no common comment.
                pos = self._write_pieces(text, pos, limit) if pos else pos
                if pos >= limit or (may_grow and _is_open_docstring(text, pos)):
                    break
            pos = self._step(text, pos, limit)
        return pos

    def finish(self) -> str:
        """See `Lexer.finish`."""
        return _KERNEL_END if self._kernel_quotes else ""

    def _continue_comment(self, text: str, pos: int, limit: int) -> int:
        end = text.find("\n", pos, limit)
        self._in_comment = end < 0
        if self._in_comment:
            end = limit
        self._writer.token(self._comment_class, text[pos:end])
        return end

    def _write_pieces(self, text: str, pos: int, limit: int) -> int:
        """Write pieces from ``pos`` to where there is none or to the limit; returns where."""
        stop = end = pos
        while stop == end < limit:
            last = min(limit, stop + 2 * _BLOCK_CHARS)
            end = text.find("\n", stop + _BLOCK_CHARS, last) + 1 or last
            pieces, stop = self._finder.find(text, stop, end)
            if stop == end < len(text) and text[end - 1] != "\n":
                # The block's end may have cut the last piece.
                stop -= len(pieces.pop())
            self._writer.rendered([self._piece_html[piece] for piece in pieces])
        return stop

    def _step(self, text: str, pos: int, limit: int) -> int:
        """Write one token, or a run of text in a string; returns its end."""
        in_code = self._rules.depth == 0
        if in_code and text.startswith(CALL_NAME, pos):
            self._kernel = find_kernel(text, pos)
        if self._kernel_quotes and text.startswith(self._kernel_quotes, pos):
            self._writer.markup(_KERNEL_END)
            self._kernel_quotes = ""
        end = self._rules.step(text, pos, limit)
        self._in_comment = in_code and text[pos] == "#" and limit < end == len(text)
        if self._kernel and end == self._kernel.start and self._rules.depth == 1:
            self._writer.markup(f'<samp class="kernel" data-language="{self._kernel.language}">')
            self._kernel_quotes = text[end - 3 : end]
            self._kernel = None
        return end


def _is_open_docstring(text: str, pos: int) -> bool:
    """Whether a docstring begins at ``pos`` (which is in code) whose end is not in the text."""
    if pos and text[pos - 1] != "\n":
        return False
    begin = _DOCSTRING.match(text, pos)
    return begin is not None and text.find(begin[1], begin.end()) < 0


class StockLexer:
    """A `Lexer` by Pygments as it is: each window for itself, and without kernels."""

    def __init__(self, writer: SpanWriter) -> None:
        self._writer = writer
        self._lexer = PythonLexer(stripnl=False, ensurenl=False)

    def lex(self, text: str, pos: int, limit: int, *, may_grow: bool) -> int:  # noqa: ARG002
        """See `Lexer.lex`."""
        for _, token_type, value in self._lexer.get_tokens_unprocessed(text[pos:limit]):
            self._writer.token(css_class(token_type), value)
        return limit

    def finish(self) -> str:
        """See `Lexer.finish`."""
        return ""
