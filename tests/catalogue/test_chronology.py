"""Tests of what happened when, and since when a place exists."""

from dataclasses import replace

import pytest

from jjjmap import paths
from jjjmap.catalogue.chronology import Chronology, Moment
from jjjmap.catalogue.models import Catalogue, Evidence, Milestone, Passage
from jjjmap.catalogue.store import load_catalogue
from jjjmap.i18n import Language


def milestone(number: int, date: str, title: str, *place_ids: str) -> Milestone:
    return Milestone(f"ms-{number}", date, title, f"{title} in English", place_ids, "daily")


def with_milestones(catalogue: Catalogue, *milestones: Milestone) -> Catalogue:
    return replace(catalogue, milestones={each.id: each for each in milestones})


def foundings(catalogue: Catalogue, *milestones: Milestone) -> dict[str, str]:
    found = Chronology(with_milestones(catalogue, *milestones)).foundings
    return {place_id: founding.date for place_id, founding in found.items() if place_id != "yi-cluster"}


def test_a_founding_dates_a_place_and_never_a_unit(catalogue: Catalogue) -> None:
    found = foundings(catalogue, milestone(1, "2011-04-01", "设立甲县功能区", "jia-zone", "990001"))
    assert found == {"jia-zone": "2011-04-01"}


def test_the_earliest_of_several_foundings_counts(catalogue: Catalogue) -> None:
    first = milestone(1, "2011-04", "甲县功能区获批", "jia-zone")
    assert foundings(catalogue, milestone(2, "2012", "甲县功能区揭牌", "jia-zone"), first) == {
        "jia-zone": "2011-04"
    }


@pytest.mark.parametrize(
    "title",
    [
        "甲县功能区总体规划获批",
        "甲县功能区首次过1亿吨",
        "甲路全线通车",
        "示范城市群在甲县启动",
        "甲县功能区考察",
        "甲县功能区座谈会",
    ],
)
def test_plans_meetings_records_and_last_sections_found_nothing(catalogue: Catalogue, title: str) -> None:
    assert foundings(catalogue, milestone(1, "2011", title, "jia-zone")) == {}


def test_a_place_with_older_figures_was_not_founded_later(catalogue: Catalogue) -> None:
    # 甲园 has figures from 2013 on, so the sign that was put up in 2020 began nothing.
    assert foundings(catalogue, milestone(1, "2020-05", "甲园揭牌", "jia-park")) == {}
    assert foundings(catalogue, milestone(1, "2012-05", "甲园揭牌", "jia-park")) == {"jia-park": "2012-05"}


def test_a_place_of_the_list_existed_when_the_list_was_made(catalogue: Catalogue) -> None:
    assert catalogue.places["jia-zone"].evidence is Evidence.OFFICIAL
    assert foundings(catalogue, milestone(1, "2020", "甲县功能区揭牌", "jia-zone")) == {}


def test_a_cluster_begins_with_its_list_and_all_others_are_undated(catalogue: Catalogue) -> None:
    chronology = Chronology(catalogue)
    assert chronology.foundings["yi-cluster"].date == "2022"
    assert chronology.undated_count == 2  # 甲县功能区 and 甲园; counties are not counted.


def test_places_are_still_to_come_before_their_month_only(catalogue: Catalogue) -> None:
    chronology = Chronology(
        with_milestones(catalogue, milestone(1, "2011-04-01", "设立甲县功能区", "jia-zone"))
    )

    def missing(moment: Moment) -> list[str]:
        return [founding.place_id for founding in chronology.not_yet(moment)]

    assert missing(Moment(2010)) == ["jia-zone", "yi-cluster"]
    assert missing(Moment(2011, 3)) == ["jia-zone", "yi-cluster"]
    assert missing(Moment(2011, 4)) == missing(Moment(2011)) == ["yi-cluster"]
    # A cluster is dated to a year: within it, it is never said not to exist.
    assert missing(Moment(2022, 1)) == []


