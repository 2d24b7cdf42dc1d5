"""What a briefing says about a place, of the invented catalogue and of the one that we ship."""

from dataclasses import replace
from decimal import Decimal
from pathlib import Path
from types import SimpleNamespace

import numpy as np
import pyarrow as pa
import pytest

from jjjmap.catalogue.details import ChainTie, Describer
from jjjmap.catalogue.models import Catalogue, Figure, Milestone, PlaceKind, Precision, Qualifier
from jjjmap.catalogue.store import load_catalogue
from jjjmap.export.briefing.contents import brief_place
from jjjmap.export.briefing.firms import told_firms
from jjjmap.export.briefing.maps import bounds_around, detail_map, draw_maps, locator_map
from jjjmap.export.briefing.neighbours import distance_text
from jjjmap.export.briefing.numbering import References, plain
from jjjmap.export.briefing.policy import told_chains
from jjjmap.export.briefing.records import BriefNeighbour
from jjjmap.export.briefing.trimming import cited_refs, drop_key, trimmed
from jjjmap.export.marks import Audience
from jjjmap.i18n import Language, speaking
from jjjmap.layers.feature_table import FeatureTable
from jjjmap.layers.layer_rows import LayerRows
from jjjmap.layers.opening.records import Column, ColumnRole
from jjjmap.layers.style import Geometry
from jjjmap.maps.snapshot import REGION_BOUNDS
from jjjmap.paths import RESOURCES

from .made_briefings import made_briefing


@pytest.fixture(scope="module")
def shipped() -> Catalogue:
    return load_catalogue(RESOURCES)[0]


def with_figures(catalogue: Catalogue, *figures: Figure) -> Catalogue:
    return replace(catalogue, figures=catalogue.figures | {figure.id: figure for figure in figures})


def made_figure(number: int, value: int, period: str, source_id: str, **fields: object) -> Figure:
    return Figure(
        f"x-{number}",
        "jia-park",
        "项目数",
        "Projects",
        Decimal(value),
        Qualifier.EXACT,
        "个",
        "projects",
        period,
        "",
        "",
        source_id,
        **fields,  # type: ignore[arg-type]
    )


def test_the_latest_value_of_each_quantity_is_told_and_the_series_is_drawn(catalogue: Catalogue) -> None:
    briefing = brief_place(catalogue, "jia-park", Language.ZH)

    assert [(figure.indicator, figure.value) for figure in briefing.figures] == [
        ("产值", "1,011.5亿元"),
        ("企业数", "超300家"),
    ]
    assert briefing.figures[1].is_contested
    assert briefing.figures[1].note == "另一来源作280家。"
    assert briefing.chart is not None
    assert len(briefing.chart.points) == 11
    assert briefing.chart_title == "产值（亿元，2013–2023）"
    assert "另有 10 项数据" in briefing.left_out


def test_both_sides_of_a_disagreement_are_told_with_their_sources(catalogue: Catalogue) -> None:
    told = with_figures(catalogue, made_figure(1, 5, "2021", "daily"), made_figure(2, 7, "2021", "copy"))

    briefing = brief_place(told, "jia-park", Language.ZH)

    (fact,) = briefing.disagreements
    assert fact.label == "项目数"
    assert fact.text == "某日报：5个（2021年）；某镜像站：7个（2021年）"
    assert len(fact.refs) == 2


def test_one_source_does_not_contradict_itself(catalogue: Catalogue) -> None:
    note = {"contested": True, "note_zh": "初步数", "note_en": "Preliminary"}
    told = with_figures(
        catalogue, made_figure(1, 5, "2021", "daily", **note), made_figure(2, 7, "2022", "daily", **note)
    )

    assert brief_place(told, "jia-park", Language.ZH).disagreements == ()


def test_sources_are_numbered_in_the_order_of_citation_and_all_of_them_are_cited(shipped: Catalogue) -> None:
    describer = Describer(shipped)
    for place_id in ("xiongan", "caofeidian", "110000", "nat-xinchuang", "region", "130121", "ntic-hebei"):
        briefing = brief_place(shipped, place_id, Language.ZH, describer=describer)
        cited = list(dict.fromkeys(number for refs in cited_refs(briefing) for number in sorted(refs)))

        assert [reference.number for reference in briefing.references] == sorted(cited)
        assert sorted(cited) == list(range(1, len(cited) + 1))


