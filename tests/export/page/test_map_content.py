"""What an exported map carries beside its layers: state, another language, chains, quotations, metadata."""

import json
import re
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from made_layers import made_rows, made_view

from jjjmap import __version__
from jjjmap.catalogue.models import Catalogue
from jjjmap.catalogue.store import load_catalogue
from jjjmap.errors import ExportFailed, LibraryUnusable, RowsUnreadable
from jjjmap.export.marks import Audience
from jjjmap.export.options import ContentOptions
from jjjmap.export.page.html import map_html, predicted_map_bytes, save_map_html, shipped_map_bytes
from jjjmap.export.page.html_page import STANDALONE_SCRIPTS, payload_digest
from jjjmap.i18n import Language
from jjjmap.layers.layer import Layer, first_view
from jjjmap.layers.layer_rows import LayerRows
from jjjmap.layers.shipped import SHIPPED_LAYERS
from jjjmap.layers.tables.filters import Condition, Filter, FilterOp
from jjjmap.maps.bridge import ShowTally, TalliedUnit, TallyClass
from jjjmap.maps.snapshot import MapSnapshot
from jjjmap.paths import RESOURCES
from jjjmap.text.records import Document, DocumentDetails, DocumentFormat, Mention, RawText, SubjectKind
from jjjmap.text.store.library import Library

from ..conftest import ReadPage
from ..hostile import HOSTILE
from ..user_layers import firms

ReadLayer = Callable[[Layer], bytes]
CARS = Filter((Condition(FilterOp.EQUALS, "行业", ("汽车",)),))
LAYER = "user-0000000a"


@pytest.fixture(scope="module")
def shipped() -> Catalogue:
    return load_catalogue(RESOURCES)[0]


def with_rows(snapshot: MapSnapshot, rows: LayerRows) -> MapSnapshot:
    return replace(snapshot, layers=(*snapshot.layers, made_view(rows)), rows_of=lambda _id: rows)


# The state of the map


def test_moment_marks_and_counts_are_those_of_the_window(
    snapshot: MapSnapshot, catalogue: Catalogue, read_layer: ReadLayer
) -> None:
    tally = ShowTally(
        "提到次数", (TallyClass("1–2", "#d4d7ea", "#1a1a1a", 6.5),), (TalliedUnit("990001", 0, "2 次"),)
    )
    stateful = replace(
        snapshot, moment="2017-04", dimmed_ids=("jia-park",), highlighted_ids=("jia-zone", "gone"),
        highlight_title="第三条", tally=tally,
    )  # fmt: skip
    content = ReadPage(map_html(stateful, catalogue, read_layer=read_layer)).content
    assert [call["type"] for call in content["calls"]] == ["HighlightPlaces", "DimFeatures", "ShowTally"]
    marked, dimmed, counted = content["calls"]
    assert [place["feature_id"] for place in marked["places"]] == ["jia-zone"]
    assert dimmed["feature_ids"] == ["jia-park"]
    assert (counted["title"], counted["units"][0]["words"]) == ("提到次数", "2 次")
    assert content["states"] == {
        "moment": "2017年4月", "dimmed": 1, "highlight": "第三条", "marked": 1, "filters": [],
    }  # fmt: skip


def test_a_filter_is_told_in_words_with_how_much_it_lets_through(
    snapshot: MapSnapshot, catalogue: Catalogue, read_layer: ReadLayer
) -> None:
    rows = made_rows(firms(300), filter=CARS)
    content = ReadPage(map_html(with_rows(snapshot, rows), catalogue, read_layer=read_layer)).content
    ((layer_id, title, sentence),) = content["states"]["filters"]
    assert (layer_id, title) == (LAYER, "企业")
    assert sentence == "100 / 300 行：“行业”等于 “汽车”"


def test_a_filter_by_a_column_that_stays_at_home_is_not_told(
    snapshot: MapSnapshot, catalogue: Catalogue, read_layer: ReadLayer
) -> None:
    rows = made_rows(firms(300), filter=CARS)
    options = ContentOptions(columns={LAYER: ("成立年份",)})
    text = map_html(with_rows(snapshot, rows), catalogue, options=options, read_layer=read_layer)
    page = ReadPage(text)
    assert page.content["states"]["filters"][0][2] == "100 / 300 行：条件未附上"
    assert "行业" not in json.dumps(page.content["users"], ensure_ascii=False)
    layer = next(layer for layer in page.content["config"]["layers"] if layer["id"] == LAYER)
    assert layer["style"]["attribute"] == ""


def test_a_chosen_row_of_a_filtered_layer_has_its_new_number(
    snapshot: MapSnapshot, catalogue: Catalogue, read_layer: ReadLayer
) -> None:
    rows = with_rows(snapshot, made_rows(firms(300), filter=CARS))

    def selected(feature_id: str) -> str:
        page = ReadPage(map_html(replace(rows, selected_id=feature_id), catalogue, read_layer=read_layer))
        return str(page.content["selected"])

    assert selected(f"{LAYER}#6") == f"{LAYER}#2"
    assert selected(f"{LAYER}#7") == "", "the filter hides it"


