r"""Making names from a trace safe to use as file names.

Names in a trace are hostile until made safe here.  A safe name is one path component: no
separators, no control characters, legal on Linux, macOS and Windows (whose rules are the strictest:
``<>:"/\|?*``, trailing dots and spaces, device names such as ``CON``), at most 255 bytes of UTF-8,
not hidden by a dot in front, and never the name of one of our own files.
"""

from __future__ import annotations

import hashlib
import re
import unicodedata
from functools import lru_cache

from artifact_stream.layout import OWN_NAMES

MAX_NAME_BYTES = 255


_ALREADY_SAFE = re.compile(r"[0-9A-Za-z_!+=@-][0-9A-Za-z_.!+=@-]{0,99}(?<!\.)")
INVISIBLE = (
    # What a font has nothing to show for (Unicode's Default_Ignorable_Code_Point), marks that
    # reorder or join what is around them, and ends of lines.
    "\xad\u034f\u061c\u115f\u1160\u17b4\u17b5\u180b-\u180f\u200b-\u200f\u2028-\u202e"
    "\u2060-\u206f\u3164\ufe00-\ufe0f\ufeff\uffa0\ufff0-\ufffb\U00013430-\U0001343f"
    "\U0001bca0-\U0001bca3\U0001d173-\U0001d17a\U000e0000-\U000e0fff"
    # Letters and symbols that are blank, and spaces that look like the ordinary one.
    "\u2800\U00016fe4\U0001d159\xa0\u1680\u2000-\u200a\u202f\u205f\u3000"
)
"""What cannot be seen or told from a space, as ranges for a set in a regular expression."""

# Illegal on Windows, or invisible, or able to reorder the text around it.
_MAX_HELD_CHARS = 300
_UNSAFE = re.compile(f'[\x00-\x1f\x7f-\x9f<>:"/\\\\|?*{INVISIBLE}\ufffe\uffff\ud800-\udfff]')
_DEVICE = re.compile(
    r"(?:con|prn|aux|nul|com[0-9\xb9\xb2\xb3]|lpt[0-9\xb9\xb2\xb3]|conin\$|conout\$|clock\$)"
)


def safe_name(name: str, suffix: str = "", max_bytes: int = MAX_NAME_BYTES) -> str:
    """A file name made of a name from a trace and a suffix of ours, such as ``.txt``.

    The same name always gives the same result; a name that is safe already is not changed.

    Args:
        name: As the trace has it.
        suffix: Ours, which stays whole.
        max_bytes: How long the result may be; less than `MAX_NAME_BYTES` on some disks.
    """
    max_stem_bytes = max_bytes - len(suffix.encode())
    if not _ALREADY_SAFE.fullmatch(name) or len(name) > max_stem_bytes:
        name = _UNSAFE.sub("_", name)
        if name.startswith("."):  # hidden by file managers, not given out by web servers
            name = f"_{name[1:]}"
        name = _truncate(name, max_stem_bytes)
        if not name.strip(". "):
            name = "_" * max(1, len(name))
        if not suffix:
            stripped = name.rstrip(". ")
            name = stripped + "_" * (len(name) - len(stripped))
    whole = name + suffix
    if is_reserved(whole):
        whole = _truncate("_" + name, max_stem_bytes) + suffix
    return whole


def is_reserved(name: str) -> bool:
    """True for device names of Windows and names of our own files."""
    folded = name.casefold()
    return folded in OWN_NAMES or _DEVICE.fullmatch(folded.partition(".")[0].rstrip()) is not None


def numbered_name(
    safe_stem: str, number: int, suffix: str = "", max_bytes: int = MAX_NAME_BYTES
) -> str:
    """The file name for the repeat with this number: ``name_1.txt`` for the stem ``name``."""
    ending = f"_{number}{suffix}"
    return _truncate(safe_stem, max_bytes - len(ending.encode())) + ending


def safe_folder_name(key: str, max_bytes: int = MAX_NAME_BYTES) -> str:
    """The folder for a compile id key, or any other name that folders must not share.

    A key that had to be changed gets a digest of the original, so that different keys have
    different folders.
    """
    # Long keys are not held for the next time: hundreds of them would take tens of megabytes.
    is_short = len(key) <= _MAX_HELD_CHARS
    return _held_folder_name(key, max_bytes) if is_short else _folder_name(key, max_bytes)


def _folder_name(key: str, max_bytes: int) -> str:
    name = safe_name(key, max_bytes=max_bytes)
    if name == key:
        return name
    digest = hashlib.blake2s(key.encode("utf-8", "surrogatepass"), digest_size=4).hexdigest()
    return f"{_truncate(name, max_bytes - 9)}~{digest}"


_held_folder_name = lru_cache(maxsize=256)(_folder_name)


def collision_key(path: str) -> str:
    """What two paths share that would be one file on a disk that ignores case or Unicode form."""
    if path.isascii():
        return path.lower()
    return unicodedata.normalize("NFC", unicodedata.normalize("NFC", path).casefold())


def _truncate(name: str, max_bytes: int) -> str:
    encoded = name.encode("utf-8", "replace")
    if len(encoded) <= max_bytes:
        return name
    return encoded[:max_bytes].decode("utf-8", "ignore")