def test_policy_stands_by_date_with_what_happened_at_the_place(catalogue: Catalogue) -> None:
    told = replace(
        catalogue,
        milestones={"m": Milestone("m", "2023-04-01", "甲园开园", "Jia Park opens", ("jia-park",), "daily")},
    )

    briefing = brief_place(told, "jia-park", Language.ZH)

    dates = [passage.date for passage in briefing.passages]
    assert dates == sorted(dates, reverse=True)
    assert briefing.passages[0].title == "甲园开园"
    assert all(passage.refs for passage in briefing.passages)


def test_every_place_that_we_ship_has_a_briefing_in_both_languages(shipped: Catalogue) -> None:
    describer = Describer(shipped)
    for language in Language:
        for place in shipped.places.values():
            briefing = brief_place(shipped, place.id, language, describer=describer)

            assert briefing.title == place.name(language)
            assert len(briefing.figures) <= 8
            assert briefing.marks.lines
            assert all(fact.text for fact in briefing.facts)


def test_the_region_has_every_chain(shipped: Catalogue) -> None:
    briefing = brief_place(shipped, "region", Language.ZH)

    assert briefing.chains[0].name == "氢能"
    assert f"另有 {len(shipped.chains) - len(briefing.chains)} 条产业链" in briefing.left_out


def test_a_county_without_data_says_so(shipped: Catalogue) -> None:
    briefing = brief_place(shipped, "130121", Language.ZH)

    assert briefing.figures == ()
    assert briefing.chart is None
    assert "资料库中没有“井陉县”的数据。" in briefing.notes
    assert any("没有专门针对" in note for note in briefing.notes)
    assert all(passage.why for passage in briefing.passages)


def test_a_place_that_no_source_puts_anywhere_has_no_map_and_no_distance(shipped: Catalogue) -> None:
    briefing = brief_place(shipped, "ntic-hebei", Language.ZH)

    class Untouched:
        def map_svg(self, *_args: object, **_more: object) -> str:
            raise AssertionError("nothing is to be drawn")

    maps = draw_maps(shipped, "ntic-hebei", Language.ZH, Untouched())  # type: ignore[arg-type]
    assert (maps.locator, maps.detail) == ("", "")
    assert briefing.neighbours == ()
    assert "没有来源给出它的位置，因此没有地图，也没有距离。" in briefing.notes
    assert not any("平方公里" in fact.text for fact in briefing.facts)


def test_neighbours_tell_distance_and_direction_and_whether_they_are_rough(shipped: Catalogue) -> None:
    port, airport, wing = brief_place(shipped, "cangzhou-bio", Language.ZH).neighbours

    assert (port.kind, port.name, port.direction, port.is_approximate) == ("港口", "黄骅港", "东", False)
    assert (airport.kind, wing.kind) == ("机场", "两翼")
    assert wing.direction == "西北"
    assert wing.is_approximate


def test_short_distances_keep_a_decimal() -> None:
    near = BriefNeighbour("港口", "port", "乙港", 0.34, "东", is_approximate=False)

    with speaking(Language.ZH):
        assert distance_text(near) == "东 0.3 公里"
        assert distance_text(replace(near, distance_km=1234.5, is_approximate=True)) == "东约 1,234 公里"


def test_a_chain_of_which_the_place_has_no_link_says_nothing_of_that_link(shipped: Catalogue) -> None:
    details = Describer(shipped).describe("caofeidian")
    chain = replace(details.chains[0].chain, id="no-links", chokepoints_zh="", chokepoints_en="")

    catalogue = replace(shipped, chains=shipped.chains | {chain.id: chain})
    with speaking(Language.ZH):
        ((told,), _more) = told_chains(
            replace(details, chains=(ChainTie(chain, ()),)), catalogue, Language.ZH, References(catalogue)
        )

    assert told.chokepoints == ()


def test_a_public_briefing_has_no_mark_of_internal_use(catalogue: Catalogue) -> None:
    internal = brief_place(catalogue, "jia-park", Language.ZH)
    public = brief_place(catalogue, "jia-park", Language.ZH, audience=Audience.PUBLIC)

    assert internal.marks.internal == "内部参考"
    assert public.marks.internal == ""
    assert public.marks.attribution == internal.marks.attribution


def test_an_unknown_place_is_an_error(catalogue: Catalogue) -> None:
    with pytest.raises(KeyError):
        brief_place(catalogue, "nowhere", Language.ZH)


