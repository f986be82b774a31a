"""What a run is asked for: data, no checks."""

from __future__ import annotations

import msgspec

MAX_EXPANSION = 1000
"""How many times as long as it is stored a compressed source may become; gzip can do 1032."""


class Options(msgspec.Struct, frozen=True):
    """What a run does; all of it can be sent to another process.

    Attributes:
        plain_text: Write code as it is, not as highlighted pages.
        include: Entry types of other modules to write too; ``cache`` for the artifacts of caches,
            ``all`` for everything.
        only: Handlers whose entries are written, by name; empty for all.
        compile_ids: Patterns of compile ids to write (`CompileIdFilter`); empty for all.
        lazy: Keep graphs and code in packs, which a browser shows, instead of files of their own.
        max_expansion: How many times as long compressed sources may become; 0 for any number.
        facts: Read what entries tell of how compilations went.
    """

    plain_text: bool = False
    include: tuple[str, ...] = ()
    only: tuple[str, ...] = ()
    compile_ids: tuple[str, ...] = ()
    lazy: bool = False
    max_expansion: int = MAX_EXPANSION
    facts: bool = True
