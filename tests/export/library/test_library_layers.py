"""Tests of what documents say as a GeoPackage."""

import json
from pathlib import Path

import pyogrio
import pytest
from text.hand_made import make_document, make_figure, make_mention

from jjjmap import paths
from jjjmap.catalogue.store import load_catalogue
from jjjmap.errors import ExportFailed
from jjjmap.export.library.library_layers import save_library_layers
from jjjmap.i18n import Language
from jjjmap.text.records import Document, SubjectKind

TEXT = "唐山与曹妃甸协作，唐山有企业近300家，甲镇与某链也在其中。"


@pytest.fixture
def documents() -> list[Document]:
    mentions = (
        make_mention(TEXT, "唐山", "130200"),
        make_mention(TEXT, "曹妃甸", "caofeidian"),
        make_mention(TEXT, "唐山", "130200", nth=1),
        make_mention(TEXT, "甲镇", "town-1816670", kind=SubjectKind.TOWN),
        make_mention(TEXT, "某链", "hydrogen", kind=SubjectKind.CHAIN),
    )
    figure = make_figure(TEXT, "近300家", "300", "家", scope_id="130200")
    late = make_document("b", TEXT, mentions[:1], date="2024")
    return [make_document("a", TEXT, mentions, (figure,), date="2023-05-06"), late]


def save(path: Path, documents: list[Document], **options: object) -> bool:
    catalogue, _findings = load_catalogue(paths.RESOURCES)
    return save_library_layers(path, documents, catalogue, Language.ZH, geodata=paths.GEODATA, **options)  # type: ignore[arg-type]


def test_places_are_points_and_areas_with_how_often_they_are_named(
    documents: list[Document], tmp_path: Path
) -> None:
    path = tmp_path / "out.gpkg"
    assert save(path, documents)
    assert sorted(name for name, _type in pyogrio.list_layers(path)) == [
        "areas",
        "documents",
        "figures",
        "mentions",
        "places",
    ]
    places = pyogrio.read_dataframe(path, layer="places").set_index("place_id")
    assert sorted(places.index) == ["130200", "caofeidian", "town-1816670"]
    assert (places.mentions["130200"], places.documents["130200"]) == (3, 2)
    assert (places.first_date["130200"], places.last_date["130200"]) == ("2023-05-06", "2024")
    assert places.crs.to_epsg() == 4326 and 117 < places.geometry["130200"].x < 120
    areas = pyogrio.read_dataframe(path, layer="areas").set_index("place_id")
    assert sorted(areas.index) == ["130200", "caofeidian"]
    assert areas.geometry["130200"].covers(places.geometry["130200"])


def test_tables_hold_every_record_with_its_citation(documents: list[Document], tmp_path: Path) -> None:
    path = tmp_path / "out.gpkg"
    save(path, documents)
    mentions = pyogrio.read_dataframe(path, layer="mentions", read_geometry=False)
    assert len(mentions) == 6
    for row in mentions.itertuples():
        assert TEXT[row.start : row.end] == row.text and row.reference
    assert set(mentions.kind) == {"place", "town", "chain"}
    figures = pyogrio.read_dataframe(path, layer="figures", read_geometry=False)
    assert (figures.value[0], figures.unit[0], figures.qualifier[0]) == (300, "家", "=")
    assert len(pyogrio.read_dataframe(path, layer="documents", read_geometry=False)) == 2


def test_an_empty_library_gives_empty_layers(tmp_path: Path) -> None:
    path = tmp_path / "out.gpkg"
    assert save(path, [])
    assert len(pyogrio.list_layers(path)) == 5
    assert len(pyogrio.read_dataframe(path, layer="mentions", read_geometry=False)) == 0


def test_the_same_documents_give_the_same_file(
    documents: list[Document], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("SOURCE_DATE_EPOCH", "1700000000")
    for name in ("a.gpkg", "b.gpkg"):
        save(tmp_path / name, documents)
    assert (tmp_path / "a.gpkg").read_bytes() == (tmp_path / "b.gpkg").read_bytes()
    monkeypatch.setenv("SOURCE_DATE_EPOCH", "soon")
    with pytest.raises(ExportFailed):
        save(tmp_path / "c.gpkg", documents)


def test_a_cancel_and_a_failure_leave_the_old_file(documents: list[Document], tmp_path: Path) -> None:
    path = tmp_path / "out.gpkg"
    path.write_text("old")
    assert not save(path, documents, cancelled=lambda: True)
    assert path.read_text() == "old"
    with pytest.raises(ExportFailed):
        save(tmp_path / "no such folder" / "out.gpkg", documents)
    assert [file.name for file in tmp_path.iterdir()] == ["out.gpkg"]


def test_hostile_words_are_only_words(tmp_path: Path) -> None:
    words = "'; DROP TABLE mentions; --\0<script>"
    document = make_document("a", words, (make_mention(words, words, "../../etc"),), title=words)
    path = tmp_path / "out.gpkg"
    save(path, [document])
    mentions = pyogrio.read_dataframe(path, layer="mentions", read_geometry=False)
    assert mentions.text[0] == words.replace("\0", " ")
    assert json.dumps(mentions.subject_id[0]) == '"../../etc"'
