"""List and policy side by side, county by county."""

import pytest

from jjjmap.analysis.hotspots.options import ALL_CLUSTERS, Verdict
from jjjmap.analysis.hotspots.policy import (
    Comparison,
    Evidence,
    ListByCounty,
    MemberVerdict,
    clusters_for,
    compare,
)
from jjjmap.analysis.running import AnalysisImpossible
from jjjmap.catalogue.models import Catalogue
from jjjmap.i18n import Language
from jjjmap.layers.boundaries import UnitIndex

from .conftest import county_code

NAMED, ALSO_NAMED, NOT_NAMED = county_code(0, 0), county_code(1, 5), county_code(3, 3)
IN_NAMED_CITY, BESIDE_IT = county_code(5, 2), county_code(5, 3)


class Compare:
    def __init__(self, catalogue: Catalogue, units: UnitIndex) -> None:
        self._catalogue, self._units = catalogue, units

    def __call__(self, wanted: str, shown: ListByCounty) -> Comparison:
        clusters = clusters_for(wanted, self._catalogue)
        return compare(clusters, shown, self._units, self._catalogue, Language.ZH)

    def member(self, shown: ListByCounty, code: str = NAMED) -> MemberVerdict:
        return next(each for each in self("medicine", shown).members if each.unit_code == code)


@pytest.fixture
def comparing(made_catalogue: Catalogue, made_units: UnitIndex) -> Compare:
    return Compare(made_catalogue, made_units)


def a_list(
    rows: dict[str, float],
    hot: set[str] = frozenset(),
    base: dict[str, float] | None = None,
    least: float = 5.0,
) -> ListByCounty:
    return ListByCounty(
        rows, base or {}, {code: rows.get(code, 0.0) for code in hot}, frozenset(hot), 0.0, least
    )


def test_each_of_the_verdicts(comparing: Compare) -> None:
    rows = {NAMED: 30.0, NOT_NAMED: 20.0, IN_NAMED_CITY: 12.0, ALSO_NAMED: 1.0}
    found = comparing("medicine", a_list(rows, {NAMED, NOT_NAMED, IN_NAMED_CITY}))
    assert found.verdict_of[NAMED] is Verdict.BOTH
    assert found.verdict_of[NOT_NAMED] is Verdict.LIST_ONLY
    assert found.verdict_of[ALSO_NAMED] is Verdict.POLICY_ONLY
    assert found.verdict_of[IN_NAMED_CITY] is Verdict.BOTH
    assert found.verdict_of[BESIDE_IT] is Verdict.LARGER_UNIT
    assert found.verdict_of[county_code(2, 2)] is Verdict.NEITHER
    assert found.unnamed == (NOT_NAMED,)
    assert [(member.unit_code, member.verdict) for member in found.members] == [
        (NAMED, Verdict.BOTH),
        (ALSO_NAMED, Verdict.POLICY_ONLY),
        ("130200", Verdict.BOTH),
    ]


def test_a_named_city_where_the_list_has_nothing_is_policy_only_in_all_its_counties(
    comparing: Compare,
) -> None:
    found = comparing("medicine", a_list({NAMED: 30.0}, {NAMED}))
    assert found.verdict_of[BESIDE_IT] is Verdict.POLICY_ONLY


def test_a_location_quotient_worked_out_by_hand(comparing: Compare) -> None:
    """(12 of 20 rows there) / (30 of 100 in all) = 2."""
    rows, base = {NAMED: 12.0, NOT_NAMED: 18.0}, {NAMED: 20.0, NOT_NAMED: 80.0}
    member = comparing.member(a_list(rows, base=base))
    assert member.quotient == pytest.approx(2.0)
    assert member.share_pct == pytest.approx(40.0)
    assert Evidence.QUOTIENT in member.evidence


def test_without_a_category_or_without_rows_there_is_no_quotient(comparing: Compare) -> None:
    assert comparing.member(a_list({NAMED: 12.0})).quotient is None
    assert comparing.member(a_list({NOT_NAMED: 1.0}, base={NOT_NAMED: 1.0})).quotient is None


def test_a_handful_of_rows_is_no_concentration_whatever_its_share(comparing: Compare) -> None:
    few = a_list({NAMED: 4.0, NOT_NAMED: 1.0}, base={NAMED: 4.0, NOT_NAMED: 96.0})
    assert comparing.member(few).evidence == ()
    assert comparing.member(a_list({NAMED: 5.0, NOT_NAMED: 1.0})).evidence == (Evidence.AMOUNT,)


def test_much_more_than_the_mean_counts_only_where_policy_names_the_place(comparing: Compare) -> None:
    found = comparing("medicine", a_list({NAMED: 40.0, NOT_NAMED: 40.0}))
    assert found.verdict_of[NAMED] is Verdict.BOTH
    assert found.verdict_of[NOT_NAMED] is Verdict.NEITHER


def test_one_county_of_a_named_city_is_enough(comparing: Compare) -> None:
    rows = {IN_NAMED_CITY: 8.0, **{county_code(2, row): 10.0 for row in range(6)}}
    shown = a_list(rows)
    assert comparing.member(shown, "130200").evidence == (Evidence.AMOUNT,)
    found = comparing("medicine", shown)
    assert found.verdict_of[IN_NAMED_CITY] is Verdict.BOTH
    assert found.verdict_of[BESIDE_IT] is Verdict.LARGER_UNIT


def test_enough_rows_in_hotspots_make_a_unit_hold_one(comparing: Compare) -> None:
    rows = {IN_NAMED_CITY: 3.0, BESIDE_IT: 3.0, **{county_code(2, row): 50.0 for row in range(6)}}
    shown = ListByCounty(rows, {}, {IN_NAMED_CITY: 3.0, BESIDE_IT: 3.0}, frozenset(), 5.0, 5.0)
    assert comparing.member(shown, "130200").evidence == (Evidence.HOTSPOT,)
    # Neither county has enough by itself.
    found = comparing("medicine", shown)
    assert found.verdict_of[IN_NAMED_CITY] is Verdict.LARGER_UNIT


def test_a_cluster_that_names_the_whole_region_is_left_out_and_told(comparing: Compare) -> None:
    found = comparing("everywhere", a_list({NAMED: 30.0}, {NAMED}))
    assert found.members == () and found.left_out == ("everywhere",)
    assert [finding.code for finding in found.findings] == ["cluster-covers-region"]
    assert found.verdict_of[NAMED] is Verdict.LIST_ONLY


def test_of_a_cluster_that_names_the_region_and_a_county_the_county_remains(comparing: Compare) -> None:
    found = comparing("both-sizes", a_list({NAMED: 30.0}, {NAMED}))
    assert [member.unit_code for member in found.members] == [county_code(3, 3)]


def test_all_clusters_are_taken_together(comparing: Compare) -> None:
    found = comparing(ALL_CLUSTERS, a_list({NOT_NAMED: 30.0}, {NOT_NAMED}))
    assert {member.cluster_id for member in found.members} == {"medicine", "both-sizes", "valves"}
    assert found.clusters_of[NOT_NAMED] == ("both-sizes",)
    assert found.unnamed == ()


def test_clusters_are_found_by_id_and_name(made_catalogue: Catalogue) -> None:
    assert clusters_for("valves集群", made_catalogue) == clusters_for("valves", made_catalogue)
    with pytest.raises(AnalysisImpossible) as caught:
        clusters_for("没有", made_catalogue)
    assert caught.value.finding.code == "no-such-cluster"
