r"""Replacing the names of people in text: user names and home folders, as a stream.

What is found: the folder behind ``/home/``, ``/Users/`` and ``C:\Users\``, however its separators
are written (JSON's ``\\``, percent-encoded, with the tags of a highlighted page between them);
homes of groups and domains (``/home/users/alice``, ``/home/CORP/alice``); the same in a file name
that was made of a path (``_home_alice_x``, ``_mnt_c_Users_alice_x``); and the user name in the
folders that PyTorch and pytest make (``torchinductor_alice``).  The same name becomes the same
placeholder everywhere.  It is a best effort: a name elsewhere in a text is not known to be one.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from functools import lru_cache
from typing import Final
from urllib.parse import unquote_to_bytes

from artifact_stream.disk.spilling_map import SpillingMap

_TAGS: Final = rb'(?:</?span(?: class="[\w-]{1,20}")?>){0,4}'
# JSON in a string of JSON has each backslash doubled.
_DEPTHS: Final = rb"(?:\\{1,2}|\\{4}|\\{8})"
_LETTER: Final = rb"u(?!00[0-7])[0-9A-Fa-f]{4}"
# As text has it, as JSON in text has it, as a string in that JSON has it; not one of an odd number,
# which begins an escape ("C:\\Users\\\n"), unless that is a letter's: "C:\\Users\\\u00e9ric".
_BACKSLASHES: Final = (
    rb"(?:\\(?!\\)|\\{2}(?!\\(?!" + _LETTER + rb"))|\\{4}(?!\\(?!\\" + _LETTER
    + rb"))|\\{8}(?!\\(?!\\{3}" + _LETTER + rb"))|%(?:25)?5[Cc])"
)  # fmt: skip
_SLASHES: Final = rb"(?:(?:\\{0,8}/){1,4}|%(?:25)?2[Ff]|" + _DEPTHS + rb"u002[Ff])"
# An escape in the middle of a string on a page has tags of its own: as many of each kind.
_SPAN_BEFORE: Final = rb'</span><span class="se">'
_SPAN_BEHIND: Final = rb'</span><span class="s\w">'
_UNICODE: Final = (
    rb"[\xc2-\xf4][\x80-\xbf]{1,3}|%(?:25)?[89A-Fa-f][0-9A-Fa-f]|" + _DEPTHS + _LETTER
    + rb"|" + _SPAN_BEFORE + rb"\\" + _LETTER + _SPAN_BEHIND
)  # fmt: skip
_DOLLAR: Final = rb"(?:\$|%(?:25)?24|" + _DEPTHS + rb"u0024)"
# Atomic, as names are: what is in a name is read in one way, so that a search takes linear time.
_CHARACTER: Final = rb"(?>[\w+@~-]|" + _UNICODE + rb"|[\x80-\xff])"
_FIRST: Final = rb"(?:" + _CHARACTER + rb"|\$(?![A-Z_{(]))"  # not a variable's: /home/$USER
# In text, on a page, in JSON; in a string between such quotes, there too.
_QUOTE: Final = (
    rb"(?:\\{0,2}(?:'|&\#39;|&\#x27;)|%(?:25)?27|" + _DEPTHS
    + rb"u0027|" + _SPAN_BEFORE + rb"\\(?:'|&\#39;|&\#x27;)" + _SPAN_BEHIND + rb")"
)  # fmt: skip
# A quote is part of a name (o'brien) where the name goes on to an end that is none of a string's.
_INNER_QUOTE: Final = (
    _QUOTE + rb"(?=(?:" + _CHARACTER + rb"|\.){1,32}(?:[/\\\"%<:;,)\s]|&(?:quot|\#34);|\Z))"
)
# A dot is part of a name inside it, but not the one before an ending of ours.
_DOT: Final = rb"\.(?!(?:gz|html|json|jsonl|log|py|txt|zst)(?!\w))"
_NAME: Final = (
    _FIRST + rb"(?:" + _DOLLAR + rb"|(?:" + _DOT + rb"|" + _INNER_QUOTE + rb")?" + _CHARACTER
    + rb"){0,63}+"
)  # fmt: skip
_SPACED_NAME: Final = (
    _FIRST + rb"(?:" + _DOLLAR + rb"|(?:[. ]{0,2}|" + _QUOTE + rb")" + _CHARACTER + rb"){0,63}+"
)
# In a file name that was made of a path, `_` stands for its separators.
_FLATTENED: Final = (
    rb"(?>[0-9A-Za-z+@~$-]|" + _UNICODE + rb"|" + _DOT
    + rb"(?=[0-9A-Za-z])|'(?=[0-9A-Za-z])| (?=[A-Z][0-9A-Za-z-]{1,31}_(?!_))){1,64}+"
)  # fmt: skip
_FOLDER: Final = rb"[0-9A-Za-z.-](?: ?[0-9A-Za-z.-]){0,31}_"
_NO_FOLDER: Final = rb"(?:all|find|get|has|in|is|make|my|num|self|set|the)_"  # _get_home_page

# Homes lie in a folder of their domain (/home/CORP/alice), or of their first letter: it may be the
# name itself, so both are replaced.
_TOP_LEVEL: Final = (
    rb"com|corp|domain|edu|example|gov|int|internal|intranet|lan|loc|local|localdomain"
    rb"|mil|net|org|private|test|[a-z]{2}"
)
_DOMAIN: Final = (
    rb"(?:[A-Z][0-9A-Z-]{1,30}|[0-9A-Za-z](?![0-9A-Za-z])"
    rb"|(?:[0-9A-Za-z-]{1,40}\.){1,4}(?:(?i:" + _TOP_LEVEL + rb")))"
)
_GROUPS: Final = rb"(?i:home|users?|staff|students?|faculty|people)"  # /home/users/alice


def _homes(separator: bytes, name: bytes, prefix: bytes) -> bytes:
    """What may lie between ``home/`` and the end of a name; groups begin with a prefix."""
    return (
        rb"(?:local" + separator + rb"(?:(?P<" + prefix + rb"local>" + name + rb")" + separator
        + rb")?|" + _GROUPS + separator + rb")?"
        + rb"(?:(?P<" + prefix + rb"domain>" + _DOMAIN + rb")" + separator + rb")?"
        + rb"(?P<" + prefix + rb"name>" + name + rb")"
    )  # fmt: skip


# The first character is searched for in a set, which is fast; then it is looked at what it begins.
_PATTERN: Final = re.compile(
    # C:\Users\Alice Smith\x: with spaces only where a separator says where the name ends.
    rb"[HUhptu_](?:(?:(?<=[\\Cc>][Uu])[Ss][Ee][Rr][Ss]|(?<=[\\>]h)ome)" + _TAGS
    + rb"(?P<separator>" + _BACKSLASHES + rb")" + _TAGS
    + rb"(?:(?P<spaced>" + _SPACED_NAME + rb")(?=" + _TAGS + rb"(?P=separator)"
    + rb"(?!\\(?!\\{0,3}" + _LETTER + rb")))"
    + rb"|(?P<windows>" + _NAME + rb"))"
    rb"|(?:(?<=[/Ff>][Hh])[Oo][Mm][Ee][Ss]?|(?<=[/Ff>][Uu])[Ss][Ee][Rr][Ss])"
    + _TAGS + _SLASHES + _TAGS
    + _homes(_TAGS + _SLASHES + _TAGS, _NAME, b"home_")
    + rb"|(?:(?<=t)orchinductor_|(?<=p)ytest-of-)(?P<temporary>" + _NAME + rb")"
    # _home_alice_x, code__home_alice_x, _export_home_alice_x, file____home_alice_x
    rb"|(?:(?<=[0-9A-Za-z]_)_|(?<=_)(?<![0-9A-Za-z_]_)"
    rb"|(?:(?<=[Ff]ile_)|(?<=http_)|(?<=https_)|(?<=ssh_))__?_)"
    rb"(?!" + _NO_FOLDER + rb")(?:" + _FOLDER + rb"){0,4}?(?:homes?|[Uu]sers)_"
    + _homes(rb"_", _FLATTENED, b"flat_") + rb")"
)  # fmt: skip
_NAMES: Final = (
    "spaced", "windows", "home_local", "home_domain", "home_name", "temporary",
    "flat_local", "flat_domain", "flat_name",
)  # fmt: skip
_BEHIND_SLASH: Final = re.compile(_SLASHES + _TAGS + rb"\Z")
_BEHIND_BACKSLASH: Final = re.compile(rb"(?<!\\)(" + _BACKSLASHES + rb")" + _TAGS + rb"\Z")
_WORDS: Final = (b"home", b"users", b"torchinductor_", b"pytest-of-")
"""One of these is in every text that holds a name, whatever its case."""

KEPT_NAMES: Final = frozenset({"all users", "default", "public", "root", "shared"})
"""Accounts that are on every machine, in lower case: left as they are."""

_LONGEST_MATCH: Final = 16384
_CONTEXT: Final = 256
"""How many bytes before a match are looked at, at the most."""
_ESCAPE: Final = re.compile(r"\\+u([0-9A-Fa-f]{4})")
_TAG: Final = re.compile(rb"<[^>]*>")
_ESCAPED_QUOTE: Final = re.compile(r"\\*(?:'|&#39;|&#x27;)")
_PAIR: Final = re.compile("[\ud800-\udbff][\udc00-\udfff]")


class Redactor:
    """Replaces names by ``user1``, ``user2``, ... in order of first appearance.

    Memory: a window of the text; the names are in a `SpillingMap`.

    Args:
        scratch_folder: An existing folder, where a file for the names may be made.

    Attributes:
        replacements: How many places have been replaced.
        names: How many different names there were.
    """

    def __init__(self, scratch_folder: str) -> None:
        self._numbers = SpillingMap(scratch_folder)
        self.replacements = 0
        self.names = 0

    def redact(self, text: bytes) -> bytes:
        """A text that is in memory, without names."""
        lowered = text.lower()
        if not any(word in lowered for word in _WORDS):
            return text
        return b"".join(self.redact_chunks((text,)))

    def redact_text(self, text: str) -> str:
        """The same for a decoded text; lone surrogates stay what they are."""
        return self.redact(text.encode("utf-8", "surrogatepass")).decode("utf-8", "surrogatepass")

    def redact_chunks(self, chunks: Iterable[bytes]) -> Iterator[bytes]:
        """A text in pieces, cut anywhere, without names; the result does not depend on the cuts."""
        window, position = b"", 0
        for chunk in chunks:
            window = window[max(0, position - _CONTEXT) :] + chunk
            position = min(position, _CONTEXT)
            # What begins before the limit ends inside the window.
            limit = len(window) - _LONGEST_MATCH
            if limit > position:
                done, position = self._window(window, position, limit)
                yield done
        yield self._window(window, position, len(window))[0]

    def _window(self, window: bytes, start: int, limit: int) -> tuple[bytes, int]:
        """The text from `start` to `limit` or behind the match that spans it, and that end."""
        lowered = window.lower()
        if not any(word in lowered for word in _WORDS):
            return window[start:limit], limit
        pieces: list[bytes] = []
        match = _PATTERN.search(window, start)
        while match is not None and match.start() < limit:
            following = match.start() + 1
            if _is_folder(match):
                for name in _NAMES:
                    if match[name] is not None:
                        pieces += (
                            window[start : match.start(name)],
                            self._placeholder(match[name]),
                        )
                        start = match.end(name)
                following = start
            match = _PATTERN.search(window, following)
        if start < limit:
            pieces.append(window[start:limit])
            start = limit
        return b"".join(pieces), start

    def _placeholder(self, name: bytes) -> bytes:
        key = _canonical(name)
        if key.lower() in KEPT_NAMES:
            return name
        number = self._numbers.get(key)
        if number is None:
            self.names = number = self.names + 1
            self._numbers.set(key, number)
        self.replacements += 1
        return b"user%d" % number

    def close(self) -> None:
        """Forget the names."""
        self._numbers.close()


def _is_folder(match: re.Match[bytes]) -> bool:
    """True unless the match is a word like ``home`` that stands behind something else."""
    text, start = match.string, match.start()
    context = max(0, start - _CONTEXT)
    if match["home_name"] is not None:
        behind_slash = text[start - 1 : start] == b"/"
        return behind_slash or _BEHIND_SLASH.search(text, context, start) is not None
    if match["separator"] is not None:
        before = _BEHIND_BACKSLASH.search(text, context, start)
        # Both as long: in JSON, "\\Users\nora" is a folder, a new line and a word.
        return before is not None and len(before[1]) == len(match["separator"])
    return True


@lru_cache(maxsize=1024)
def _canonical(name: bytes) -> str:
    """A name however it was written: percent-encoded, with escapes of JSON, as UTF-8."""
    text = unquote_to_bytes(unquote_to_bytes(_TAG.sub(b"", name))).decode(
        "utf-8", "surrogateescape"
    )
    text = _ESCAPE.sub(lambda match: chr(int(match[1], 16)), text)
    text = _PAIR.sub(lambda pair: pair[0].encode("utf-16", "surrogatepass").decode("utf-16"), text)
    return _ESCAPED_QUOTE.sub("'", text)
