"""Tests of figures held against one another, on invented figures and on those that we ship."""

from dataclasses import replace
from decimal import Decimal

import pytest

from jjjmap import paths
from jjjmap.analysis.crosscheck import Check, CheckKind, Reason, Verdict, cross_check
from jjjmap.analysis.crosscheck_texts import (
    check_kind_text,
    contradictions_as_findings,
    counts_text,
    reason_text,
    reckoned_text,
    stated_text,
)
from jjjmap.analysis.matrix import figure_matrix
from jjjmap.catalogue.models import Catalogue, Figure, Place, PlaceKind, Qualifier
from jjjmap.catalogue.store import load_catalogue
from jjjmap.i18n import Language, use_language

ABOUT, EXACT, MORE = Qualifier.ABOUT, Qualifier.EXACT, Qualifier.MORE


def figure(
    number: int,
    value: str,
    period: str,
    *,
    scope: str = "park",
    indicator: str = "产值",
    unit: str = "亿元",
    qualifier: Qualifier = EXACT,
    comparison: str = "",
    source: str = "daily",
    note: str = "",
    contested: bool = False,
) -> Figure:
    return Figure(
        f"f-{number}",
        scope,
        indicator,
        f"{indicator} in English",
        Decimal(value),
        qualifier,
        unit,
        "100 million yuan",
        period,
        comparison,
        "In English",
        source,
        note,
        "",
        contested,
    )


def catalogue_of(*figures: Figure) -> Catalogue:
    places = (
        Place("110000", PlaceKind.PROVINCE, "甲市", "Jia"),
        Place("120000", PlaceKind.PROVINCE, "乙市", "Yi"),
        Place("port", PlaceKind.PORT, "甲港", "Jia Port", province="甲市"),
        Place("quay-1", PlaceKind.PORT_AREA, "东港区", "East", parent_id="port"),
        Place("quay-2", PlaceKind.PORT_AREA, "西港区", "West", parent_id="port"),
        Place("park", PlaceKind.PLATFORM, "甲园", "Jia Park"),
    )
    return Catalogue(
        places={place.id: place for place in places}, figures={each.id: each for each in figures}
    )


def check_of(kind: CheckKind, *figures: Figure) -> Check:
    found = [check for check in cross_check(catalogue_of(*figures)) if check.kind is kind]
    assert len(found) == 1, found
    return found[0]


# Several sources on one thing.


@pytest.mark.parametrize(
    ("first", "second", "unit", "verdict"),
    [
        ("100", "100", "亿元", Verdict.AGREE),
        ("26600", "2.66", "万亿元", Verdict.AGREE),
        ("26614", "2.66", "万亿元", Verdict.ROUNDED),
        ("26700", "2.66", "万亿元", Verdict.DIFFER),
    ],
)
def test_two_sources_agree_round_or_differ_whatever_unit_they_use(
    first: str, second: str, unit: str, verdict: Verdict
) -> None:
    check = check_of(
        CheckKind.SAME, figure(1, first, "2024"), figure(2, second, "2024", unit=unit, source="copy")
    )
    assert check.verdict is verdict
    assert [each.id for each in check.figures] == ["f-1", "f-2"]


def test_more_than_a_thousand_does_not_contradict_a_number_above() -> None:
    above = check_of(CheckKind.SAME, figure(1, "1000", "2024", qualifier=MORE), figure(2, "1133", "2024"))
    below = check_of(CheckKind.SAME, figure(1, "1000", "2024", qualifier=MORE), figure(2, "900", "2024"))
    assert (above.verdict, below.verdict) == (Verdict.ROUNDED, Verdict.DIFFER)


def test_a_first_release_is_held_against_the_revised_value() -> None:
    first = figure(2, "140", "2013", indicator="产值（修订前初值）", contested=True)
    check = check_of(CheckKind.SAME, figure(1, "100", "2013"), first)
    assert (check.verdict, check.is_marked, check.is_contradiction) == (Verdict.DIFFER, True, False)


def test_two_dates_of_one_year_are_not_compared() -> None:
    check = check_of(CheckKind.SAME, figure(1, "734", "2020-06"), figure(2, "781", "2020", source="copy"))
    assert (check.verdict, check.reason) == (Verdict.UNKNOWN, Reason.OTHER_DATE)


