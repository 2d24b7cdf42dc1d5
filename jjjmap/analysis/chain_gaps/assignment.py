"""From what a table says of a firm to the links of chains that it belongs to, with the evidence."""

from __future__ import annotations

import unicodedata
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from jjjmap.catalogue.chain_rules import ChainRule, RuleKind, Strength
from jjjmap.catalogue.industries import Industries
from jjjmap.catalogue.models import ChainNode
from jjjmap.i18n import _

MOST_LETTERS = 20_000
"""More of a business scope is not looked through."""


@dataclass(frozen=True, slots=True)
class Assignment:
    """A link that a firm belongs to."""

    node_id: str
    strength: Strength
    share: float
    """1 for a firm that belongs to one link of the chain only, 1/k for k links; 0 for one that is related."""
    evidence: str
    """The code and the rule that it fell under, the words that were found."""


@dataclass(slots=True)
class _Hits:
    """What speaks for a link."""

    by_code: Strength | None = None
    by_word: Strength | None = None
    evidence: tuple[str, ...] = ()

    @property
    def is_core(self) -> bool:
        return Strength.CORE in (self.by_code, self.by_word)


class Assigner:
    """Assigns firms to the links of some chains.

    Notes
    -----
    Within a chain the rules with the longest code that a firm's code begins with count, of them those marked
    core before those marked related; words are looked for besides, a word within a longer one of the same
    chain only where it stands alone. A firm that belongs to several links of a chain by its code goes to
    those of them whose words it names, if it names any; else it is shared evenly among them. Firms may belong
    to several chains at once.
    """

    def __init__(
        self, rules: Sequence[ChainRule], nodes: Mapping[str, ChainNode], industries: Industries
    ) -> None:
        self._industries = industries
        self._nodes = nodes
        self.rules = tuple(rule for rule in rules if rule.node_id in nodes)
        self._order = {node_id: at for at, node_id in enumerate(nodes)}
        self._by_chain: dict[str, list[ChainRule]] = {}
        self._by_word: dict[tuple[str, str], list[ChainRule]] = {}
        for rule in self.rules:
            chain_id = nodes[rule.node_id].chain_id
            if rule.kind is RuleKind.CODE:
                self._by_chain.setdefault(chain_id, []).append(rule)
            else:
                self._by_word.setdefault((chain_id, rule.key.casefold()), []).append(rule)
        self._longer = {
            (chain_id, word): tuple(
                sorted(
                    (more for other, more in self._by_word if other == chain_id and word in more != word),
                    key=len,
                    reverse=True,
                )
            )
            for chain_id, word in self._by_word
        }
        self._of_codes: dict[tuple[str, ...], dict[str, tuple[Strength, str]]] = {}
        self._coarse: dict[tuple[str, ...], bool] = {}
        self.node_ids_with_rules = frozenset(rule.node_id for rule in self.rules)

    def assign(self, codes: tuple[str, ...], text: str) -> tuple[Assignment, ...]:
        """Return the links of a firm, in the order of the chains.

        Parameters
        ----------
        codes
            Of GB/T 4754-2017; several if the firm may be of any of them.
        text
            Name and business scope; may be empty.
        """
        hits: dict[str, _Hits] = {}
        for node_id, (strength, why) in self._codes(codes).items():
            hits[node_id] = _Hits(by_code=strength, evidence=(why,))
        for rule in self._words(text):
            hit = hits.setdefault(rule.node_id, _Hits())
            if hit.by_word is not Strength.CORE:
                hit.by_word = rule.strength
            hit.evidence = (*hit.evidence, _("“{word}”").format(word=rule.key))
        if not hits:
            return ()
        chains: dict[str, list[str]] = {}
        for node_id in sorted(hits, key=self._order.__getitem__):
            chains.setdefault(self._nodes[node_id].chain_id, []).append(node_id)
        return tuple(each for node_ids in chains.values() for each in _within_chain(node_ids, hits))

    def is_too_coarse(self, codes: tuple[str, ...]) -> bool:
        """Whether a code is one that rules tell apart further below: 36 where they ask for 361."""
        if codes not in self._coarse:
            self._coarse[codes] = any(
                rule.kind is RuleKind.CODE and rule.key != code and self._falls_under(rule.key, code)
                for code in codes
                for rule in self.rules
            )
        return self._coarse[codes]

    def _codes(self, codes: tuple[str, ...]) -> dict[str, tuple[Strength, str]]:
        if codes not in self._of_codes:
            found: dict[str, tuple[Strength, str]] = {}
            for code in codes:
                for rules in self._by_chain.values():
                    self._add_longest(code, rules, found)
            self._of_codes[codes] = found
        return self._of_codes[codes]

    def _add_longest(
        self, code: str, rules: Sequence[ChainRule], found: dict[str, tuple[Strength, str]]
    ) -> None:
        fitting = [rule for rule in rules if self._falls_under(code, rule.key)]
        # A letter is shorter than any number of digits.
        longest = max((len(rule.key) for rule in fitting), default=0)
        for rule in fitting:
            before = found.get(rule.node_id)
            if len(rule.key) == longest and (before is None or before[0] is not Strength.CORE):
                found[rule.node_id] = (rule.strength, f"{code}→{rule.key}" if code != rule.key else code)

    def _falls_under(self, code: str, key: str) -> bool:
        return code.startswith(key) if key.isdigit() else self._industries.section_of(code) == key

    def _words(self, text: str) -> list[ChainRule]:
        if not self._by_word or not text:
            return []
        plain = unicodedata.normalize("NFKC", text[:MOST_LETTERS]).casefold()
        return [
            rule
            for place, rules in self._by_word.items()
            if _stands_alone(place[1], self._longer[place], plain)
            for rule in rules
        ]


def _stands_alone(word: str, longer: Sequence[str], text: str) -> bool:
    """Whether a text has a word elsewhere than within longer ones."""
    if word not in text:
        return False
    for each in longer:
        text = text.replace(each, "\n")
    return word in text


def _within_chain(node_ids: Sequence[str], hits: Mapping[str, _Hits]) -> list[Assignment]:
    core = [node_id for node_id in node_ids if hits[node_id].is_core]
    of_code = [node_id for node_id in core if hits[node_id].by_code is Strength.CORE]
    named = [node_id for node_id in of_code if hits[node_id].by_word is not None]
    # Words decide only where codes leave several links open; one that only words speak for takes none away.
    if len(of_code) > 1 and named:
        core = [node_id for node_id in core if node_id in named or node_id not in of_code]
    return [
        Assignment(
            node_id,
            Strength.CORE if node_id in core else Strength.RELATED,
            1.0 / len(core) if node_id in core else 0.0,
            " ".join(hits[node_id].evidence),
        )
        for node_id in node_ids
    ]