def test_events_of_a_month_stand_apart_from_those_with_a_year_only(catalogue: Catalogue) -> None:
    chronology = Chronology(
        with_milestones(
            catalogue,
            milestone(1, "2011", "某事"),
            milestone(2, "2011-04", "另一事"),
            milestone(3, "2012-01-05", "后来的事"),
        )
    )
    april = Moment(2011, 4)
    assert [event.id for event in chronology.in_moment(april)] == ["ms-2"]
    assert [event.id for event in chronology.in_year_without_month(april)] == ["ms-1"]
    assert [event.id for event in chronology.before(Moment(2012, 1))] == ["ms-2", "ms-1"]
    assert chronology.count(Moment(2011, 1)) == (1, 0)
    assert chronology.count(Moment(2011)) == (2, 0)
    assert (chronology.first_year, chronology.last_year) == (2011, 2012)


def test_goals_and_plans_give_target_years_with_their_sources(catalogue: Catalogue) -> None:
    goal = Passage(
        "goal", "goal", "G", "总目标（到2025年）", "Goal for 2025", "到2025年更好。", "", (), (), ("daily",)
    )
    made = replace(
        with_milestones(catalogue, milestone(1, "2024-01", "《甲县规划（2023—2035年）》发布", "jia-zone")),
        passages={goal.id: goal},
    )
    targets = [event for event in Chronology(made).events if event.is_target]
    assert [(event.year, event.source_ids) for event in targets] == [(2025, ("daily",)), (2035, ("daily",))]
    assert targets[0].title(Language.EN) == "Goal for 2025"
    assert Chronology(made).before(Moment(2036))[0].id == "ms-1"


def test_figures_belong_to_the_year_in_which_their_period_ends(catalogue: Catalogue) -> None:
    figures = Chronology(catalogue).figures_of("jia-park", 2023)
    assert [figure.period for figure in figures] == ["2023", "2023-06"]


def test_what_we_ship_dims_what_is_dated_and_nothing_else() -> None:
    catalogue, _findings = load_catalogue(paths.RESOURCES)
    chronology = Chronology(catalogue)
    assert chronology.foundings["xiongan"].date == "2017-04-01"
    assert chronology.foundings["ftz-hebei-daxing"].date == "2019"
    # Renamed in 2024, at work since 2015; roads and ports of which nothing says when they began.
    assert not {"cangzhou-bio", "road-zhangcheng", "port-tianjin", "airport-sjw"} & set(chronology.foundings)
    assert not [place_id for place_id in chronology.foundings if catalogue.places[place_id].kind.is_unit]
    targets = {event.year for event in chronology.events if event.is_target}
    assert {2025, 2035} <= targets
    assert 2030 not in targets  # No source of ours names it.
    assert all(source in catalogue.sources for event in chronology.events for source in event.source_ids)
    assert sum(not event.is_target for event in chronology.events) == len(catalogue.milestones)


def test_the_end_of_a_plan_bears_its_name_and_not_its_release(catalogue: Catalogue) -> None:
    plan = replace(
        milestone(1, "2024-01", "《甲县规划（2023—2035年）》发布", "jia-zone"),
        title_en="Plan of Jia released",
    )
    [end] = [event for event in Chronology(with_milestones(catalogue, plan)).events if event.is_target]
    assert end.title(Language.ZH) == "规划期末：《甲县规划（2023—2035年）》"
    assert end.title(Language.EN) == "End of the plan: Plan of Jia"


def test_the_five_clusters_begin_with_their_plan_though_one_was_worded_anew() -> None:
    catalogue, _findings = load_catalogue(paths.RESOURCES)
    foundings = Chronology(catalogue).foundings
    five = [each.id for each in catalogue.clusters.values() if each.set_zh == "五群"]
    assert len(five) == 5
    assert {foundings[place_id].date for place_id in five} == {"2023"}
    assert all(foundings[place_id].is_listing for place_id in five)
    assert not foundings["xiongan"].is_listing