def test_a_value_that_a_comparison_quotes_is_looked_up() -> None:
    subject = figure(1, "2.66", "2024", unit="万亿元", comparison="2013年为1.7万亿元")
    right = check_of(CheckKind.QUOTED, subject, figure(2, "17000", "2013"))
    wrong = check_of(CheckKind.QUOTED, subject, figure(2, "16000", "2013"))
    assert (right.verdict, wrong.verdict) == (Verdict.AGREE, Verdict.DIFFER)


# Arithmetic.


@pytest.mark.parametrize(
    ("comparison", "kind", "verdict"),
    [
        ("为2013年的1.5倍", CheckKind.MULTIPLE, Verdict.AGREE),
        ("为2013年的1.8倍", CheckKind.MULTIPLE, Verdict.DIFFER),
        ("比2013年增长50%", CheckKind.GROWTH, Verdict.AGREE),
        ("比2013年增长45%", CheckKind.GROWTH, Verdict.DIFFER),
        ("比2013年增长60%", CheckKind.GROWTH, Verdict.DIFFER),
        ("2013年以来年均增长4.6%", CheckKind.AVERAGE_GROWTH, Verdict.AGREE),
        ("2013年以来年均增长6%", CheckKind.AVERAGE_GROWTH, Verdict.DIFFER),
        ("比2013年增加50亿元", CheckKind.CHANGE, Verdict.AGREE),
        ("比2013年减少50亿元", CheckKind.CHANGE, Verdict.DIFFER),
    ],
)
def test_comparisons_with_a_year_are_reckoned_again(
    comparison: str, kind: CheckKind, verdict: Verdict
) -> None:
    check = check_of(kind, figure(1, "150", "2022", comparison=comparison), figure(2, "100", "2013"))
    assert check.verdict is verdict
    assert check.base_year == 2013


def test_a_number_may_have_been_cut_off_rather_than_rounded() -> None:
    cut = check_of(
        CheckKind.GROWTH, figure(1, "2218", "2023", comparison="增长5.5%"), figure(2, "2100.7", "2022")
    )
    up = check_of(
        CheckKind.GROWTH, figure(1, "2218", "2023", comparison="增长5.8%"), figure(2, "2100.7", "2022")
    )
    assert (cut.verdict, up.verdict) == (Verdict.ROUNDED, Verdict.DIFFER)


def test_growth_is_on_the_year_before_and_within_a_year_on_the_same_months() -> None:
    year = check_of(
        CheckKind.GROWTH, figure(1, "110", "2022", comparison="增长10%"), figure(2, "100", "2021")
    )
    half = check_of(
        CheckKind.GROWTH,
        figure(1, "110", "2022-01/2022-06", comparison="增长10%"),
        figure(2, "100", "2021-01/2021-06"),
    )
    assert (year.verdict, half.verdict) == (Verdict.AGREE, Verdict.AGREE)


def test_a_multiple_and_an_average_growth_must_fit_together() -> None:
    fits = figure(1, "150", "2022", comparison="为2013年的1.5倍，年均增长4.5%")
    assert check_of(CheckKind.POWER, fits).verdict is Verdict.AGREE
    fails = replace(fits, comparison_zh="为2013年的1.5倍，年均增长9%")
    assert check_of(CheckKind.POWER, fails).verdict is Verdict.DIFFER


@pytest.mark.parametrize(
    ("subject", "other", "reason"),
    [
        (figure(1, "110", "2022", comparison="增长10%"), None, Reason.NO_BASE),
        (figure(1, "110", "2022", comparison="占全国9%"), None, Reason.NO_WHOLE),
        (figure(1, "110", "2022", comparison="年均增长9%"), None, Reason.NO_START),
        (figure(1, "9", "2022", unit="%", indicator="产值增速"), None, Reason.NO_VALUE),
        (
            figure(1, "110", "2022", comparison="增长10%", indicator="地区生产总值"),
            figure(2, "50", "2021", indicator="地区生产总值"),
            Reason.REAL_GROWTH,
        ),
        (
            figure(1, "110", "2022", comparison="增长10%"),
            figure(2, "50", "2021", note="年内预计数，不是最终数"),
            Reason.EXPECTED,
        ),
        (
            figure(1, "110", "2022", comparison="增长10%", qualifier=MORE),
            figure(2, "100", "2021", qualifier=MORE),
            Reason.ONLY_BOUNDS,
        ),
    ],
)
def test_what_cannot_be_reckoned_says_why(subject: Figure, other: Figure | None, reason: Reason) -> None:
    checks = cross_check(catalogue_of(subject, *((other,) if other else ())))
    assert [check.reason for check in checks] == [reason]
    assert checks[0].verdict is Verdict.UNKNOWN
    assert reason_text(checks[0], Language.ZH)


