"""Tests of jjjmap/cli/arguments.py: views and choices of layers."""

import pytest

from jjjmap.cli.arguments import choose_layers, parse_bounds
from jjjmap.errors import BoundsInvalid, LayerUnknown
from jjjmap.maps.snapshot import Bounds


@pytest.mark.parametrize(
    "text",
    ["", "1,2,3", "1,2,3,4,5", "a,b,c,d", "nan,1,2,3", "1,1,inf,3", "2,1,1,3", "1,3,2,1", "1,1,1,2",
     "0,-91,1,1", "-181,0,1,1"],
)  # fmt: skip
def test_parse_bounds_refuses_what_is_no_box(text: str) -> None:
    with pytest.raises(BoundsInvalid) as caught:
        parse_bounds(text)
    assert caught.value.reason


def test_parse_bounds_reads_west_south_east_north() -> None:
    assert parse_bounds("115.4, 39.4,117.6,41.1") == Bounds(115.4, 39.4, 117.6, 41.1)


def test_choose_layers_names_the_known_ones() -> None:
    with pytest.raises(LayerUnknown) as caught:
        choose_layers("ports,castles", None)
    assert caught.value.wanted == "castles"
    assert "ports" in caught.value.known
