import json

import pytest

from jjjmap.layers.style import Shape
from jjjmap.layers.styling.style_json import checked, style_from_json, style_to_json
from jjjmap.layers.styling.user_style import CategoryLook, Density, Scheme, StyleMode, UserStyle


def test_a_style_comes_back_from_json_as_it_was() -> None:
    style = UserStyle(
        StyleMode.CATEGORISED,
        "行业",
        Scheme.MANUAL,
        7,
        (1.0, 2.5),
        (CategoryLook("轴承", "#123456", "轴承业", Shape.STAR),),
        "viridis",
        True,
        label_column="名称",
        density=Density.HEX,
    )
    assert style_from_json(json.loads(json.dumps(style_to_json(style)))) == style


def test_what_is_out_of_bounds_is_brought_within_them() -> None:
    wild = UserStyle(
        class_count=10**9,
        breaks=(float("nan"), float("inf"), 3.0, 1.0, 3.0),
        categories=tuple(CategoryLook(str(number), "#000000") for number in range(9000)),
        color="red;background:url(x)",
        stroke="#ABCDEF",
        width_px=float("nan"),
        size_px=1e9,
        max_size_px=-5.0,
        fill_opacity=7.0,
        label_min_zoom=-3.0,
    )
    tame = checked(wild)
    assert tame.class_count == 249
    assert tame.breaks == (1.0, 3.0)
    assert len(tame.categories) == 248
    assert (tame.color, tame.stroke) == ("#0072b2", "#abcdef")
    assert (tame.width_px, tame.size_px, tame.max_size_px) == (0.8, 120.0, 1.0)
    assert (tame.fill_opacity, tame.label_min_zoom) == (1.0, 0.0)
    assert checked(tame) == tame


def test_an_empty_stroke_means_no_outline() -> None:
    assert checked(UserStyle(stroke="")).stroke == ""


@pytest.mark.parametrize(
    "said",
    [
        None,
        [],
        "style",
        {"mode": "evil"},
        {"breaks": 3},
        {"class_count": "many"},
        {"categories": [{"color": "#000000"}]},
        {"size_px": [[[]]]},
        {"size_px": 10**400},
    ],
)
def test_what_is_no_style_is_refused(said: object) -> None:
    with pytest.raises(ValueError, match="UserStyle"):
        style_from_json(said)