BASE_ZERO = figure(2, "0", "2013")


@pytest.mark.parametrize(
    ("comparison", "period", "others", "reason"),
    [
        ("为2013年的2倍", "2022", (BASE_ZERO,), Reason.NOT_POSITIVE),
        ("比2013年增长5%", "2022", (BASE_ZERO,), Reason.NOT_POSITIVE),
        ("2013年以来年均增长5%", "2022", (BASE_ZERO,), Reason.NOT_POSITIVE),
        ("为2013年的2倍；年均增长5%", "", (), Reason.NO_YEARS),
        ("2022年以来年均增长5%", "2022", (figure(2, "90", "2022", source="copy"),), Reason.NO_YEARS),
        ("为2013年的2倍；年均增长5%", "2013", (), Reason.NO_YEARS),
        ("为0001年的2倍；年均增长900%", "9999", (), Reason.NO_YEARS),
        ("", "2021/2013", (), Reason.BACKWARDS),
    ],
)
def test_odd_figures_are_not_reckoned_and_say_why(
    comparison: str, period: str, others: tuple[Figure, ...], reason: Reason
) -> None:
    checks = cross_check(catalogue_of(figure(1, "100", period, comparison=comparison), *others))
    (check,) = [check for check in checks if check.reason is reason]
    assert check.verdict is Verdict.UNKNOWN
    assert reason_text(check, Language.ZH) and reason_text(check, Language.EN)


def test_nothing_is_divided_by_a_whole_or_a_number_of_people_that_is_zero() -> None:
    share = check_of(
        CheckKind.SHARE,
        figure(1, "0", "2024", scope="port", unit="百万吨"),
        figure(2, "64", "2024", scope="quay-1", unit="百万吨", comparison="占全港64%"),
    )
    per_head = check_of(
        CheckKind.QUOTIENT,
        figure(1, "22.8", "2024", indicator="人均地区生产总值", unit="万元"),
        figure(2, "49843.1", "2024", indicator="地区生产总值"),
        figure(3, "0", "2024", indicator="年末常住人口", unit="万人"),
    )
    assert share.reason is per_head.reason is Reason.NOT_POSITIVE


def test_named_growth_by_an_expected_value_is_not_reckoned() -> None:
    rate = figure(1, "10", "2022", unit="%", indicator="产值增速")
    value = figure(2, "150", "2022", note="年内预计数，不是最终数")
    check = check_of(CheckKind.GROWTH, rate, value, figure(3, "100", "2021"))
    assert (check.verdict, check.reason) == (Verdict.UNKNOWN, Reason.EXPECTED)


def test_values_of_different_releases_are_neither_divided_nor_added() -> None:
    revised = {"note": "修订后数", "contested": True}
    parts = [figure(each, "50", "2014", scope=f"1{each}0000", **revised) for each in (1, 2)]  # type: ignore[arg-type]
    first = figure(3, "120", "2014", scope="region", note="修订前初值", contested=True)
    total = check_of(CheckKind.SUM, first, *parts)
    growth = check_of(
        CheckKind.GROWTH,
        figure(4, "120", "2014", comparison="增长20%", note="修订前初值"),
        figure(5, "90", "2013", note="修订后数"),
    )
    assert total.reason is growth.reason is Reason.OTHER_RELEASE
    assert reckoned_text(total, Language.ZH) == "批次不同，不能相加比较"


def test_of_two_releases_the_one_of_the_whole_is_added() -> None:
    old = [figure(each, "60", "2014", scope=f"1{each}0000", note="修订前初值") for each in (1, 2)]
    new = [figure(each + 2, "50", "2014", scope=f"1{each}0000", note="修订后数") for each in (1, 2)]
    whole = figure(5, "120", "2014", scope="region", source="copy", note="修订前初值")
    check = check_of(CheckKind.SUM, whole, *(replace(each, contested=True) for each in (*new, *old)))
    assert check.verdict is Verdict.AGREE
    assert [part.id for part in check.figures] == ["f-5", "f-1", "f-2"]