def test_a_hidden_layer_of_the_user_leaves_nothing(
    snapshot: MapSnapshot, catalogue: Catalogue, read_layer: ReadLayer
) -> None:
    rows = made_rows(firms(20))
    hidden = with_rows(snapshot, rows)
    hidden = replace(hidden, layers=(*hidden.layers[:-1], replace(hidden.layers[-1], visible=False)))
    page = ReadPage(map_html(hidden, catalogue, read_layer=read_layer))
    assert "users" not in page.content
    assert LAYER not in page.text and "机械有限公司" not in json.dumps(page.content, ensure_ascii=False)


# Languages


def test_another_language_brings_its_own_words_and_names(
    snapshot: MapSnapshot, catalogue: Catalogue, read_layer: ReadLayer
) -> None:
    options = ContentOptions(languages=(Language.EN, Language.ZH))
    page = ReadPage(map_html(snapshot, catalogue, options=options, read_layer=read_layer))
    assert page.content["languages"] == [["zh", "中文"], ["en", "English"]]
    words = json.loads(page.block("words-en"))
    assert words["details"]["places"]["jia-park"]["name"] == "Jia Park"
    assert words["config"]["language"] == "en"
    assert words.keys() <= page.content.keys()
    (_id, properties, *_rest) = page.content["features"]["layers"]["platforms"][0]
    assert (properties["name_zh"], properties["name_en"]) == ("甲园", "Jia Park")


def test_a_map_of_one_language_carries_the_names_of_that_one_only(
    snapshot: MapSnapshot, catalogue: Catalogue, read_layer: ReadLayer
) -> None:
    page = ReadPage(map_html(snapshot, catalogue, read_layer=read_layer))
    (_id, properties, *_rest) = page.content["features"]["layers"]["platforms"][0]
    assert "name_en" not in properties
    assert [attributes["id"] for attributes, _text in page.all("script") if "id" in attributes] == [
        "map-about", "map-data", "map-steps",
    ]  # fmt: skip


# Chains and search


def test_every_chain_is_drawn_from_the_same_graph_as_in_the_window(shipped: Catalogue) -> None:
    from jjjmap.catalogue.chain_graph import chain_graph

    snapshot = MapSnapshot(first_view(SHIPPED_LAYERS), Language.ZH)
    content = ReadPage(map_html(snapshot, shipped)).content
    assert [chain["id"] for chain in content["chains"]] == list(shipped.chains)
    for chain in content["chains"]:
        graph = chain_graph(shipped, chain["id"])
        drawn = [
            [(node["name"], node.get("places", [])) for node in nodes] for _t, nodes, _n in chain["stages"]
        ]
        assert drawn == [
            [(node.name_zh, list(node.place_ids)) for node in nodes] for _s, nodes in graph.stages
        ]
        for _title, nodes, _nothing in chain["stages"]:
            for node in nodes:
                assert set(node.get("sources", [])) <= set(chain["sources"])
                assert set(node.get("places", [])) <= content["details"]["places"].keys()


def test_places_can_be_found_by_short_names_codes_and_sound(shipped: Catalogue) -> None:
    snapshot = MapSnapshot(first_view(SHIPPED_LAYERS), Language.ZH)
    found = ReadPage(map_html(snapshot, shipped)).content["search"]["places"]
    assert "110101" in found["110101"][0]
    assert any(reading.startswith("xiong an") for reading in found["xiongan"][1])


# Quotations


@pytest.fixture
def library() -> Iterator[Library]:
    text = "前言。支持甲园承接机床项目。" + HOSTILE
    start = text.index("甲园")
    mention = Mention("jia-park", SubjectKind.PLACE, start, start + 2, "甲园", 0.9, "name")
    details = DocumentDetails("甲县规划", "甲县人民政府", "2024-05-06", "甲政发〔2024〕1号")
    document = Document(
        "", details, "甲县.txt", "0" * 64, len(text), RawText(text, DocumentFormat.TXT), (), text, (),
        (mention,), (),
    )  # fmt: skip
    with Library.open(None) as library:
        library.store(document, text.encode())
        yield library


def test_sentences_of_the_users_documents_are_quoted_with_their_reference(
    snapshot: MapSnapshot, catalogue: Catalogue, read_layer: ReadLayer, library: Library
) -> None:
    content = ReadPage(map_html(snapshot, catalogue, library=library, read_layer=read_layer)).content
    ((pieces, document, remark),) = content["details"]["places"]["jia-park"]["quotations"]
    assert pieces[1] == "甲园" and pieces[0].endswith("支持") and remark == ""
    assert (
        content["details"]["documents"][document]
        == "甲县人民政府. 甲县规划: 甲政发〔2024〕1号[Z]. 2024-05-06."
    )


