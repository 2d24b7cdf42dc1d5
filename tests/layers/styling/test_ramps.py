import numpy as np
import numpy.typing as npt
import pytest

from jjjmap.layers.styling.ramps import (
    OKABE_ITO,
    RAMPS,
    Ramp,
    RampKind,
    category_colors,
    is_color,
    palette_of,
    ramp_colors,
    ramp_for,
    spread,
)
from jjjmap.layers.styling.user_style import StyleMode

FloatArray = npt.NDArray[np.float64]

# Machado, Oliveira, Fernandes (2009), severity 1: how linear red, green and blue are seen.
SIGHTS = {
    "all": np.eye(3),
    "protanopia": np.array(
        [[0.152286, 1.052583, -0.204868], [0.114503, 0.786281, 0.099216], [-0.003882, -0.048116, 1.051998]]
    ),
    "deuteranopia": np.array(
        [[0.367322, 0.860646, -0.227968], [0.280085, 0.672501, 0.047413], [-0.011820, 0.042940, 0.968881]]
    ),
}


def lab(color: str, sight: FloatArray) -> FloatArray:
    """CIE L*a*b* (D65) of a colour as it is seen."""
    srgb = np.array([int(color[at : at + 2], 16) / 255 for at in (1, 3, 5)])
    linear = np.where(srgb <= 0.04045, srgb / 12.92, ((srgb + 0.055) / 1.055) ** 2.4)
    seen = np.clip(sight @ linear, 0.0, 1.0)
    to_xyz = np.array([[0.4124, 0.3576, 0.1805], [0.2126, 0.7152, 0.0722], [0.0193, 0.1192, 0.9505]])
    ratios = to_xyz @ seen / np.array([0.95047, 1.0, 1.08883])
    root = np.where(ratios > 216 / 24389, np.cbrt(ratios), (24389 / 27 * ratios + 16) / 116)
    return np.array([116 * root[1] - 16, 500 * (root[0] - root[1]), 200 * (root[1] - root[2])])


def evenly(count: int) -> tuple[float, ...]:
    return tuple(np.linspace(0.0, 1.0, count).tolist())


@pytest.mark.parametrize("ramp", [ramp for ramp in RAMPS if ramp.kind is RampKind.SEQUENTIAL], ids=str)
@pytest.mark.parametrize("sight", SIGHTS)
def test_five_classes_grow_darker_step_by_step_for_every_eye(ramp: Ramp, sight: str) -> None:
    lightness = [lab(color, SIGHTS[sight])[0] for color in ramp_colors(ramp, evenly(5))]
    assert max(np.diff(lightness)) < -4.0, "the next class is darker by more than an eye needs"


@pytest.mark.parametrize("ramp", [ramp for ramp in RAMPS if ramp.kind is RampKind.DIVERGING], ids=str)
@pytest.mark.parametrize("sight", SIGHTS)
def test_both_sides_of_a_diverging_ramp_differ_for_every_eye(ramp: Ramp, sight: str) -> None:
    colors = [lab(color, SIGHTS[sight]) for color in ramp_colors(ramp, evenly(7))]
    apart = [float(np.linalg.norm(one - other)) for one, other in zip(colors[:3], colors[:3:-1], strict=True)]
    assert min(apart) > 12.0
    assert colors[3][0] == max(color[0] for color in colors)


@pytest.mark.parametrize("sight", SIGHTS)
def test_colours_of_categories_differ_for_every_eye(sight: str) -> None:
    colors = [lab(color, SIGHTS[sight]) for color in OKABE_ITO]
    apart = [
        float(np.linalg.norm(one - other))
        for index, one in enumerate(colors)
        for other in colors[index + 1 :]
    ]
    assert min(apart) > 12.0


@pytest.mark.parametrize("ramp", RAMPS, ids=str)
def test_every_ramp_gives_colours_and_can_be_reversed(ramp: Ramp) -> None:
    colors = category_colors(ramp, 8)
    assert all(is_color(color) for color in colors)
    assert len(set(colors)) == 8
    assert (
        category_colors(ramp, len(palette_of(ramp)) or 8, reverse=True)[0]
        == ((palette_of(ramp) or colors)[-1])
    )


def test_a_ramp_that_there_is_not_becomes_the_best_for_the_mode() -> None:
    assert ramp_for("../../etc", StyleMode.GRADUATED).kind is RampKind.SEQUENTIAL
    assert ramp_for("", StyleMode.CATEGORISED).kind is RampKind.CATEGORICAL
    assert ramp_for("Okabe–Ito", StyleMode.GRADUATED).kind is RampKind.SEQUENTIAL


def test_zero_is_the_middle_of_a_diverging_ramp() -> None:
    diverging = next(ramp for ramp in RAMPS if ramp.kind is RampKind.DIVERGING)
    assert spread((-5.0, 0.0, 10.0, 20.0), -10.0, diverging) == (0.0, 0.25 + 0.0, 0.75, 1.0)
    assert spread((-5.0, 5.0, 10.0), -10.0, diverging) == (0.0, 0.5, 1.0)
    assert spread((1.0, 2.0, 3.0), 0.5, diverging) == (0.0, 0.5, 1.0)