def test_a_change_is_told_in_the_unit_of_the_sentence() -> None:
    check = check_of(
        CheckKind.CHANGE,
        figure(1, "2.66", "2024", unit="万亿元", comparison="比上年增加1000亿元"),
        figure(2, "2.56", "2023", unit="万亿元"),
    )
    assert check.verdict is Verdict.AGREE
    assert (stated_text(check, Language.ZH), reckoned_text(check, Language.ZH)) == ("1,000亿元", "1,000亿元")


def test_a_change_of_a_share_is_told_in_percentage_points() -> None:
    check = check_of(
        CheckKind.CHANGE,
        figure(1, "34.5", "2024", unit="%", comparison="比上年提高1.5个百分点"),
        figure(2, "33", "2023", unit="%"),
    )
    assert (check.verdict, stated_text(check, Language.ZH)) == (Verdict.AGREE, "1.5个百分点")
    assert check.unit_en == "percentage points"


def test_a_change_in_another_dimension_is_not_reckoned() -> None:
    people = figure(1, "150", "2022", comparison="比2013年增加50万人")
    assert check_of(CheckKind.CHANGE, people, figure(2, "100", "2013")).reason is Reason.OTHER_UNIT


def test_only_figures_that_count_the_same_are_held_against_one_another() -> None:
    tonnes = figure(2, "100", "2021", unit="万吨")
    growth = check_of(CheckKind.GROWTH, figure(1, "110", "2022", comparison="增长10%"), tonnes)
    assert growth.reason is Reason.NO_BASE
    parts = (
        figure(3, "60", "2024", scope="110000", unit="万吨"),
        figure(4, "40", "2024", scope="120000", unit="万吨"),
    )
    assert cross_check(catalogue_of(figure(5, "100", "2024", scope="region"), *parts)) == ()
    coal = figure(6, "100", "2024", unit="万吨", comparison="其中煤炭120万吨标准煤")
    assert cross_check(catalogue_of(coal)) == ()


def test_an_average_over_a_span_ends_with_the_span() -> None:
    average = figure(1, "10", "2020/2022", unit="%", indicator="产值年均增速")
    check = check_of(CheckKind.AVERAGE_GROWTH, average, figure(2, "121", "2022"), figure(3, "100", "2020"))
    assert check.verdict is Verdict.AGREE
    counted = figure(7, "121", "2013/2022", comparison="2020年以来年均增长10%")
    since = check_of(CheckKind.AVERAGE_GROWTH, counted, figure(3, "100", "2020"))
    assert since.verdict is Verdict.AGREE
    month = figure(4, "1.5", "2022-06", unit="倍", indicator="产值为2013年倍数")
    multiple = check_of(CheckKind.MULTIPLE, month, figure(5, "150", "2022-06"), figure(6, "100", "2013"))
    assert multiple.verdict is Verdict.AGREE


def test_growth_told_as_nominal_is_reckoned_for_gross_products_too() -> None:
    check = check_of(
        CheckKind.GROWTH,
        figure(1, "110", "2022", indicator="地区生产总值", comparison="名义增长10%"),
        figure(2, "100", "2021", indicator="地区生产总值"),
    )
    assert check.verdict is Verdict.AGREE


def test_parts_add_up_to_the_region() -> None:
    parts = (figure(2, "60", "2024", scope="110000"), figure(3, "40", "2024", scope="120000"))
    right = check_of(CheckKind.SUM, figure(1, "100", "2024", scope="region"), *parts)
    wrong = check_of(CheckKind.SUM, figure(1, "120", "2024", scope="region"), *parts)
    assert (right.verdict, right.parts_known, right.parts_all) == (Verdict.AGREE, 2, 2)
    assert wrong.is_contradiction


def test_some_parts_must_not_exceed_the_whole() -> None:
    part = figure(2, "60", "2024", scope="quay-1")
    right = check_of(CheckKind.PART, figure(1, "100", "2024", scope="port"), part)
    wrong = check_of(CheckKind.PART, figure(1, "50", "2024", scope="port"), part)
    assert (right.verdict, wrong.verdict) == (Verdict.AGREE, Verdict.DIFFER)
    assert "2 个部分中资料库有 1 个" in check_kind_text(right, Language.ZH)


