"""Tests that places and figures are read as well as promised, on passages labelled by hand."""

from functools import cache
from pathlib import Path

import pytest

from jjjmap import paths
from jjjmap.catalogue.models import Qualifier
from jjjmap.catalogue.store import load_catalogue
from jjjmap.text.names.gazetteer import build_gazetteer
from jjjmap.text.names.mentions import MentionFinder
from jjjmap.text.records import SubjectKind

from .labelled import LabelledPassage, LabelsUnreadable, load_labelled, load_seeds, parse_labelled
from .scoring import PassageScore, score_all

SEEDS = Path(__file__).resolve().parents[3] / "shared" / "seeds"

SETS = ("dev", "heldout", "unseen")


@cache
def finder() -> MentionFinder:
    catalogue, _findings = load_catalogue(paths.RESOURCES)
    return MentionFinder(build_gazetteer(catalogue))


@cache
def score_of(name: str) -> PassageScore:
    return score_all(load_labelled(name), finder())


def count_places(passages: tuple[LabelledPassage, ...]) -> int:
    return sum(mention.kind is not SubjectKind.CHAIN for passage in passages for mention in passage.mentions)


@pytest.mark.parametrize("name", SETS)
def test_places_are_found_and_nothing_else_is_taken_for_one(name: str) -> None:
    places = score_of(name).places
    assert places.recall >= 0.97, places.missed
    assert places.precision >= 0.97, places.false


@pytest.mark.parametrize("name", SETS)
def test_figures_are_read_with_value_unit_and_qualifier(name: str) -> None:
    figures = score_of(name).figures
    assert figures.recall >= 0.95, figures.missed
    assert figures.precision >= 0.95, figures.false


@pytest.mark.parametrize("name", SETS)
def test_chains_are_told_from_industries(name: str) -> None:
    chains = score_of(name).chains
    assert chains.recall >= 0.9, chains.missed
    assert chains.precision >= 0.9, chains.false


@pytest.mark.parametrize("name", SETS)
def test_units_that_only_lead_to_a_name_are_marked_as_leads(name: str) -> None:
    leads = score_of(name).leads
    assert leads.recall >= 0.97, leads.missed


def test_the_seeds_are_read_as_well() -> None:
    if not SEEDS.is_dir():
        pytest.skip("the seed documents are not beside the checkout (../shared/seeds)")
    score = score_all(load_seeds(SEEDS), finder())
    assert min(score.places.recall, score.places.precision) >= 0.97, (score.places.missed, score.places.false)
    assert min(score.figures.recall, score.figures.precision) >= 0.95, (
        score.figures.missed,
        score.figures.false,
    )


def test_the_sets_are_as_large_as_they_should_be() -> None:
    dev, heldout, unseen = (load_labelled(name) for name in SETS)
    assert len(dev) >= 20
    assert len(heldout) >= 45
    assert count_places(heldout) >= 300
    assert count_places(dev) + count_places(heldout) >= 400
    figures_held_out = sum(len(passage.figures) for passage in heldout)
    assert figures_held_out >= 150
    assert sum(len(passage.figures) for passage in dev) + figures_held_out >= 220
    assert len(unseen) >= 45
    assert count_places(unseen) >= 320
    assert sum(len(passage.figures) for passage in unseen) >= 170


@pytest.mark.parametrize("name", SETS)
def test_every_label_names_a_place_or_a_chain_that_exists(name: str) -> None:
    catalogue, _findings = load_catalogue(paths.RESOURCES)
    towns = paths.GEODATA / "base" / "towns.geojson"
    towns_as_text = towns.read_text("utf-8")
    for passage in load_labelled(name):
        for mention in passage.mentions:
            where = f"{passage.name}: {mention}"
            if mention.kind is SubjectKind.CHAIN:
                assert mention.subject_id in catalogue.chains, where
            elif mention.kind is SubjectKind.TOWN:
                assert f'"{mention.subject_id}"' in towns_as_text, where
            else:
                assert mention.subject_id in catalogue.places, where


def test_marks_may_lie_inside_one_another() -> None:
    (passage,) = parse_labelled(
        "== a | hard\n{x+y:{110000:北京}、{120000^:天津}[近2千个|2000|个|~]园}与{chain/robot:机器人}"
        "\\{1\\}[三成|30|%]{?:某}\n"
    )
    assert passage.text == "北京、天津近2千个园与机器人{1}三成某"
    assert [(each.subject_id, each.text, each.is_lead) for each in passage.mentions] == [
        ("x", "北京、天津近2千个园", False),
        ("y", "北京、天津近2千个园", False),
        ("110000", "北京", False),
        ("120000", "天津", True),
        ("robot", "机器人", False),
    ]
    assert [(each.text, int(each.value), each.qualifier) for each in passage.figures] == [
        ("近2千个", 2000, Qualifier.ABOUT),
        ("三成", 30, Qualifier.EXACT),
    ]
    assert all(passage.text[each.start : each.end] == each.text for each in passage.mentions)
    assert [each.text for each in passage.open_mentions] == ["某"]


@pytest.mark.parametrize(
    "marked", ("{110000:北京", "北京}", "{北京}", "[3家|x|家]", "[3家|3]", "[3家|3|家|!]", "{110000:}", "\\n")
)
def test_a_broken_mark_is_told(marked: str) -> None:
    with pytest.raises(LabelsUnreadable, match="a:"):
        parse_labelled(f"== a | hard\n{marked}\n")
