"""Pieces of Python source whose colours depend on nothing around them.

Most of a program is names, operators, numbers, short strings and comments.  `PieceFinder` cuts
text outside of strings into such pieces, as many as one regular expression finds in a row, and
the HTML of a piece is made once and then looked up.  What it does not cut, the lexer reads rule
by rule.

A piece must fulfil this: the lexer in its root state reads the piece alone just as it reads it
in its place, it is back in the root state after it, and the text around it has no colour at the
seam that belongs into the same span.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from collections.abc import Set as AbstractSet

_CACHED_PIECES = 16_384
_CACHED_LENGTH = 64

_SPACE = r"[^\S\n]"
_QUOTES = "(?:'''|\"\"\")"
_NOT_ASCII = r"[^\x00-\x7f]"
_ASCII_NAME = r"[A-Za-z_][A-Za-z0-9_]*+"
# A quote would make the name a string's prefix; other letters may belong to the name or not.
_NAME = rf"{_ASCII_NAME}(?!['\"]|{_NOT_ASCII})"
_PATTERN = r"""
    (?<!\.)(?!{first_stops}){name}(?:\.(?!{stops}){name}){{0,16}}
  | (?:(?<!\n)[ ])? (?:[-~+/*%=<>&^|]|[:!]=){{1,32}} (?!\.) [ ]*+
  | (?:[]{{}}(),;[]|:(?!=)){{1,32}} [ ]*+
  | (?:\.(?!{stops}){name}){{1,16}}
  | \n{space}*+ (?!{line_stops}|[rRuUbB]{{0,2}}{quotes})
  | \n
  | (?:[0-9]++(?:\.[0-9]*+(?:[eE][-+]?[0-9]++)?)?|[0-9]++[eE][-+]?[0-9]++|0[xX][0-9a-fA-F]++)
    (?![\w.])
  | '(?!'')[^'\\%{{\n]*+'(?!') | "(?!"")[^"\\%{{\n]*+"(?!")
  | \#[^\n]*+(?=\n)
  | (?<!\n){space}++
  | (?:def|class)[ ]{ascii_name}(?!{not_ascii})
  | \.\.\.(?=[\s,)\]])
"""


def _words(words: set[str]) -> str:
    return rf"(?:{'|'.join(sorted(words))})\b"


class PieceFinder:
    """Cuts text into pieces.

    Args:
        anywhere: Words that change the lexer's state.
        line_start: Words that do at the beginning of a line.
        asked_for: Names that the lexer is to meet itself, unless they stand behind a dot.
    """

    def __init__(
        self,
        anywhere: AbstractSet[str],
        line_start: AbstractSet[str],
        asked_for: AbstractSet[str],
    ) -> None:
        # "yield from" is one token.
        stops = {"yield", *anywhere}
        source = _PATTERN.format(
            first_stops=_words({*asked_for, *stops, *line_start}),
            stops=_words(stops),
            line_stops=_words({*line_start}),
            name=_NAME,
            ascii_name=_ASCII_NAME,
            not_ascii=_NOT_ASCII,
            space=_SPACE,
            quotes=_QUOTES,
        )
        self._match = re.compile(source, re.VERBOSE).match
        # The rest of the text stands last, so that findall can end where no piece is.
        self._find_all = re.compile(rf"{source}|(?s:.+)", re.VERBOSE).findall

    def find(self, text: str, pos: int, end: int) -> tuple[list[str], int]:
        """The pieces from ``pos`` on, and where they end: before no piece, or at ``end``.

        ``pos`` must be in code, at no part of a token.
        """
        if not self._match(text, pos, end):
            return [], pos
        pieces: list[str] = self._find_all(text, pos, end)
        stop = end
        if not self._match(text, end - len(pieces[-1]), end):
            stop -= len(pieces.pop())
        return pieces, stop


class PieceHtml(dict[str, str]):
    """The HTML of pieces, made when first asked for; keeps a bounded number of them.

    Args:
        render: Makes it.
        escape: Makes text the content of an element.
    """

    def __init__(self, render: Callable[[str], str], escape: Callable[[str], str]) -> None:
        super().__init__()
        self._render = render
        self._escape = escape
        self._comment_begin, self._comment_end = render("#").split("#")

    def __missing__(self, piece: str) -> str:
        if piece.startswith("#"):
            # Comments seldom come again.
            return f"{self._comment_begin}{self._escape(piece)}{self._comment_end}"
        html = self._render(piece)
        if len(piece) <= _CACHED_LENGTH:
            if len(self) >= _CACHED_PIECES:
                self.clear()
            self[piece] = html
        return html
