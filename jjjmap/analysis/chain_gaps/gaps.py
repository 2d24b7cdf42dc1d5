"""The question which links of a chain have no firms, with all its options."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, ClassVar

from jjjmap.analysis.chain_gaps.candidates import Weights
from jjjmap.analysis.python_calls import python_call
from jjjmap.analysis.running import (
    AnalysisImpossible,
    Cancelled,
    InputLayer,
    Material,
    Outcome,
    Progress,
    refuse_if,
)
from jjjmap.catalogue.chain_rules import (
    ChainRule,
    RuleKind,
    Strength,
    cleaned_key,
    rule_trouble,
    shipped_rules,
)
from jjjmap.catalogue.industries import shipped_industries
from jjjmap.catalogue.industry_codes import Vintage
from jjjmap.catalogue.models import Catalogue, ChainNode
from jjjmap.findings import Finding, Severity
from jjjmap.i18n import _, language

if TYPE_CHECKING:
    from jjjmap.analysis.chain_gaps.rows import RowArray

MOST_PLACES = 50
MOST_CHAINS_IN_TITLE = 2
"""More are counted, not named."""


@dataclass(frozen=True)
class Gaps:
    """Firms of a list on the links of chains, links without firms, and candidate counties for them.

    What the table of industries and words says is an inference of ours or of the user's; a link without firms
    in a list is a candidate for a gap, for a list is not the world.
    """

    KIND: ClassVar[str] = "gaps"

    layer_id: str
    """The firms."""
    industry: str = ""
    """Column of GB/T 4754 codes or names; empty for none."""
    text: tuple[str, ...] = ()
    """Columns that words are looked for in: names, business scopes."""
    chains: tuple[str, ...] = ()
    """Ids; empty for all chains that have links."""
    rules: tuple[ChainRule, ...] = ()
    """The table; empty for the one that we ship."""
    vintage: Vintage = Vintage.AUTO
    """The edition of the codes, if it is known."""
    places: int = 5
    """So many candidate counties for each gap."""
    weights: Weights = field(default_factory=Weights)

    @property
    def layer_ids(self) -> tuple[str, ...]:
        """The layers that it reads."""
        return (self.layer_id,)

    def with_layers(self, names: Mapping[str, str]) -> Gaps:
        """Return the same about another layer."""
        return replace(self, layer_id=names.get(self.layer_id, self.layer_id))

    @property
    def table(self) -> tuple[ChainRule, ...]:
        """The rules that count: the analysis's own, else those that we ship."""
        return self.rules or shipped_rules()

    def title(self, material: Material) -> str:
        """Return what the result is called."""
        layer = material.layers.get(self.layer_id)
        name = layer.title if layer is not None else self.layer_id
        known = material.catalogue.chains
        names = [known[each].name(language()) for each in dict.fromkeys(self.chains) if each in known]
        if not names:
            return _("{layer}：产业链环节与缺口").format(layer=name)
        if len(names) > MOST_CHAINS_IN_TITLE:
            return _("{layer}：{n} 条产业链的环节与缺口").format(layer=name, n=len(names))
        named = _("、").join(names)
        return _("{layer}：{chains}的环节与缺口").format(layer=name, chains=named)

    def run(self, material: Material, progress: Progress, cancelled: Cancelled) -> Outcome:
        """Return the answer; see `jjjmap.analysis.running.Analysis`."""
        from jjjmap.analysis.chain_gaps.outcome import outcome_of

        refuse_if(cancelled)
        self._check()
        return outcome_of(self, material, progress, cancelled)

    def unassigned_rows(self, material: Material) -> RowArray:
        """Return the numbers, from 0, of shown rows that belong to no link."""
        from jjjmap.analysis.chain_gaps.outcome import firms_of

        self._check()
        return firms_of(self, material, lambda: False).unassigned

    def layer(self, material: Material) -> InputLayer:
        """Return the firms."""
        return material.layers[self.layer_id]

    def nodes(self, catalogue: Catalogue) -> tuple[dict[str, ChainNode], list[Finding]]:
        """Return the links that are asked about, in the catalogue's order, and chains that have none.

        Raises
        ------
        AnalysisImpossible
            There is no such chain, or none of them has links.
        """
        for chain_id in self.chains:
            if chain_id not in catalogue.chains:
                message = _("没有编号为“{id}”的产业链。").format(id=chain_id[:60])
                known = _("可用的：{known}。").format(known=_("、").join(catalogue.chains))
                raise AnalysisImpossible(Finding(Severity.ERROR, "unknown-chain", chain_id, message, known))
        wanted = self.chains or tuple(catalogue.chains)
        # By chain, so that what belongs together stands together.
        found = {
            node.id: node
            for chain_id in dict.fromkeys(wanted)
            for node in catalogue.chain_nodes.values()
            if node.chain_id == chain_id
        }
        findings = []
        without = [each for each in wanted if not any(node.chain_id == each for node in found.values())]
        if without:
            names = _("、").join(catalogue.chains[each].name(language()) for each in without)
            message = _("目录里没有这些产业链的环节，没有分析：{names}。").format(names=names)
            findings.append(Finding(Severity.WARNING, "chain-without-nodes", names, message))
            if not found:
                hint = _("换一条有环节的产业链。")
                raise AnalysisImpossible(Finding(Severity.ERROR, "chain-without-nodes", names, message, hint))
        return found, findings

    def usable_rules(self, catalogue: Catalogue) -> tuple[tuple[ChainRule, ...], list[Finding]]:
        """Return the rules that can be used, and what is wrong with the others."""
        industries = shipped_industries()
        kept, findings = [], []
        for rule in self.table:
            trouble = rule_trouble(rule, catalogue.chain_nodes, industries)
            # The table that we ship may speak of links that a catalogue in a test does not have.
            if trouble and self.rules:
                where = f"{rule.node_id} · {rule.key}"
                findings.append(Finding(Severity.WARNING, "rule-unusable", where, trouble))
            if not trouble:
                kept.append(rule)
        return tuple(kept), findings

    def _check(self) -> None:
        weights = (self.weights.specialisation, self.weights.distance, self.weights.policy)
        if not all(each >= 0 for each in weights) or not 0 < sum(weights) < math.inf:
            message = _("评分的三个权重要是不小于 0 的数，且不全为 0。")
            raise AnalysisImpossible(Finding(Severity.ERROR, "weights-invalid", str(weights), message))
        if not 0 < self.places <= MOST_PLACES:
            message = _("每个缺口的候选地要有 1 到 {most} 个。").format(most=MOST_PLACES)
            raise AnalysisImpossible(Finding(Severity.ERROR, "count-invalid", str(self.places), message))

    def arguments(self) -> tuple[str, ...]:
        """Return the command line that does the same; an edited table as its differences from ours."""
        said = [self.KIND, self.layer_id]
        for chain_id in self.chains:
            said += ["--chain", chain_id]
        said += ["--industry", self.industry] if self.industry else ["--no-industry"]
        for column in self.text:
            said += ["--text", column]
        said += [] if self.text else ["--no-text"]
        for rule in self._differences():
            said += ["--rule", rule]
        said += ["--vintage", self.vintage.value] if self.vintage is not Vintage.AUTO else []
        said += ["--places", str(self.places)] if self.places != type(self).places else []
        if self.weights != Weights():
            parts = (self.weights.specialisation, self.weights.distance, self.weights.policy)
            said += ["--weights", ",".join(f"{each:g}" for each in parts)]
        return tuple(said)

    def python(self) -> str:
        """Return Python that does the same."""
        return python_call(self)

    def _differences(self) -> list[str]:
        if not self.rules:
            return []
        before = {rule.identity: rule for rule in shipped_rules()}
        now = {rule.identity: rule for rule in self.rules}
        gone = [f"-{rule_text(rule)}" for identity, rule in before.items() if identity not in now]
        come = [
            f"+{rule_text(rule)}"
            for identity, rule in now.items()
            if identity not in before or before[identity].strength is not rule.strength
        ]
        return [*gone, *come]


def rule_text(rule: ChainRule) -> str:
    """Return a rule in one word of the command line."""
    return ",".join((rule.node_id, rule.kind.value, rule.strength.value, rule.key))


def rules_with(rules: tuple[ChainRule, ...], changes: tuple[str, ...]) -> tuple[ChainRule, ...]:
    """Return rules with some added, changed (``+…``) or taken away (``-…``), each as `rule_text` has it.

    Raises
    ------
    ValueError
        A change cannot be understood; the text says which.
    """
    found = {rule.identity: rule for rule in rules}
    for change in changes:
        parts = change[1:].split(",", 3)
        if not change.startswith(("+", "-")) or len(parts) != 4:
            raise ValueError(change)
        kind = RuleKind(parts[1])
        rule = ChainRule(parts[0], kind, cleaned_key(kind, parts[3]), Strength(parts[2]))
        if change.startswith("-"):
            found.pop(rule.identity, None)
        else:
            found[rule.identity] = rule
    return tuple(found.values())