def test_the_same_day_is_named_as_the_environment_says(
    catalogue: Catalogue, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("SOURCE_DATE_EPOCH", "1600000000")

    assert brief_place(catalogue, "jia-park", Language.ZH).made == "2020-09-13"


# What is left out


def test_trimming_numbers_sources_anew_and_says_what_is_missing(shipped: Catalogue) -> None:
    briefing = brief_place(shipped, "caofeidian", Language.ZH)
    last = len(briefing.passages) - 1

    shorter = trimmed(briefing, {drop_key("passage", last), drop_key("chain", 1), drop_key("chain", 0)})

    assert len(shorter.passages) == last
    assert shorter.chains == ()
    assert shorter.left_out[-1] == "限于篇幅略去 1 条政策或大事、2 条产业链"
    assert [each.number for each in shorter.references] == list(range(1, len(shorter.references) + 1))
    assert len(shorter.references) < len(briefing.references)
    texts = {each.number: each.text for each in briefing.references}
    again = {each.number: each.text for each in shorter.references}
    for before, after in zip(briefing.figures, shorter.figures, strict=True):
        assert [texts[n] for n in before.refs] == [again[n] for n in after.refs]


def test_digests_and_names_that_give_way_are_told() -> None:
    shorter = trimmed(made_briefing(), {drop_key("text", 0), drop_key("names", 0)})

    assert shorter.passages[0].text == ""
    assert shorter.firms[0].names == ()
    assert shorter.left_out[1:] == ("限于篇幅略去 1 份名单的企业名称", "限于篇幅，1 条摘要只留标题")


def test_what_has_gone_as_a_whole_is_not_told_twice() -> None:
    shorter = trimmed(made_briefing(), {drop_key("text", 0), drop_key("passage", 0)})

    assert shorter.left_out[1:] == ("限于篇幅略去 1 条政策或大事",)


def test_a_quotation_never_stays_without_its_words() -> None:
    shorter = trimmed(made_briefing(), {drop_key("text", 1)})

    assert [passage.title for passage in shorter.passages] == ["建设"]
    assert shorter.left_out[1:] == ("限于篇幅略去 1 条政策或大事",)


def test_without_anything_to_leave_out_a_briefing_stays_as_it_is(catalogue: Catalogue) -> None:
    briefing = brief_place(catalogue, "jia-park", Language.ZH)

    assert trimmed(briefing, ()) is briefing


# Lists of the user's


def firms(shown: list[bool] | None = None) -> LayerRows:
    """Four firms: two in 曹妃甸区, one in 北京, one nowhere."""
    columns = (
        Column("企业", role=ColumnRole.NAME),
        Column("行业", role=ColumnRole.INDUSTRY),
    )
    table = FeatureTable(
        pa.table({"企业": ["甲\u202e厂", "乙厂", "丙厂", "丁厂"], "行业": ["钢铁", "钢铁", "软件", None]}),
        Geometry.POINT,
        np.array([118.45, 118.46, 116.40, np.nan]),
        np.array([39.27, 39.28, 39.90, np.nan]),
    )
    facts = SimpleNamespace(columns=columns, source_name="firms.xlsx")
    return LayerRows(
        SimpleNamespace(title="企业名单", facts=facts),  # type: ignore[arg-type]
        table,
        styled=None,  # type: ignore[arg-type]
        shown=None if shown is None else np.array(shown),
        marked=np.array([1]),
    )


def test_firms_are_counted_in_the_counties_of_a_place(shipped: Catalogue) -> None:
    (told,) = brief_place(shipped, "caofeidian", Language.ZH, firms=[firms()]).firms

    assert (told.total, told.of) == (2, 4)
    assert told.groups == (("钢铁", 2),)
    # The one that the user marked stands first; what would turn the line round is gone.
    assert told.names == ("乙厂", "甲厂")
    assert "曹妃甸区" in told.criterion


def test_rows_that_a_filter_hides_are_neither_counted_nor_named(shipped: Catalogue) -> None:
    (told,) = brief_place(shipped, "caofeidian", Language.ZH, firms=[firms([False, True, True, True])]).firms

    assert (told.total, told.of) == (1, 3)
    assert told.names == ("乙厂",)


def test_a_place_without_units_has_no_firms(shipped: Catalogue) -> None:
    from jjjmap.layers.boundaries import UnitIndex

    place = replace(shipped.places["cangzhou-bio"], county_adcode="", area_adcodes=())

    assert told_firms(firms(), place, shipped, Language.ZH, UnitIndex.shipped()) is None


def test_a_province_counts_all_its_counties(shipped: Catalogue) -> None:
    (told,) = brief_place(shipped, "130000", Language.ZH, firms=[firms()]).firms

    assert told.total == 2


def test_texts_of_the_user_lose_what_acts_rather_than_shows() -> None:
    assert plain("甲\u202e乙\n丙\u2066\x00丁  戊") == "甲乙 丙 丁 戊"


# Maps


def test_a_map_reaches_farther_the_less_is_known_of_the_position(shipped: Catalogue) -> None:
    place = shipped.places["cangzhou-bio"]
    site = bounds_around(replace(place, precision=Precision.SITE))
    county = bounds_around(replace(place, precision=Precision.COUNTY))

    assert site is not None and county is not None
    assert county.north - county.south > site.north - site.south


def test_what_is_as_large_as_the_region_is_shown_with_it(shipped: Catalogue) -> None:
    assert bounds_around(shipped.places["region"]) == REGION_BOUNDS
    assert bounds_around(shipped.places["ntic-hebei"]) is None


def test_the_detail_map_chooses_the_place_and_shows_its_own_layer(shipped: Catalogue) -> None:
    park = next(place for place in shipped.places.values() if place.kind is PlaceKind.INDUSTRIAL_PARK)

    snapshot, sheet = detail_map(park, shipped, Language.EN, Audience.INTERNAL) or (None, None)

    assert snapshot is not None and sheet is not None
    assert snapshot.selected_id == park.id
    assert "industrial_parks" in {view.layer.id for view in snapshot.layers if view.visible}
    # Every class in the legend is seen; the line of sources stands on the page.
    assert not sheet.has_attribution
    assert len(snapshot.layers) == len(locator_map(park, Language.EN, Audience.INTERNAL)[0].layers)


def test_a_librarys_sentences_stand_among_the_policy(catalogue: Catalogue, tmp_path: Path) -> None:
    entry = SimpleNamespace(
        details=SimpleNamespace(title="甲园\u202e规划", issuer="甲县政府", date="2024-01-02", number=""),
        file_name="plan.pdf",
    )
    quotation = SimpleNamespace(entry=entry, sentence="甲园要\n建成 <b>一流</b> 园区。")

    class Shelf:
        def quotations_about(self, subject_id: str, limit: int) -> tuple[object, ...]:
            assert subject_id == "jia-park"
            return (quotation,) * min(limit, 1)

    # The document is one of the user's; `isinstance` tells it from sources.
    from jjjmap.text.store.library_records import DocumentEntry

    quotation.entry = _as_entry(DocumentEntry, entry)
    briefing = brief_place(catalogue, "jia-park", Language.ZH, library=Shelf())  # type: ignore[arg-type]

    passage = briefing.passages[0]
    assert passage.is_quotation
    assert passage.text == "甲园要 建成 <b>一流</b> 园区。"
    assert passage.title == "甲园规划"
    (number,) = passage.refs
    assert "甲县政府" in briefing.references[number - 1].text
    assert briefing.references[number - 1].quality == "用户文档"


def _as_entry(kind: type, like: SimpleNamespace) -> object:
    from jjjmap.text.records import DocumentDetails

    details = DocumentDetails(
        **{
            name: getattr(like.details, name)
            for name in DocumentDetails.__dataclass_fields__
            if hasattr(like.details, name)
        }
    )
    return kind("doc", details, like.file_name, 1, "", "", 1, 1, 0, 0)


def test_the_groups_of_firms_add_up_to_their_total(shipped: Catalogue) -> None:
    (told,) = brief_place(shipped, "130000", Language.ZH, firms=[firms()]).firms
    several = tuple(f"行业{n}" for n in range(9))
    table = FeatureTable(
        pa.table({"企业": list(several), "行业": [*several[:8], None]}),
        Geometry.POINT,
        np.full(9, 118.45),
        np.full(9, 39.27),
    )
    (many,) = brief_place(shipped, "caofeidian", Language.ZH, firms=[replace(firms(), table=table)]).firms
    assert sum(count for _name, count in many.groups) == many.total == 9
    assert many.groups[-1][0] == "其他或未填"
    assert sum(count for _name, count in told.groups) == told.total
