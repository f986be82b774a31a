"""Which entries a run wants, and which handler takes each."""

from __future__ import annotations

from enum import Enum

import msgspec

from artifact_stream.compile_ids import CompileIdFilter
from artifact_stream.entries import Entry
from artifact_stream.errors import WrongUsage
from artifact_stream.handlers.artifact import is_cache_artifact
from artifact_stream.handlers.base import Handler
from artifact_stream.handlers.other import OTHER_MODULES_TYPES, STRING_TABLE_TYPE, OtherHandler
from artifact_stream.handlers.registry import HANDLER_NAMES, make_handlers
from artifact_stream.streams.byte_stream import MAX_EXPANSION

INCLUDE_ALL = "all"
INCLUDE_CACHE = "cache"


class SkipReason(Enum):
    """Why an entry is not written; the values are the names in ``summary.json``."""

    STRING_TABLE = "string_table"
    OTHER_MODULE = "other_module"
    CACHE_ARTIFACT = "cache_artifact"
    NOT_SELECTED = "not_selected"
    COMPILE_ID_NOT_SELECTED = "compile_id_not_selected"
    UNKNOWN_TYPE_WITHOUT_PAYLOAD = "unknown_type_without_payload"


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
    """

    plain_text: bool = False
    include: tuple[str, ...] = ()
    only: tuple[str, ...] = ()
    compile_ids: tuple[str, ...] = ()
    lazy: bool = False
    max_expansion: int = MAX_EXPANSION

    def __post_init__(self) -> None:
        unknown = [name for name in self.only if name not in HANDLER_NAMES]
        if unknown:
            raise WrongUsage(
                f"--only {unknown[0]} is no kind of entry: use one of {', '.join(HANDLER_NAMES)}."
            )


class Selection:
    """Decides for each entry whether it is wanted and who describes it.

    Args:
        options: What the run was asked for.
    """

    def __init__(self, options: Options) -> None:
        self._include_all = INCLUDE_ALL in options.include
        self._include_cache = self._include_all or INCLUDE_CACHE in options.include
        self._included = frozenset(options.include)
        self._only = frozenset(options.only)
        self._compile_ids = CompileIdFilter(options.compile_ids)
        self._other: Handler = OtherHandler()
        handlers = make_handlers(plain_text=options.plain_text)
        self._handlers = {name: handler for handler in handlers for name in handler.entry_types}

    def reason_to_pass_over(self) -> dict[str, SkipReason]:
        """Entry types of which no entry is wanted, whatever it holds, and why."""
        reasons = {STRING_TABLE_TYPE: SkipReason.STRING_TABLE}
        if not self._include_all:
            reasons |= dict.fromkeys(OTHER_MODULES_TYPES - self._included, SkipReason.OTHER_MODULE)
        if self._only:
            reasons |= {
                name: SkipReason.NOT_SELECTED
                for name, handler in self._handlers.items()
                if handler.name not in self._only and name not in self._included
            }
        return reasons

    def choose(self, entry: Entry) -> Handler | SkipReason:
        """The handler for an entry that framing did not pass over, or why it is not written."""
        handler = self._handlers.get(entry.type)
        if handler is None:
            reason = self._reason_against_other(entry)
            if reason is not None:
                return reason
            handler = self._other
        elif entry.type == "artifact" and not self._include_cache and is_cache_artifact(entry):
            return SkipReason.CACHE_ARTIFACT
        if not self._compile_ids.passes(entry.compile_id):
            return SkipReason.COMPILE_ID_NOT_SELECTED
        return handler

    def _reason_against_other(self, entry: Entry) -> SkipReason | None:
        """Why an entry whose type no handler takes is not written; None if it is."""
        if entry.type in self._included or (
            self._include_all and entry.type in OTHER_MODULES_TYPES
        ):
            return None
        if not entry.has_payload:
            return SkipReason.UNKNOWN_TYPE_WITHOUT_PAYLOAD
        if self._only and not self._include_all:
            return SkipReason.NOT_SELECTED
        return None
