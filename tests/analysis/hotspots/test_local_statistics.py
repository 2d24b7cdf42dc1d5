"""Moran's I and Gi* against numbers that were published or worked out by hand."""

import warnings
from contextlib import closing
from fractions import Fraction

import numpy as np
import pytest

from jjjmap.analysis.hotspots.local_statistics import (
    HIGH_HIGH,
    LOW_LOW,
    adjusted,
    getis_ord,
    global_moran,
    least_adjusted,
    local_moran,
)
from jjjmap.analysis.hotspots.neighbourhood import Neighbourhood
from jjjmap.analysis.hotspots.options import Correction
from jjjmap.analysis.running import AnalysisCancelled


def linked(neighbours: dict[int, list[int]]) -> Neighbourhood:
    from scipy.sparse import csr_array

    links = np.zeros((len(neighbours), len(neighbours)))
    for at, others in neighbours.items():
        links[at, others] = 1.0
    return Neighbourhood(csr_array(links))


def lattice(side: int) -> Neighbourhood:
    """Squares that touch at borders and corners."""
    near = {
        row * side + column: [
            other_row * side + other_column
            for other_row in range(max(row - 1, 0), min(row + 2, side))
            for other_column in range(max(column - 1, 0), min(column + 2, side))
            if (other_row, other_column) != (row, column)
        ]
        for row in range(side)
        for column in range(side)
    }
    return linked(near)


def strip(length: int) -> Neighbourhood:
    return linked({at: [each for each in (at - 1, at + 1) if 0 <= each < length] for at in range(length)})


def never() -> bool:
    return False


def quietly(_share: float) -> None:
    return None


def test_morans_i_of_a_lattice_worked_out_by_hand() -> None:
    """Squares 1 … 9 in three rows, neighbours by borders and corners, row-standardised.

    From the mean 5 they differ by z = −4 … 4, and Σz² = 60. A corner (−4) has the neighbours −3, −1, 0, whose
    mean is −4/3; its product is 16/3. In the same way (−3): −6/5 → 18/5; (−2): −2/3 → 4/3; (−1): −2/5 → 2/5;
    (0): 0. The other four mirror these: Σ zᵢ·lagᵢ = 2 · (16/3 + 18/5 + 4/3 + 2/5) = 64/3. As the weights of
    each row add up to 1, I = (64/3) / 60 = 16/45.
    """
    found = global_moran(np.arange(1.0, 10.0), lattice(3), 99, 1, never)
    assert found.value == pytest.approx(float(Fraction(16, 45)), abs=1e-12)
    assert found.expected == pytest.approx(-1 / 8)


def test_local_morans_i_of_the_same_lattice_adds_up() -> None:
    """Iᵢ = (n − 1) zᵢ lagᵢ / Σz²: for the corner 8 · (16/3) / 60 = 32/45; together (n − 1) I = 128/45."""
    found = local_moran(np.arange(1.0, 10.0), lattice(3), 99, 1, quietly, never)
    assert found.statistic[0] == pytest.approx(float(Fraction(32, 45)), abs=1e-12)
    assert found.statistic.sum() == pytest.approx(float(Fraction(128, 45)), abs=1e-12)
    assert found.quarter[0] == LOW_LOW and found.quarter[8] == HIGH_HIGH
    assert found.lag[0] == pytest.approx((2 + 4 + 5) / 3)


@pytest.mark.parametrize(
    ("name", "column", "published"),
    [
        # Documentation of esda.Moran: homicides around St. Louis, and infant deaths in North Carolina, the
        # latter as reckoned by OpenGeoDa, too.
        ("stl", ("stl_hom.txt", "HR8893"), 0.244),
        ("sids2", ("sids2.dbf", "SIDR74"), 0.248),
    ],
)
def test_morans_i_of_published_examples(name: str, column: tuple[str, str], published: float) -> None:
    import libpysal

    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # Of the old readers of these files.
        with closing(libpysal.io.open(libpysal.examples.get_path(f"{name}.gal"))) as file:
            weights = file.read()
        with closing(libpysal.io.open(libpysal.examples.get_path(column[0]))) as file:
            values = np.array(file.by_col(column[1]), dtype=float)
    numbers = {each: at for at, each in enumerate(weights.id_order)}
    near = linked({at: [numbers[n] for n in weights.neighbors[each]] for each, at in numbers.items()})
    found = global_moran(values, near, 199, 1, never)
    assert round(found.value, 3) == published
    assert found.p == pytest.approx(0.01)  # The least that 199 permutations can give.
    local = local_moran(values, near, 99, 1, quietly, never)
    assert local.statistic.sum() == pytest.approx((len(values) - 1) * found.value)


def test_gi_star_of_a_strip_worked_out_by_hand() -> None:
    """Five areas in a row with 1, 1, 1, 1, 6: mean 2, s² = 40/5 − 4 = 4.

    The last with its neighbour: (7 − 2·2) / (2·√((5·2 − 4)/4)) = 3/√6. The first: (2 − 4)/√6. The middle one
    has three: (3 − 6)/(2·√((15 − 9)/4)) = −3/√6.
    """
    found = getis_ord(np.array([1.0, 1.0, 1.0, 1.0, 6.0]), strip(5), 99, 1, quietly, never)
    expected = np.array([-2.0, -3.0, -3.0, 2.0, 3.0]) / np.sqrt(6.0)
    np.testing.assert_allclose(found.statistic, expected, atol=1e-12)
    assert found.quarter.tolist() == [LOW_LOW, LOW_LOW, LOW_LOW, HIGH_HIGH, HIGH_HIGH]


