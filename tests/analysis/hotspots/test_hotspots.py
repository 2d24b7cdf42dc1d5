"""The analysis as a whole: what it answers, what it refuses, and how it is run again."""

from collections.abc import Callable
from typing import Any

import numpy as np
import pytest
import shapely

from jjjmap.analysis.hotspots.hotspots import Hotspots
from jjjmap.analysis.hotspots.options import CoarseRows, Correction, Measure, Method, Neighbours, Verdict
from jjjmap.analysis.hotspots.options import verdict_name as said
from jjjmap.analysis.registry import analysis_from
from jjjmap.analysis.running import (
    AnalysisCancelled,
    AnalysisImpossible,
    InputLayer,
    Material,
    Outcome,
    provenance_of,
)
from jjjmap.catalogue.models import Catalogue
from jjjmap.i18n import Language, speaking
from jjjmap.layers.style import Geometry
from jjjmap.layers.styling.classify import apply_style

from .conftest import SIDE, codes, column, county_code, made_layer, middle

Run = Callable[..., Outcome]

MEDICINE: dict[str, Any] = {"category": "行业", "values": ("27*",)}


def refusal(run: Run, layer: InputLayer, **options: Any) -> str:
    with pytest.raises(AnalysisImpossible) as caught:
        run(layer, **options)
    assert caught.value.finding.message
    return caught.value.finding.code


# ---- clusters of points ----


def test_dbscan_gives_hulls_with_counts_area_density_and_members(run: Run, firms: InputLayer) -> None:
    found = run(firms, method=Method.DBSCAN, eps_km=2.0, min_points=5, **MEDICINE)
    assert column(found, "rows") == [60, 40]
    area, density = column(found, "area"), column(found, "density")
    assert density == pytest.approx([60 / area[0], 40 / area[1]])
    assert column(found, "counties") == ["0列0行县 60", "3列3行县 40"]
    assert column(found, "members")[0].startswith("企业0、企业1、")
    assert found.summary["noise"] == 3
    assert found.table.geometry is Geometry.POLYGON
    hull = found.table.shapes[0]
    table = firms.table
    assert table.lon is not None and table.lat is not None
    assert shapely.intersects_xy(shapely.buffer(hull, 1e-6), table.lon[:60], table.lat[:60]).all()


def test_dbscan_beside_policy_shows_both_what_it_names_and_what_it_does_not(
    run: Run, firms: InputLayer
) -> None:
    found = run(firms, method=Method.DBSCAN, eps_km=2.0, policy="medicine", **MEDICINE)
    rows = dict(zip(column(found, "name"), column(found, "policy_verdict"), strict=True))
    assert rows == {
        "热点 1：0列0行县": said(Verdict.BOTH),
        "热点 2：3列3行县": said(Verdict.LIST_ONLY),
        "1列5行县": said(Verdict.POLICY_ONLY),
        "丙二市": said(Verdict.POLICY_ONLY),
    }
    assert [each["unit_code"] for each in found.summary["unnamed"]] == [county_code(3, 3)]
    first = found.summary["policy"][0]
    assert first["unit_code"] == county_code(0, 0) and first["verdict"] == "both"
    assert first["rows"] == 60 and first["location_quotient"] > 1
    text = "\n".join(found.notes)
    assert "不等于实际没有" in text and "103" in text
    counted = apply_style(found.table, found.style)
    assert counted.count_of_class == (1, 1, 2, 0, 0)


def test_comparing_all_rows_with_one_cluster_is_told(run: Run, firms: InputLayer) -> None:
    found = run(firms, method=Method.DBSCAN, eps_km=2.0, policy="medicine")
    assert any("没有按行业或产业链筛选" in note for note in found.notes)
    assert all(each["location_quotient"] is None for each in found.summary["policy"])


def test_hdbscan_finds_groups_of_different_density(run: Run) -> None:
    rng = np.random.default_rng(1)
    at = np.concatenate((rng.normal(middle(0, 0), 0.002, (40, 2)), rng.normal(middle(4, 4), 0.03, (40, 2))))
    found = run(made_layer({"名": ["甲"] * 80}, at[:, 0], at[:, 1]), method=Method.HDBSCAN, min_points=15)
    assert len(found.table) == 2
    assert sum(column(found, "rows")) + found.summary["noise"] == 80


