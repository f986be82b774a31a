"""Pygments' rules for Python, merged into few regular expressions.

Pygments tries the rules of a lexer state one by one.  Here the rules of a state stand as
alternatives in one expression, in their order, so that one call finds the first that matches:
the same tokens at a fraction of the time.  The rules are read from Pygments' own
``PythonLexer`` at run time.
"""

from __future__ import annotations

import functools
import itertools
import re
from collections.abc import Callable, Iterable, Iterator
from typing import Any, NamedTuple

from pygments.lexer import RegexLexer
from pygments.lexers.python import PythonLexer
from pygments.token import STANDARD_TYPES, String, Whitespace, _TokenType

ROOT = "root"

_Match = re.Match[str]
_Matcher = Callable[[str, int], _Match | None]
_Callback = Callable[[RegexLexer, _Match], Iterator[tuple[int, _TokenType, str]]]

# Identifiers list thousands of characters.  Compiling them takes milliseconds for each state, so
# such rules stay apart and keep the expression that Pygments compiled.
_LONG_PATTERN = 3000
# What a merged expression would number or name differently.
_NOT_MERGEABLE = re.compile(r"\\[1-9]|\(\?P|\(\?\(")
# Repetitions that, each tried from many places, take quadratic time on hostile text.
_BOUNDED = (
    (r"(?:.|\n)*?", r"[\s\S]*?"),  # The same, but a repeated group takes memory (below).
    (r"[^\]]+", r"[^\]]{1,256}"),
    (r"N\{.*?\}", r"N\{.{0,256}?\}"),
    (r"[-#0 +]*", r"[-#0 +]{0,256}"),
    (r"(\s+)([^\n_]*)(_\b)", r"(\s{1,256})([^\n_]{0,1024})(_\b)"),
    (r"\]))*)?", r"\])){0,64})?"),
)
# Of a group, each repetition takes memory, kilobytes in a merged pattern, until the match ends.
_REPEATED_GROUP = re.compile(r"(\(\?:[^()]*\))([*+])")
_GROUP_REPETITIONS = {"*": "{0,256}", "+": "{1,256}"}
_RUN_LENGTH = 1024
_IGNORE_CASE = "(?i)"
# How the rules begin that change the state at a word: (def)..., ^(lazy)..., (^[ \t]*)(match|case)
_STATE_WORDS = re.compile(r"(\^?)\((?:(\^)\[ \\t\]\*\)\()?([a-z]+(?:\|[a-z]+)*)\)")


class UnexpectedRulesError(Exception):
    """The rules of the installed Pygments are not what the merging understands."""


class Rule(NamedTuple):
    """One rule of a lexer state."""

    pattern: re.Pattern[str]
    css_class: str  # Of the token, unless there is a callback.
    callback: _Callback | None  # Makes the tokens of its match.
    push: tuple[str, ...] = ()  # States to enter.
    pop: int = 0  # How many states to leave.
    divisible: bool = False  # The token may be cut at any line end.


class State(NamedTuple):
    """One lexer state: merged expressions to try in order, each with the rules of its groups."""

    segments: tuple[tuple[_Matcher, dict[int, Rule]], ...]

    def match(self, text: str, pos: int) -> tuple[_Match, Rule] | None:
        """The first rule that matches at ``pos``, with its match."""
        for matcher, rules in self.segments:
            match = matcher(text, pos)
            if match:
                return match, rules[match.lastindex or 0]
        return None


class StateWords(NamedTuple):
    """Words after which the root state reads what follows differently."""

    anywhere: frozenset[str]
    line_start: frozenset[str]


@functools.cache
def css_class(token_type: _TokenType) -> str:
    """The class that Pygments' HtmlFormatter gives a token; white space has none here."""
    if token_type is Whitespace:
        return ""
    while token_type not in STANDARD_TYPES:
        parent = token_type.parent
        assert parent is not None, "every token type descends from Token, which is standard"
        token_type = parent
    return STANDARD_TYPES[token_type]


class LexerStates(dict[str, State]):
    """The states of Pygments' Python lexer by name, each merged when it is first asked for.

    Raises:
        UnexpectedRulesError: On construction, if the rules have a shape that was not foreseen.
    """

    def __init__(self) -> None:
        super().__init__()
        self.lexer = PythonLexer(stripnl=False, ensurenl=False)
        tables = vars(PythonLexer).get("_tokens")
        if not isinstance(tables, dict) or ROOT not in tables:
            raise UnexpectedRulesError("no table of rules")
        self._rules = {name: [_read_rule(raw) for raw in rules] for name, rules in tables.items()}
        for name, rules in self._rules.items():
            targets = {target for rule in rules for target in rule.push}
            if not rules or not self._rules.keys() >= targets:
                raise UnexpectedRulesError(f"state {name!r} has no rules or unknown successors")
        self.state_words = _state_words(self._rules[ROOT])

    def __missing__(self, name: str) -> State:
        state = self[name] = _merge(_join_runs(self._rules[name]))
        return state