def test_gi_star_of_the_example_in_the_documentation_of_esda() -> None:
    """Six points within 15 of one another, binary weights: Zs of G_Local(…, transform='B', star=True)."""
    near = linked({0: [1, 3], 1: [0, 3, 4], 2: [4], 3: [0, 1, 4], 4: [1, 2, 3, 5], 5: [4]})
    found = getis_ord(np.array([2, 3, 3.2, 5, 8, 7]), near, 99, 1, quietly, never)
    published = [-1.39727626, -0.28917762, 0.65064964, -0.28917762, 1.23452088, 2.02424331]
    np.testing.assert_allclose(found.statistic, published, atol=1e-7)


def test_pseudo_p_values_are_those_of_esda_but_for_chance() -> None:
    from esda.moran import Moran_Local

    rng = np.random.default_rng(4)
    values = rng.gamma(2.0, 2.0, 49)  # No ties, which esda breaks by rounding.
    values[:3] += 12.0
    near = lattice(7)
    mine = local_moran(values, near, 1_999, 1, quietly, never)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # It announces a change of its defaults.
        theirs = Moran_Local(values, near.weights(), permutations=1_999, seed=7)
    twice = np.minimum(2.0 * theirs.p_sim, 1.0)
    # Four standard errors of a share from so many draws, twice for two tails, once for each of both.
    assert np.abs(mine.p - twice).max() < 4 * 2 * np.sqrt(2 * 0.25 / 1_999)


def test_a_block_of_high_values_stands_out_and_a_single_one_among_low_ones_is_no_block() -> None:
    values = np.ones(100)
    for at in (0, 1, 10, 11):
        values[at] = 50.0
    values += np.random.default_rng(1).random(100)
    found = getis_ord(values, lattice(10), 999, 1, quietly, never)
    significant = adjusted(found.p, Correction.FDR) <= 0.05
    assert significant[[0, 1, 10, 11]].all()
    assert (found.quarter[[0, 1, 10, 11]] == HIGH_HIGH).all()


def test_the_same_seed_gives_the_same_p_values_and_leaves_numpys_own_generator_alone() -> None:
    values = np.random.default_rng(1).random(25)
    before = np.random.get_state()[1].copy()  # type: ignore[index]
    once, again, other = (local_moran(values, lattice(5), 99, seed, quietly, never).p for seed in (1, 1, 2))
    np.testing.assert_array_equal(once, again)
    assert (once != other).any()
    np.testing.assert_array_equal(before, np.random.get_state()[1])  # type: ignore[index]


P_VALUES = np.array(
    [
        *(0.0001, 0.0004, 0.0019, 0.0095, 0.0201, 0.0278, 0.0298, 0.0344),
        *(0.0459, 0.3240, 0.4262, 0.5719, 0.6528, 0.7590, 1.0000),
    ]
)
"""Benjamini and Hochberg 1995, section 4: fifteen tests of a heart study."""


def test_the_example_of_benjamini_and_hochberg() -> None:
    """Their procedure rejects the first four at 0.05, Bonferroni's the first three."""
    assert (adjusted(P_VALUES, Correction.FDR) <= 0.05).sum() == 4
    assert (adjusted(P_VALUES, Correction.BONFERRONI) <= 0.05).sum() == 3
    assert (adjusted(P_VALUES, Correction.NONE) <= 0.05).sum() == 9


def test_few_permutations_cannot_reach_a_strict_level() -> None:
    assert least_adjusted(199, 999, Correction.BONFERRONI) == pytest.approx(0.398)
    assert least_adjusted(199, 999, Correction.NONE) == pytest.approx(0.002)


def test_permutations_can_be_stopped() -> None:
    with pytest.raises(AnalysisCancelled):
        local_moran(np.arange(9.0), lattice(3), 99, 1, quietly, lambda: True)


def test_a_giant_among_low_neighbours_is_no_hotspot() -> None:
    """Its own value makes Gi* high; what is unlikely by chance is that its neighbours are so low."""
    near, rng = lattice(15), np.random.default_rng(1)
    values = rng.integers(50, 100, 225).astype(float)
    giant = 7 * 15 + 7
    values[near.of(giant)], values[giant] = 1.0, 5_000.0

    found = getis_ord(values, near, 499, 1, quietly, never)

    assert found.statistic[giant] > 3 and found.quarter[giant] == HIGH_HIGH
    assert found.p[giant] < 0.05 and not found.agrees[giant]


def test_a_dense_spot_below_a_mean_that_a_giant_raised_is_not_called_low() -> None:
    near, rng = lattice(20), np.random.default_rng(1)
    values = rng.integers(0, 3, 400).astype(float)
    values[0], spot = 50_000.0, 210
    values[near.of(spot)] = values[spot] = 40.0

    found = local_moran(values, near, 499, 1, quietly, never)

    assert found.quarter[spot] == LOW_LOW
    assert found.p[spot] < 0.1 and not found.agrees[spot]


def test_where_area_and_neighbours_stand_out_together_both_agree() -> None:
    near, values = lattice(10), np.ones(100) + np.arange(100) / 1e3
    values[[44, 45, 54, 55]] = 50.0

    for reckon in (local_moran, getis_ord):
        found = reckon(values, near, 499, 1, quietly, never)
        assert found.agrees[44] and found.quarter[44] == HIGH_HIGH and found.p[44] < 0.05


def test_a_long_run_can_be_stopped_at_every_area() -> None:
    asked: list[int] = []

    def after_three() -> bool:
        asked.append(1)
        return len(asked) > 3

    with pytest.raises(AnalysisCancelled):
        local_moran(np.arange(9.0), lattice(3), 99, 1, quietly, after_three)
