"""Which entries a run wants, and which handler takes each."""

from __future__ import annotations

from artifact_stream.compile_ids import UNKNOWN, CompileIdFilter, display_name
from artifact_stream.entries import Entry
from artifact_stream.errors import Argument, WrongUsage
from artifact_stream.handlers.artifact import is_cache_artifact
from artifact_stream.handlers.base import Handler, in_plain_text
from artifact_stream.handlers.other import OTHER_MODULES_TYPES, STRING_TABLE_TYPE
from artifact_stream.handlers.registry import Registry, built_in
from artifact_stream.options import Options
from artifact_stream.output.counts import Matches, SkipReason

INCLUDE_ALL = "all"
INCLUDE_CACHE = "cache"


def check_options(options: Options, registry: Registry | None = None) -> None:
    """Refuse what no run can be asked for, before anything is read or written.

    Args:
        options: What the run is asked for.
        registry: The kinds of entries there are; None for those of the package.

    Raises:
        WrongUsage: `Options.only` names no handler.
    """
    names = (registry or built_in()).names
    unknown = [name for name in options.only if name not in names]
    if unknown:
        raise WrongUsage(
            Argument("only", unknown[0]),
            f" is no kind of entry: use one of {', '.join(names)}.",
        )


class Selection:
    """Decides for each entry whether it is wanted and who describes it.

    Args:
        options: What the run was asked for.
        registry: The kinds of entries there are; None for those of the package.
        matches: Where it is noted what the options match; None for nowhere.
        told_types: Entry types that are not passed over, since they tell something.
    """

    def __init__(
        self,
        options: Options,
        registry: Registry | None = None,
        matches: Matches | None = None,
        told_types: frozenset[str] = frozenset(),
    ) -> None:
        registry = registry or built_in()
        self._matches = matches or Matches()
        self._told_types = told_types
        self._asks_for_compile_ids = bool(options.compile_ids)
        self._include_all = INCLUDE_ALL in options.include
        self._include_cache = self._include_all or INCLUDE_CACHE in options.include
        self._included = frozenset(options.include)
        self._only = frozenset(options.only)
        self._compile_ids = CompileIdFilter(options.compile_ids)
        if options.plain_text:
            plain = [in_plain_text(handler) for handler in registry.handlers]
            registry = Registry(plain, in_plain_text(registry.other))
        self._registry = registry
        self._handlers = registry.by_type
        self._claimed_types = frozenset(registry.claims)

    def reason_to_pass_over(self) -> dict[str, SkipReason]:
        """Entry types of which no entry is wanted, whatever it holds, and why."""
        reasons = {STRING_TABLE_TYPE: SkipReason.STRING_TABLE}
        if not self._include_all:
            reasons |= dict.fromkeys(OTHER_MODULES_TYPES - self._included, SkipReason.OTHER_MODULE)
        if self._only:
            reasons |= {
                name: SkipReason.NOT_SELECTED
                for name in self._registry.entry_types
                if not any(
                    self._is_selected(handler, name)
                    for handler in self._registry.takers_of_type(name)
                )
            }
        return {name: reason for name, reason in reasons.items() if name not in self._told_types}

    def _is_selected(self, handler: Handler, entry_type: str) -> bool:
        """True if `Options.only` leaves entries of a type."""
        return not self._only or handler.name in self._only or entry_type in self._included

    def choose(self, entry: Entry) -> Handler | SkipReason:
        """The handler for an entry that framing did not pass over, or why it is not written."""
        if self._asks_for_compile_ids:
            patterns = self._compile_ids.matching(entry.compile_id)
            self._matches.note_compile_id(display_name(entry.compile_id or UNKNOWN), patterns)
        handler = self._handlers.get(entry.type)
        if entry.type in self._claimed_types:
            claimer = self._registry.claimer_of(entry)
            if claimer is not None:
                self._matches.note_claim(claimer.name, entry.type)
                handler = claimer
        if handler is None:
            reason = self._reason_against_other(entry)
            if reason is not None:
                return reason
            handler = self._registry.other
        elif entry.type == "artifact" and is_cache_artifact(entry):
            self._matches.cache_artifacts += 1
            if not self._include_cache:
                is_selected = self._is_selected(handler, entry.type)
                return SkipReason.CACHE_ARTIFACT if is_selected else SkipReason.NOT_SELECTED
        elif not self._is_selected(handler, entry.type):
            return SkipReason.NOT_SELECTED
        if not self._compile_ids.passes(entry.compile_id):
            return SkipReason.COMPILE_ID_NOT_SELECTED
        return handler

    def _reason_against_other(self, entry: Entry) -> SkipReason | None:
        """Why an entry whose type no handler takes is not written; None if it is."""
        if entry.type in self._included or (
            self._include_all and entry.type in OTHER_MODULES_TYPES
        ):
            return None
        if entry.type in OTHER_MODULES_TYPES:
            return SkipReason.OTHER_MODULE
        if not entry.has_payload:
            return SkipReason.UNKNOWN_TYPE_WITHOUT_PAYLOAD
        if self._only and not self._include_all:
            return SkipReason.NOT_SELECTED
        return None