def test_without_a_library_nothing_of_it_leaves(
    snapshot: MapSnapshot, catalogue: Catalogue, read_layer: ReadLayer
) -> None:
    content = ReadPage(map_html(snapshot, catalogue, read_layer=read_layer)).content
    assert content["details"]["documents"] == []
    assert all("quotations" not in place for place in content["details"]["places"].values())


# What it says of itself


def about(page: ReadPage) -> dict[str, Any]:
    (text,) = (text for attributes, text in page.all("script") if attributes.get("id") == "map-about")
    assert not re.search("[<>&\u2028\u2029]", text)
    return json.loads(text)


def test_the_file_says_to_machines_what_it_is(
    snapshot: MapSnapshot, catalogue: Catalogue, read_layer: ReadLayer, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("SOURCE_DATE_EPOCH", "1513728000")
    chosen = replace(snapshot, selected_id="jia-park", moment="2017-04")
    said = about(ReadPage(map_html(chosen, catalogue, read_layer=read_layer, file_name="甲.html")))
    assert said["@type"] == "Map" and said["name"] == "甲园 · 京津冀产业协同地图"
    assert said["dateCreated"] == "2017-12-20" and said["temporalCoverage"] == "2017-04"
    assert said["creator"]["softwareVersion"] == __version__
    assert said["spatialCoverage"]["geo"]["box"] == "39.00000 116.00000 39.10000 116.20000"
    assert any("甲县建园" in reference for reference in said["citation"])
    assert said["usageInfo"].startswith("内部参考")
    assert said["command"].endswith("--lang zh -o '甲.html'")


def test_hostile_texts_stay_inside_the_metadata(
    snapshot: MapSnapshot, catalogue: Catalogue, read_layer: ReadLayer
) -> None:
    options = ContentOptions(title=HOSTILE, command=HOSTILE)
    page = ReadPage(map_html(snapshot, catalogue, options=options, read_layer=read_layer))
    said = about(page)
    assert (said["name"], said["command"]) == (HOSTILE, HOSTILE)
    metas = {attributes.get("name"): attributes.get("content") for attributes, _text in page.all("meta")}
    assert metas["jjjmap-command"] == HOSTILE


def test_the_hash_is_that_of_all_data(
    snapshot: MapSnapshot, catalogue: Catalogue, read_layer: ReadLayer
) -> None:
    page = ReadPage(map_html(snapshot, catalogue, read_layer=read_layer))
    blocks = {attributes["id"]: text for attributes, text in page.all("script") if attributes.get("type")}
    metas = {attributes.get("name"): attributes.get("content") for attributes, _text in page.all("meta")}
    assert metas["jjjmap-payload-sha256"] == payload_digest(blocks)


def test_the_mark_goes_only_where_it_was_taken_off(
    snapshot: MapSnapshot, catalogue: Catalogue, read_layer: ReadLayer
) -> None:
    public = ContentOptions(audience=Audience.PUBLIC)
    texts = [map_html(snapshot, catalogue, read_layer=read_layer, options=each) for each in (None, public)]
    assert ["内部参考" in text for text in texts] == [True, False]
    assert ["--public" in text for text in texts] == [False, True]
    assert all("未经地图审核" in text and "GS(2024)0650号" in text for text in texts)


# Sizes and failures


def test_the_size_is_told_before_anything_is_written(
    snapshot: MapSnapshot, catalogue: Catalogue, read_layer: ReadLayer
) -> None:
    shown = with_rows(snapshot, made_rows(firms(4000)))
    options = ContentOptions()
    size = len(map_html(shown, catalogue, options=options, read_layer=read_layer).encode())
    shipped = shipped_map_bytes(shown, catalogue, options, read_layer=read_layer)
    assert abs(predicted_map_bytes(shipped, shown, options) - size) < 0.25 * size
    assert predicted_map_bytes(shipped, snapshot, options) == shipped < size


@pytest.mark.parametrize("error", [RowsUnreadable("企业", "gone"), LibraryUnusable(Path("x"), "broken")])
def test_rows_or_documents_that_cannot_be_read_are_an_export_that_failed(
    tmp_path: Path, snapshot: MapSnapshot, catalogue: Catalogue, read_layer: ReadLayer, error: Exception
) -> None:
    rows = made_rows(firms(20))
    broken = with_rows(snapshot, rows)

    def fail(_layer_id: str) -> LayerRows:
        raise error

    with pytest.raises(ExportFailed):
        save_map_html(tmp_path / "a.html", replace(broken, rows_of=fail), catalogue, read_layer=read_layer)
    assert list(tmp_path.iterdir()) == []


def test_all_scripts_of_the_page_exist() -> None:
    assert all((RESOURCES / "web" / name).is_file() for name in STANDALONE_SCRIPTS)