def test_points_on_a_line_have_a_strip_but_no_area(run: Run) -> None:
    lon = 116.0 + np.arange(8) * 1e-3
    found = run(made_layer({"名": ["甲"] * 8}, lon, np.full(8, 38.5)), method=Method.DBSCAN, eps_km=1.0)
    assert column(found, "area") == [None] and column(found, "density") == [None]
    assert found.table.shapes[0].area > 0


def test_where_nothing_crowds_the_refusal_says_what_would(run: Run, firms: InputLayer) -> None:
    options: dict[str, Any] = {"method": Method.DBSCAN, "eps_km": 0.05, "min_points": 50}
    assert refusal(run, firms, **options) == "no-clusters"
    # Beside policy there still is an answer: what it names, and the list does not show.
    found = run(firms, policy="medicine", **options, **MEDICINE)
    assert set(column(found, "policy_verdict")) <= {said(Verdict.POLICY_ONLY)}
    assert "no-clusters" in codes(found)


def test_too_many_rows_for_hdbscan_are_refused(run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("jjjmap.analysis.hotspots.point_clusters.MOST_POINTS_HDBSCAN", 10)
    layer = made_layer({"名": ["甲"] * 11}, np.linspace(116, 116.1, 11), np.full(11, 38.5))
    assert refusal(run, layer, method=Method.HDBSCAN) == "too-many-points"


# ---- density ----


def test_a_kernel_density_gives_bands_per_km2(run: Run, firms: InputLayer) -> None:
    found = run(firms, method=Method.KDE, bandwidth_km=5.0, **MEDICINE)
    assert found.summary["integral"] == pytest.approx(103, rel=0.01)
    density = column(found, "kernel_density")
    assert density == sorted(density, reverse=True)
    assert column(found, "name")[0] == "热点 1：0列0行县"
    assert sum(column(found, "rows")) <= 103
    assert any("5" in note and "使用者给定" in note for note in found.notes)


def test_without_a_bandwidth_the_rule_is_stated(run: Run, firms: InputLayer) -> None:
    found = run(firms, method=Method.KDE)
    assert any("Scott" in note for note in found.notes)
    assert found.summary["bandwidth_km"] > 0


def test_a_density_of_weights_leaves_out_rows_without(run: Run, firms: InputLayer) -> None:
    found = run(firms, method=Method.KDE, weight="产值", bandwidth_km=10.0)
    assert found.summary["integral"] == pytest.approx(298)  # 303, less four nowhere and one without.
    assert {"weights-missing", "rows-nowhere"} <= codes(found)


def test_a_density_can_be_drawn_as_hexagons_and_compared(run: Run, firms: InputLayer) -> None:
    options: dict[str, Any] = {"method": Method.KDE, "by": "hex:10", "bandwidth_km": 5.0, **MEDICINE}
    found = run(firms, **options)
    assert column(found, "area") == pytest.approx([86.6] * len(found.table), rel=0.01)
    compared = run(firms, policy="medicine", **options)
    assert set(column(compared, "policy_verdict")) == {
        said(each) for each in (Verdict.BOTH, Verdict.LIST_ONLY, Verdict.POLICY_ONLY)
    }


def test_rows_in_one_position_have_no_density(run: Run) -> None:
    layer = made_layer({"名": ["甲"] * 9}, np.full(9, 116.01), np.full(9, 38.51))
    assert refusal(run, layer) == "one-position"


# ---- positions that are only good to the county ----


def piled(made_catalogue: Catalogue, with_columns: bool) -> InputLayer:
    place = made_catalogue.places[county_code(2, 2)]
    rng = np.random.default_rng(6)
    lon = np.concatenate((np.full(30, place.lon), 115.1 + rng.random(40)))
    lat = np.concatenate((np.full(30, place.lat), 38.2 + rng.random(40)))
    names: dict[str, Any] = {"名": ["甲"] * 70}
    if with_columns:
        names |= {"level": ["county"] * 30 + ["site"] * 40, "precision": ["county"] * 30 + ["site"] * 40}
    return made_layer(names, lon, lat)


@pytest.mark.parametrize("with_columns", [True, False])
def test_rows_on_a_label_point_are_no_hotspot(
    run: Run, made_catalogue: Catalogue, with_columns: bool
) -> None:
    layer = piled(made_catalogue, with_columns)
    found = run(layer, method=Method.KDE)
    assert found.summary["rows_used"] == 40
    assert "coarse-rows" in codes(found) and "repeated-positions" not in codes(found)
    kept = run(layer, method=Method.KDE, coarse_rows=CoarseRows.KEEP)
    assert kept.summary["rows_used"] == 70
    assert {"coarse-rows", "repeated-positions"} <= codes(kept)


def test_by_county_they_count(run: Run, made_catalogue: Catalogue) -> None:
    found = run(piled(made_catalogue, True), method=Method.GETIS_ORD)
    assert found.summary["rows_used"] == 70
    assert max(column(found, "amount")) >= 30


def test_a_list_of_nothing_but_label_points_is_sent_to_county_statistics(
    run: Run, made_catalogue: Catalogue
) -> None:
    layer = piled(made_catalogue, True)
    only = made_layer(
        {name: layer.table.attributes.column(name).to_pylist()[:30] for name in ("level", "precision")},
        layer.table.lon[:30],  # type: ignore[index]
        layer.table.lat[:30],  # type: ignore[index]
    )
    with pytest.raises(AnalysisImpossible) as caught:
        run(only, method=Method.DBSCAN)
    assert caught.value.finding.code == "too-few-points"
    assert "按区县" in caught.value.finding.hint


# ---- areas ----


def block(run: Run, **options: Any) -> Outcome:
    """30 rows in each of four counties in a corner, one in each of the others."""
    places = [(x, y) for x in range(SIDE) for y in range(SIDE)]
    counts = [30 if x < 2 and y < 2 else 1 for x, y in places]
    at = np.array(
        [middle(*place) for place, count in zip(places, counts, strict=True) for _n in range(count)]
    )
    at += np.random.default_rng(3).normal(0.0, 0.01, at.shape)
    return run(
        made_layer({"名": ["甲"] * len(at)}, at[:, 0], at[:, 1]),
        **{"permutations": 1_999, "correction": Correction.NONE, **options},
    )


CORNER = {county_code(x, y) for x in range(2) for y in range(2)}


@pytest.mark.parametrize(("method", "hot"), [(Method.LOCAL_MORAN, "高-高（HH）"), (Method.GETIS_ORD, "热点")])
def test_a_block_of_counties_is_found_with_significance(run: Run, method: Method, hot: str) -> None:
    found = block(run, method=method)
    classes = dict(zip(column(found, "id"), column(found, "class"), strict=True))
    assert {code for code, word in classes.items() if word == hot} >= CORNER
    assert len(found.table) == 36 and sum(column(found, "amount")) == 4 * 30 + 32
    assert found.summary["global_moran"]["I"] > 0.4
    assert any("多重检验" in note for note in found.notes)
    assert found.chart is not None and found.chart.labels


def test_a_correction_makes_fewer_areas_significant(run: Run) -> None:
    plain, fdr = (
        block(run, method=Method.GETIS_ORD, correction=each) for each in (Correction.NONE, Correction.FDR)
    )
    assert fdr.summary["significant"] < plain.summary["significant"]
    assert fdr.summary["significant_uncorrected"] == plain.summary["significant"]
    pairs = zip(column(fdr, "adjusted_p"), column(fdr, "pseudo_p"), strict=True)
    assert all(one >= other for one, other in pairs)
    assert any("没有校正" in note for note in plain.notes)


def test_morans_scatterplot_has_the_value_across_and_its_neighbours_up(run: Run) -> None:
    found = block(run, method=Method.LOCAL_MORAN)
    assert found.chart is not None
    (_across, z), (_up, lag) = found.chart.series
    slope = np.dot(np.array(z), np.array(lag)) / np.dot(np.array(z), np.array(z))
    assert slope == pytest.approx(found.summary["global_moran"]["I"])


def test_counties_beside_policy(run: Run) -> None:
    found = block(run, method=Method.GETIS_ORD, policy="medicine")
    verdicts = dict(zip(column(found, "id"), column(found, "policy_verdict"), strict=True))
    assert verdicts[county_code(0, 0)] == said(Verdict.BOTH)
    assert verdicts[county_code(1, 1)] == said(Verdict.LIST_ONLY)
    assert verdicts[county_code(1, 5)] == said(Verdict.POLICY_ONLY)
    assert verdicts[county_code(3, 0)] == said(Verdict.NEITHER)
    clusters = dict(zip(column(found, "id"), column(found, "policy_clusters"), strict=True))
    assert clusters[county_code(0, 0)] == "medicine集群" and clusters[county_code(3, 0)] is None


def test_too_few_permutations_for_a_strict_correction_are_told(run: Run) -> None:
    found = block(run, method=Method.GETIS_ORD, correction=Correction.BONFERRONI, permutations=99)
    assert {"too-few-permutations", "nothing-significant"} <= codes(found)


def test_a_share_without_rows_is_empty_and_named(run: Run, firms: InputLayer) -> None:
    only = firms.table.take(np.arange(103))
    layer = made_layer(
        {"行业": ["27"] * 60 + ["36"] * 43 + ["27"] * 20},
        np.concatenate((only.lon, [middle(n % 6, n // 6)[0] + 0.01 for n in range(20)])),  # type: ignore[arg-type]
        np.concatenate((only.lat, [middle(n % 6, n // 6)[1] for n in range(20)])),  # type: ignore[arg-type]
    )
    found = run(layer, method=Method.LOCAL_MORAN, measure=Measure.SHARE, category="行业", values=("27",))
    shares = dict(zip(column(found, "id"), column(found, "share"), strict=True))
    # Twenty counties along the south have rows, and two in the north.
    assert sum(share is None for share in shares.values()) == 36 - 20 - 2
    assert shares[county_code(3, 3)] == pytest.approx(0.0) and shares[county_code(0, 0)] == 100.0
    (missing, *_rest) = found.missing
    assert missing.reason == "zero-denominator" and missing.count == 14
    assert len(missing.units) == 14
    assert column(found, "class").count(None) >= 14


def test_a_density_divides_by_the_geodesic_area(run: Run) -> None:
    found = block(run, method=Method.GETIS_ORD, measure=Measure.DENSITY)
    row = column(found, "id").index(county_code(0, 0))
    # A quarter of a degree square at 38.125° N has some 608 km².
    assert column(found, "density")[row] == pytest.approx(30 / 608, rel=0.01)


def test_hexagons_of_the_region_are_tested_and_named_by_county(run: Run) -> None:
    found = block(run, method=Method.GETIS_ORD, by="hex:25", policy="medicine")
    assert found.summary["areas"] == len(found.table) > 20
    assert "列" in column(found, "name")[0] and column(found, "id")[0].startswith("h25:")
    assert column(found, "class")[0] == "热点"
    assert set(column(found, "policy_verdict")) >= {said(Verdict.BOTH), said(Verdict.POLICY_ONLY)}


def polygons(values: list[float | None], step: float = 0.1) -> InputLayer:
    shapes = [
        shapely.box(116 + x * step, 39 + y * step, 116 + x * step + 0.1, 39 + y * step + 0.1)
        for x in range(4)
        for y in range(3)
    ]
    return made_layer({"名称": [f"{n}号" for n in range(12)], "产值": values}, shapes=shapes)


def test_polygons_of_a_layer_are_compared_by_a_column(run: Run) -> None:
    values = [9.0, 8.0, 1.0, 9.5, 8.5, 1.0, 1.5, 1.0, 2.0, 1.0, 1.2, None]
    found = run(polygons(values), method=Method.LOCAL_MORAN, by="rows", weight="产值")
    assert set(column(found, "name")) == {f"{n}号" for n in range(12)}
    assert found.missing[0].units == ("11号",)
    assert {"few-areas"} <= codes(found)
    assert found.summary["areas_tested"] == 11


def test_polygons_that_do_not_touch_are_islands(run: Run) -> None:
    assert refusal(
        run, polygons([float(n) for n in range(12)], 0.3), method=Method.LOCAL_MORAN, by="rows", weight="产值"
    ) == ("too-few-areas")
    found = run(
        polygons([float(n) for n in range(12)], 0.3),
        method=Method.LOCAL_MORAN,
        by="rows",
        weight="产值",
        neighbours=Neighbours.NEAREST,
        nearest=3,
    )
    assert found.summary["areas_tested"] == 12


def test_what_cannot_be_tested_is_refused(run: Run, firms: InputLayer) -> None:
    same = polygons([1.0] * 12)
    minus = polygons([-1.0, *range(11)])
    rows: dict[str, Any] = {"by": "rows", "weight": "产值"}
    assert refusal(run, same, method=Method.LOCAL_MORAN, **rows) == "no-variation"
    assert refusal(run, minus, method=Method.GETIS_ORD, **rows) == "negative-values"
    assert (
        refusal(run, minus, method=Method.LOCAL_MORAN, neighbours=Neighbours.BAND, band_km=0.5, **rows)
        == "too-few-areas"
    )
    growing = polygons([float(n) for n in range(12)])
    assert (
        refusal(run, growing, method=Method.GETIS_ORD, neighbours=Neighbours.BAND, band_km=500.0, **rows)
        == "all-neighbours"
    )
    assert refusal(run, growing, method=Method.GETIS_ORD, by="rows") == "no-value-column"
    assert refusal(run, growing, method=Method.KDE) == "not-points"
    assert refusal(run, firms, method=Method.GETIS_ORD, by="rows", weight="产值") == "not-polygons"
    assert refusal(run, firms, method=Method.GETIS_ORD, measure=Measure.SHARE) == "share-without-category"
    assert refusal(run, firms, method=Method.GETIS_ORD, by="hex:0.01") == "too-many-cells"
    assert refusal(run, firms, method=Method.DBSCAN, policy="没有") == "no-such-cluster"


@pytest.mark.parametrize(
    "options",
    [
        {"by": "hex:0"},
        {"by": "towns"},
        {"by": "counties"},
        {"method": Method.DBSCAN, "by": "hex:10"},
        {"category": "行业"},
        {"values": ("27",)},
        {"method": Method.DBSCAN, "eps_km": 0.0},
        {"method": Method.DBSCAN, "min_points": 1},
        {"method": Method.GETIS_ORD, "permutations": 10},
        {"method": Method.GETIS_ORD, "alpha": 1.0},
    ],
)
def test_options_that_make_no_sense_are_refused_with_a_sentence(
    run: Run, firms: InputLayer, options: dict[str, Any]
) -> None:
    assert refusal(run, firms, **options) == "options-invalid"


def test_rows_outside_of_all_counties_are_told(run: Run) -> None:
    at = np.array([middle(n % 6, n // 6) for n in range(36)] + [(100.0, 30.0)] * 3) + 0.01
    weights = [float(n % 5) for n in range(39)]
    found = run(made_layer({"额": weights}, at[:, 0], at[:, 1]), method=Method.LOCAL_MORAN, weight="额")
    assert "rows-outside" in codes(found)
    assert found.summary["rows"] == 39 and found.summary["rows_used"] == 36


# ---- running again ----


def test_it_is_kept_as_json_and_run_again_with_the_same_answer(
    material_of: Callable[[InputLayer], Material], firms: InputLayer
) -> None:
    import datetime

    wish = Hotspots(
        "list",
        Method.GETIS_ORD,
        category="行业",
        values=("27*",),
        neighbours=Neighbours.NEAREST,
        correction=Correction.BONFERRONI,
        permutations=199,
        policy="all",
    )
    material = material_of(firms)

    def answer(asked: Hotspots) -> Outcome:
        return asked.run(material, lambda _share: None, lambda: False)

    first = answer(wish)
    again = analysis_from(provenance_of(wish, first, datetime.date(2024, 1, 1)))
    assert again == wish
    assert isinstance(again, Hotspots)
    second = answer(again)
    assert second.table.attributes.equals(first.table.attributes)
    assert second.summary == first.summary


@pytest.mark.parametrize("method", list(Method))
def test_it_can_be_stopped(
    material_of: Callable[[InputLayer], Material], firms: InputLayer, method: Method
) -> None:
    with pytest.raises(AnalysisCancelled):
        Hotspots("list", method).run(material_of(firms), lambda _share: None, lambda: True)


@pytest.mark.parametrize("method", [Method.KDE, Method.DBSCAN, Method.LOCAL_MORAN])
def test_progress_only_grows(
    material_of: Callable[[InputLayer], Material], firms: InputLayer, method: Method
) -> None:
    told: list[float] = []
    Hotspots("list", method, permutations=99).run(material_of(firms), told.append, lambda: False)
    assert told == sorted(told) and told[0] >= 0.0 and told[-1] <= 1.0


def test_the_command_and_python_say_what_differs() -> None:
    wish = Hotspots(
        "名单.csv", Method.DBSCAN, category="行业", values=("27*", "C 36"), eps_km=2.5, policy="cl5-biomed"
    )
    assert wish.arguments() == (
        *("hotspots", "名单.csv", "--method", "dbscan", "--category", "行业", "--of", "27*", "--of", "C 36"),
        *("--eps", "2.5", "--compare-policy", "cl5-biomed"),
    )
    assert wish.python().startswith("import jjjmap\n\nresult = jjjmap.hotspots(")
    assert 'values=["27*", "C 36"]' in wish.python()
    assert wish.with_layers({"名单.csv": "a1"}).layer_ids == ("a1",)


def test_it_speaks_english(run: Run, firms: InputLayer) -> None:
    with speaking(Language.EN):
        found = run(firms, method=Method.DBSCAN, eps_km=2.0, policy="medicine", **MEDICINE)
    assert column(found, "counties")[0].startswith(f"Unit {county_code(0, 0)}")
    assert column(found, "policy_clusters")[0] == "medicine cluster"


# ---- amounts and options at their limits ----


def test_rows_without_a_single_amount_have_no_total_and_counties_without_rows_have_zero(run: Run) -> None:
    places = [middle(at % SIDE, at // SIDE) for at in range(20)]
    spread = np.array([*places, middle(0, 0)]) + 0.01
    amounts = [None, *(float(at) for at in range(1, 20)), None]
    layer = made_layer({"产值": amounts}, spread[:, 0], spread[:, 1])

    found = run(layer, method=Method.LOCAL_MORAN, weight="产值")

    total = dict(zip(column(found, "id"), column(found, "amount"), strict=True))
    assert total[county_code(0, 0)] is None
    assert total[county_code(5, 5)] == 0.0
    (missing,) = found.missing
    assert (missing.reason, missing.count) == ("no-value", 1)
    assert found.inputs[0].rows_used == found.summary["rows_used"] == 19


@pytest.mark.parametrize(("scale", "code"), [(1e-200, "extreme-values"), (8e306, "weight-too-large")])
@pytest.mark.parametrize("method", [Method.LOCAL_MORAN, Method.GETIS_ORD])
def test_values_without_a_variance_are_refused(run: Run, method: Method, scale: float, code: str) -> None:
    places = np.array([middle(at % SIDE, at // SIDE) for at in range(20)]) + 0.01
    layer = made_layer({"产值": (np.arange(1.0, 21.0) * scale).tolist()}, places[:, 0], places[:, 1])
    assert refusal(run, layer, method=method, weight="产值") == code


def test_amounts_that_add_up_to_no_number_are_refused(run: Run) -> None:
    places = np.array([middle(at % SIDE, at // SIDE) for at in range(20)]) + 0.01
    layer = made_layer({"产值": [1.7e308] * 20}, places[:, 0], places[:, 1])
    assert refusal(run, layer, method=Method.KDE, weight="产值") == "weight-too-large"


@pytest.mark.parametrize(
    "options",
    [
        {"method": Method.DBSCAN, "eps_km": 1e-300},
        {"method": Method.DBSCAN, "eps_km": 1e-6},
        {"method": Method.KDE, "bandwidth_km": 1e-5},
    ],
)
def test_reaches_below_a_metre_are_refused(run: Run, firms: InputLayer, options: dict[str, Any]) -> None:
    assert refusal(run, firms, **options) == "options-invalid"


def test_too_many_neighbours_are_told_as_a_sentence(
    run: Run, firms: InputLayer, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("jjjmap.analysis.hotspots.neighbourhood.MOST_LINKS", 10)
    asked = {"method": Method.LOCAL_MORAN, "neighbours": Neighbours.BAND}
    assert refusal(run, firms, **asked) == "too-many-neighbours"


def test_what_is_unlikely_for_the_opposite_reason_is_told_and_not_classed(run: Run) -> None:
    """A giant in the middle county, its eight neighbours empty, all others full."""
    amounts = {(x, y): 90.0 + 3 * x + y for x in range(SIDE) for y in range(SIDE)}
    amounts |= {(x, y): 0.0 for x in (1, 2, 3) for y in (1, 2, 3)} | {(2, 2): 3_000.0}
    places = np.array([middle(*place) for place in amounts]) + 0.01
    layer = made_layer({"产值": list(amounts.values())}, places[:, 0], places[:, 1])

    found = run(layer, method=Method.GETIS_ORD, weight="产值", permutations=999, correction=Correction.NONE)

    kind = dict(zip(column(found, "id"), column(found, "class"), strict=True))
    assert kind[county_code(2, 2)] == "不显著"
    (finding,) = (each for each in found.findings if each.code == "contrary-areas")
    assert "2列2行县" in finding.message
    assert found.summary["contrary"] >= 1
