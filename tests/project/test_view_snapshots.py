"""Saved views as maps: layers, filters and moments of each, and nothing that the map does not have."""

from dataclasses import replace

import numpy as np
import pyarrow as pa
import pytest
from made_layers import made_rows, made_view

from jjjmap.catalogue.models import Catalogue, Milestone
from jjjmap.i18n import Language
from jjjmap.layers.feature_table import FeatureTable
from jjjmap.layers.layer import LayerView, first_view
from jjjmap.layers.shipped import SHIPPED_LAYERS
from jjjmap.layers.style import Geometry
from jjjmap.layers.tables.filters import Condition, Filter, FilterOp
from jjjmap.maps.snapshot import Bounds, MapSnapshot
from jjjmap.project.state import SavedView
from jjjmap.project.view_snapshots import arranged, parse_moment, snapshots_of_views
from jjjmap.settings import LayerSetting

FIRMS = FeatureTable(
    pa.table({"名称": ["甲厂", "乙厂", "丙厂"], "行业": ["电池", "轴承", "电池"]}),
    Geometry.POINT,
    np.array([116.0, 117.0, 118.0]),
    np.array([39.0, 40.0, 41.0]),
)
ROWS = made_rows(FIRMS, marked=(0, 1))
LAYER = ROWS.stored.id
BATTERIES = Filter((Condition(FilterOp.EQUALS, "行业", ("电池",)),)).to_json()
HERE = (115.5, 38.5, 117.0, 39.75)


@pytest.fixture
def base() -> MapSnapshot:
    views = (*first_view(SHIPPED_LAYERS), made_view(ROWS))
    return MapSnapshot(
        views,
        Language.EN,
        selected_id="jia-park",
        highlighted_ids=("jia-zone",),
        highlight_title="标记",
        rows_of={LAYER: ROWS}.__getitem__,
    )


def view(**fields: object) -> SavedView:
    settings = {
        "layers": (LayerSetting("ports", True, 0.5), LayerSetting(LAYER, True, 1.0)),
        **fields,
    }
    return SavedView("view-00000001", "甲", HERE, **settings)  # type: ignore[arg-type]


def test_a_view_shows_its_own_layers_box_and_choice(base: MapSnapshot, catalogue: Catalogue) -> None:
    [shown] = snapshots_of_views([view(chosen_id="jia-zone")], base, catalogue)
    assert {each.layer.id for each in shown.layers if each.visible} == {"ports", LAYER}
    assert len(shown.layers) == len(base.layers)
    assert shown.bounds == Bounds(*HERE) and shown.selected_id == "jia-zone"
    assert shown.language is Language.EN
    assert (shown.highlighted_ids, shown.highlight_title, shown.tally.title) == ((), "", "")


def test_each_view_has_the_rows_of_its_own_filter(base: MapSnapshot, catalogue: Catalogue) -> None:
    filtered = view(filters=((LAYER, BATTERIES),))
    free = view(filters=((LAYER, None),), chosen_id=f"{LAYER}#1")
    first, second = (shown.rows_of(LAYER) for shown in snapshots_of_views([filtered, free], base, catalogue))
    assert first.shown is not None and first.shown.tolist() == [True, False, True]
    assert first.filter_sentence() and first.shown_count == 2
    assert second.shown is None and second.filter is None
    assert (first.marked.tolist(), second.marked.tolist()) == ([], [1])


def test_a_filter_that_nobody_can_read_lets_no_row_out(base: MapSnapshot, catalogue: Catalogue) -> None:
    [shown] = snapshots_of_views([view(filters=((LAYER, {"conditions": 5}),))], base, catalogue)
    assert shown.rows_of(LAYER).shown_count == 0


def test_what_the_map_does_not_have_is_in_no_view(base: MapSnapshot, catalogue: Catalogue) -> None:
    without = replace(base, layers=first_view(SHIPPED_LAYERS))
    gone = view(chosen_id=f"{LAYER}#1")
    [shown] = snapshots_of_views([gone], without, catalogue)
    assert LAYER not in {each.layer.id for each in shown.layers} and shown.selected_id == ""
    [other] = snapshots_of_views([view(chosen_id="nowhere")], base, catalogue)
    assert other.selected_id == ""


def test_a_row_beyond_the_end_of_its_layer_is_not_chosen(base: MapSnapshot, catalogue: Catalogue) -> None:
    [shown] = snapshots_of_views([view(chosen_id=f"{LAYER}#3")], base, catalogue)
    assert shown.selected_id == ""


def test_a_moment_dims_what_did_not_exist(base: MapSnapshot, catalogue: Catalogue) -> None:
    milestone = Milestone("ms-1", "2011-04-01", "设立", "Founded", ("jia-zone",), "daily")
    dated = replace(catalogue, milestones={milestone.id: milestone})
    early, late, never = snapshots_of_views(
        [view(moment="2010"), view(moment="2011-05"), view(moment="soon")], base, dated
    )
    assert early.moment == "2010" and "jia-zone" in early.dimmed_ids
    assert late.moment == "2011-05" and "jia-zone" not in late.dimmed_ids
    assert (never.moment, never.dimmed_ids) == ("", ())


@pytest.mark.parametrize(
    "text", ["", "2017-", "2017-13", "2017-00199", "17", "-2017", "99999", "2017-4-1", "二〇一七", "２０１７"]
)
def test_what_is_no_moment_is_none(text: str) -> None:
    assert parse_moment(text) is None


def test_a_layer_that_came_later_stays_hidden_above_the_one_below_it() -> None:
    one, two, three = first_view(SHIPPED_LAYERS)[:3]
    new = replace(two, visible=True)
    found = arranged(
        (one, new, three), [LayerSetting(three.layer.id, True, 2.0), LayerSetting(one.layer.id, True, 0.5)]
    )
    assert [each.layer.id for each in found] == [three.layer.id, one.layer.id, two.layer.id]
    assert found == (
        LayerView(three.layer, True, 1.0),
        LayerView(one.layer, True, 0.5),
        replace(two, visible=False),
    )