def _read_rule(raw: Any) -> Rule:
    """A rule of Pygments' table: a bound match method, an action and a state transition."""
    try:
        matcher, action, transition = raw
        pattern = matcher.__self__
    except (TypeError, ValueError, AttributeError):
        raise UnexpectedRulesError(f"unknown kind of rule {raw!r}") from None
    if not isinstance(pattern, re.Pattern) or not _is_mergeable(pattern):
        raise UnexpectedRulesError(f"unknown kind of pattern {pattern!r}")
    push, pop = _read_transition(transition)
    pattern = _bounded(pattern)
    if action is None:
        return Rule(pattern, "", None, push, pop)
    if isinstance(action, _TokenType):
        return Rule(pattern, css_class(action), None, push, pop, action[: len(String)] == String)
    if not callable(action):
        raise UnexpectedRulesError(f"unknown kind of action {action!r}")
    return Rule(pattern, "", action, push, pop)


def _read_transition(transition: Any) -> tuple[tuple[str, ...], int]:
    """The states to push and the number of states to pop."""
    if transition is None:
        return (), 0
    if isinstance(transition, int) and transition < 0:
        return (), -transition
    if isinstance(transition, tuple) and all(
        isinstance(name, str) and not name.startswith("#") for name in transition
    ):
        return transition, 0
    raise UnexpectedRulesError(f"unknown kind of transition {transition!r}")


def _is_mergeable(pattern: re.Pattern[str]) -> bool:
    """Whether the pattern means the same as an alternative of a greater one."""
    extra = pattern.flags & ~(re.MULTILINE | re.UNICODE)
    return _NOT_MERGEABLE.search(pattern.pattern.replace(r"\\", "")) is None and (
        not extra or (extra == re.IGNORECASE and pattern.pattern.startswith(_IGNORE_CASE))
    )


def _bounded(pattern: re.Pattern[str]) -> re.Pattern[str]:
    source = pattern.pattern
    for unbounded, bounded in _BOUNDED:
        source = source.replace(unbounded, bounded)
    source = _REPEATED_GROUP.sub(lambda found: found[1] + _GROUP_REPETITIONS[found[2]], source)
    return pattern if source == pattern.pattern else re.compile(source, pattern.flags)


def _state_words(rules: Iterable[Rule]) -> StateWords:
    """The words at which rules of the root state change the state or depend on the line."""
    anywhere: set[str] = set()
    line_start: set[str] = set()
    for rule in rules:
        source = rule.pattern.pattern
        plain = rule.callback is None and not rule.push and not rule.pop
        if '"' in source or "'" in source or (plain and not source.startswith(("^", "(^"))):
            continue
        found = _STATE_WORDS.match(source)
        if found is None:
            raise UnexpectedRulesError(f"unknown kind of rule in the root state: {source[:80]!r}")
        words = line_start if found[1] or found[2] else anywhere
        words.update(found[3].split("|"))
    return StateWords(frozenset(anywhere), frozenset(line_start))


def _source(rule: Rule) -> str:
    """The pattern of a rule as a group of a greater one."""
    source = rule.pattern.pattern
    if rule.pattern.flags & re.IGNORECASE:
        return f"((?i:{source.removeprefix(_IGNORE_CASE)}))"
    return f"({source})"


def _join_runs(rules: list[Rule]) -> list[Rule]:
    """Rules of a string state with one for whole runs of plain text instead of its pieces.

    Such a state has rules for what is special in the string (the end, escapes, fields), then
    rules for plain text, all of one class.  A run is plain text up to something special.
    """
    last = rules[-1]
    plain = list(
        itertools.takewhile(
            lambda rule: (
                rule.divisible and rule.css_class == last.css_class and not (rule.push or rule.pop)
            ),
            reversed(rules),
        )
    )
    special = rules[: len(rules) - len(plain)]
    if len(plain) < 2 or not special:
        return [rule._replace(divisible=False) for rule in rules]
    stop = "|".join(map(_source, special))
    run = "|".join(map(_source, reversed(plain)))
    source = rf"(?:(?!{stop})(?:{run})){{1,{_RUN_LENGTH}}}"
    joined = Rule(re.compile(source, re.MULTILINE), last.css_class, None, divisible=True)
    return [*(rule._replace(divisible=False) for rule in special), joined]


def _merge(rules: list[Rule]) -> State:
    segments: list[tuple[_Matcher, dict[int, Rule]]] = []
    apart = itertools.groupby(
        rules,
        lambda rule: len(rule.pattern.pattern) > _LONG_PATTERN and not rule.pattern.groups,
    )
    for long, group in apart:
        if long:
            segments += [(rule.pattern.match, {0: rule}) for rule in group]
        else:
            segments.append(_merge_short(list(group)))
    return State(tuple(segments))


def _merge_short(rules: list[Rule]) -> tuple[_Matcher, dict[int, Rule]]:
    """One expression for many rules; the number of its outer group that matched tells which."""
    by_group: dict[int, Rule] = {}
    group = 1
    for rule in rules:
        by_group[group] = rule
        group += 1 + rule.pattern.groups
    return re.compile("|".join(map(_source, rules)), re.MULTILINE).match, by_group
