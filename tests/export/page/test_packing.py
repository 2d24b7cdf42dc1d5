import json
import random
from typing import Any

import pytest

from jjjmap.export.page.packing import PackedFeatures, deflated, json_bytes, pack_features


def unpacked(packed: PackedFeatures) -> dict[str, list[dict[str, Any]]]:
    """Do in Python what resources/web/unpack.js does."""
    count = len(packed.steps) // 4
    planes = [packed.steps[i * count : (i + 1) * count] for i in range(4)]
    folded = [a + (b << 8) + (c << 16) + (d << 24) for a, b, c, d in zip(*planes, strict=True)]
    steps = iter(-(number + 1) // 2 if number % 2 else number // 2 for number in folded)
    scale, point_scale = packed.index["scale"], packed.index["point_scale"]
    arcs: list[list[list[float]]] = []
    start = (0, 0)
    for size in packed.index["arc_sizes"]:
        x, y = start
        arc = []
        for n in range(size):
            x, y = x + next(steps), y + next(steps)
            start = (x, y) if n == 0 else start
            arc.append([x / scale, y / scale])
        arcs.append(arc)
    assert next(steps, None) is None

    def line(numbers: list[int]) -> list[list[float]]:
        points: list[list[float]] = []
        for number in numbers:
            arc = arcs[number] if number >= 0 else arcs[-1 - number][::-1]
            points += arc[1:] if points else arc
        return points

    readers = {
        "Point": lambda c: [c[0] / point_scale, c[1] / point_scale],
        "MultiPoint": lambda c: [[x / point_scale, y / point_scale] for x, y in c],
        "LineString": line,
        "MultiLineString": lambda c: [line(numbers) for numbers in c],
        "Polygon": lambda c: [line(numbers) for numbers in c],
        "MultiPolygon": lambda c: [[line(numbers) for numbers in rings] for rings in c],
    }
    return {
        layer_id: [
            {
                "type": "Feature",
                "id": feature_id,
                "properties": properties,
                "geometry": {"type": kind, "coordinates": readers[kind](coordinates)},
            }
            for feature_id, properties, kind, coordinates in features
        ]
        for layer_id, features in packed.index["layers"].items()
    }


def one(kind: str, coordinates: Any) -> dict[str, list[dict[str, Any]]]:
    geometry = {"type": kind, "coordinates": coordinates}
    return {"layer": [{"type": "Feature", "id": "a", "properties": {"n": 1}, "geometry": geometry}]}


@pytest.mark.parametrize(
    ("kind", "coordinates"),
    [
        ("Point", [116.37519, 39.86981]),
        ("Point", [-0.00001, -89.99999]),
        ("MultiPoint", [[116.1, 39.1], [116.2, 39.2]]),
        ("LineString", [[116.1, 39.1], [116.2, 39.2], [116.1, 39.1], [116.3, 39.3]]),
        ("MultiLineString", [[[116.1, 39.1], [116.2, 39.2]], [[116.2, 39.2], [116.1, 39.1]]]),
        ("Polygon", [[[0, 0], [9, 0], [9, 9], [0, 0]], [[2, 1], [3, 1], [3, 2], [2, 1]]]),
        ("Polygon", [[[180, 90], [-180, 90], [-180, -90], [180, 90]]]),
        # A ring that touches itself, and one walked the other way round from another start.
        ("Polygon", [[[0, 0], [2, 2], [4, 0], [4, 4], [2, 2], [0, 4], [0, 0]]]),
        ("MultiPolygon", [[[[0, 0], [9, 0], [9, 9], [0, 0]]], [[[9, 0], [0, 0], [9, 9], [9, 0]]]]),
        ("Polygon", []),
        ("Polygon", [[]]),
        ("LineString", [[1.5, 2.5]]),
    ],
)
def test_what_is_packed_comes_out_the_same(kind: str, coordinates: Any) -> None:
    layers = one(kind, coordinates)
    assert unpacked(pack_features(layers)) == layers


def test_the_features_of_the_fixture_come_out_the_same(features: dict[str, list[dict[str, Any]]]) -> None:
    assert unpacked(pack_features(features)) == features


def test_random_rings_on_a_small_grid_come_out_the_same() -> None:
    rng = random.Random(1)
    rings = []
    for _ in range(300):
        ring = [[rng.randrange(4) / 100, rng.randrange(4) / 100] for _ in range(rng.randrange(1, 9))]
        rings.append([*ring, ring[0]])
    layers = one("Polygon", rings)
    assert unpacked(pack_features(layers)) == layers


def test_a_border_of_two_counties_is_stored_once(features: dict[str, list[dict[str, Any]]]) -> None:
    both = pack_features(features)
    # Jia around in two arcs from its first point, the common border, Yi around; the zone is Jia again.
    assert both.index["arc_sizes"] == [2, 3, 3, 4]
    assert pack_features({"counties": features["counties"]}).steps == both.steps


def test_more_than_five_decimals_are_rounded() -> None:
    (out,) = unpacked(pack_features(one("Point", [116.123456789, 39.000004])))["layer"]
    assert out["geometry"]["coordinates"] == [116.12346, 39.0]


def test_a_corner_moves_by_three_metres_at_most_and_in_all_features_alike() -> None:
    jia = [[116.00001, 39.00002], [116.12343, 39.00004], [116.12347, 39.12341], [116.00001, 39.00002]]
    yi = [jia[1], [116.23452, 39.03451], jia[2], jia[1]]
    kinds = pack_features({**one("Polygon", [jia]), "other": one("Polygon", [yi])["layer"]})
    out = {name: features[0]["geometry"]["coordinates"][0] for name, features in unpacked(kinds).items()}
    for was, now in zip([*jia, *yi], [*out["layer"], *out["other"]], strict=True):
        assert now == pytest.approx(was, abs=0.000_025_1)
    assert out["layer"][1:3] == [out["other"][0], out["other"][2]]


def test_a_geometry_of_an_unknown_type_is_refused() -> None:
    with pytest.raises(ValueError, match="GeometryCollection"):
        pack_features(one("GeometryCollection", []))


def test_json_keeps_every_character_but_halves_of_pairs() -> None:
    text = "甲 \u2028 </script> ${x} \x00 😀"
    assert json.loads(json_bytes({"text": text})) == {"text": text}
    assert json.loads(json_bytes("\ud800")) == "?"


def test_a_deflated_block_is_letters_only() -> None:
    assert set(deflated(b"</script><!--" * 9)).isdisjoint("<>&\"'")