def test_shares_of_a_port_and_of_which_clauses_are_checked() -> None:
    whole = figure(1, "100", "2024", scope="port", unit="百万吨", comparison="其中煤炭0.3亿吨")
    part = figure(2, "64", "2024", scope="quay-1", unit="百万吨", comparison="占全港64%")
    checks = cross_check(catalogue_of(whole, part))
    assert [(check.kind, check.verdict) for check in checks] == [
        (CheckKind.SHARE, Verdict.AGREE),
        (CheckKind.PART, Verdict.AGREE),
        (CheckKind.PART, Verdict.AGREE),
    ]


def test_shares_do_not_add_up_and_are_not_added() -> None:
    checks = cross_check(
        catalogue_of(
            figure(1, "10", "2024", scope="region", unit="%"),
            figure(2, "60", "2024", scope="110000", unit="%"),
        )
    )
    assert checks == ()


def test_what_is_counted_from_one_beginning_cannot_fall() -> None:
    check = check_of(CheckKind.CUMULATIVE, figure(1, "268", "2014/2021"), figure(2, "238", "2014/2023"))
    assert (check.subject.id, check.verdict) == ("f-2", Verdict.DIFFER)


def test_years_that_are_known_fit_into_a_span() -> None:
    check = check_of(
        CheckKind.PART,
        figure(1, "100", "2021/2023", indicator="产值（2021—2023累计）"),
        figure(2, "60", "2022"),
    )
    assert (check.verdict, check.parts_all) == (Verdict.AGREE, 3)


def test_gross_product_per_head_is_total_by_people() -> None:
    check = check_of(
        CheckKind.QUOTIENT,
        figure(1, "22.8", "2024", indicator="人均地区生产总值", unit="万元"),
        figure(2, "49843.1", "2024", indicator="地区生产总值"),
        figure(3, "2183.2", "2024", indicator="年末常住人口", unit="万人"),
    )
    assert check.verdict is Verdict.AGREE
    assert reckoned_text(check, Language.ZH) == "22.83万元"


# In words.


def test_a_contradiction_becomes_a_finding_that_names_the_figures() -> None:
    catalogue = catalogue_of(figure(1, "100", "2024"), figure(2, "200", "2024", source="copy"))
    checks = cross_check(catalogue)
    (finding,) = contradictions_as_findings(catalogue, checks, Language.ZH)
    assert finding.where == "catalogue/figures.csv#f-1+f-2"
    assert finding.message == "甲园，产值，2024年。同一指标：一处写 100亿元，另一处写 200亿元。"
    assert counts_text(checks).startswith("一致 0，舍入之内 0，不一致 1（已注明 0）")


def test_a_rate_is_told_as_a_rate_and_reckoned_to_one_more_place() -> None:
    check = check_of(
        CheckKind.GROWTH, figure(1, "110.44", "2022", comparison="增长10.4%"), figure(2, "100", "2021")
    )
    assert (stated_text(check, Language.ZH), reckoned_text(check, Language.ZH)) == ("10.4%", "10.44%")


# The matrix.


def test_the_matrix_tells_value_sources_missing_periods_and_gaps() -> None:
    matrix = figure_matrix(
        catalogue_of(
            figure(1, "100", "2022"),
            figure(2, "110", "2023", source="copy"),
            figure(3, "9", "", scope="port"),
            figure(4, "8", "2023", scope="port", indicator="泊位", unit="个"),
        )
    )
    assert matrix.scope_ids == ("port", "park")
    assert matrix.indicators == ("产值", "泊位")
    cell = matrix.cells["park", "产值"]
    assert (cell.latest.id, cell.source_count, cell.has_period) == ("f-2", 2, True)
    assert not matrix.cells["port", "产值"].has_period
    assert ("park", "泊位") not in matrix.cells
    assert matrix.scopes_with("产值") == 2


# What we ship.


@pytest.fixture(scope="module")
def shipped() -> Catalogue:
    return load_catalogue(paths.RESOURCES)[0]


def test_what_we_ship_contradicts_itself_only_where_it_says_so(shipped: Catalogue) -> None:
    checks = cross_check(shipped)
    assert [check for check in checks if check.is_contradiction] == []
    assert sum(check.verdict is Verdict.DIFFER for check in checks) >= 8
    assert sum(check.verdict is Verdict.AGREE for check in checks) >= 40


def test_every_check_of_what_we_ship_can_be_told_in_both_languages(shipped: Catalogue) -> None:
    for language in Language:
        use_language(language)
        for check in cross_check(shipped):
            assert stated_text(check, language)
            assert reckoned_text(check, language)
            assert check_kind_text(check, language)
