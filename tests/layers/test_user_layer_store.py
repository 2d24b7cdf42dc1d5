import json
import os
from dataclasses import replace

import numpy as np
import pyarrow as pa
import pytest

from jjjmap.layers.feature_table import FeatureTable, write_table
from jjjmap.layers.opening.records import (
    Column,
    ColumnRole,
    FileFormat,
    LayerFacts,
    LayerSource,
    OpenOptions,
)
from jjjmap.layers.provenance import ColumnNote, InputNote, Missing, Provenance
from jjjmap.layers.style import Geometry, LayerStyle, SymbolClass
from jjjmap.layers.styling.user_style import StyleMode, UserStyle
from jjjmap.layers.user_layer_store import REJECTED, UserLayerStore

LOOK = LayerStyle((SymbolClass("*", "厂", "plant", fill="#0072b2"),))


def facts(**changes) -> LayerFacts:
    known = LayerFacts(
        title="甲厂名单",
        source_name="甲.csv",
        sublayer="",
        format=FileFormat.CSV,
        encoding="gb18030",
        crs="",
        datum="WGS-84",
        shift_m=0.0,
        geometry=Geometry.POINT,
        columns=(Column("名称", role=ColumnRole.NAME),),
        rows=2,
        without_geometry=0,
        mended=0,
        rejected=0,
        bounds=(116.0, 39.0, 117.0, 40.0),
    )
    return replace(known, **changes)


def table(names=("甲", "乙")) -> FeatureTable:
    return FeatureTable(
        pa.table({"名称": list(names)}), Geometry.POINT, np.array([116.0, 117.0]), np.array([39.0, 40.0])
    )


def stored(store: UserLayerStore, **options):
    folder = store.new_folder()
    (folder / "part").mkdir()
    write_table(folder / "part", table())
    layer = store.adopt(folder / "part", facts(), UserStyle(), LOOK, **options)
    folder.rmdir()
    return layer


def names_in(store: UserLayerStore, layer) -> list[str]:
    return FeatureTable.open(store.table_folder(layer), Geometry.POINT).attributes["名称"].to_pylist()


def test_a_layer_is_there_again_at_the_next_start(tmp_path):
    kept = stored(UserLayerStore(tmp_path / "layers"))
    layers, findings = UserLayerStore(tmp_path / "layers").load()
    assert layers == (kept,)
    assert findings == ()
    assert names_in(UserLayerStore(tmp_path / "layers"), kept) == ["甲", "乙"]


def test_a_store_that_was_never_used_is_empty_and_makes_no_folder(tmp_path):
    assert UserLayerStore(tmp_path / "layers").load() == ((), ())
    assert not (tmp_path / "layers").exists()


def test_title_style_and_filter_are_kept(tmp_path):
    store = UserLayerStore(tmp_path)
    style = UserStyle(mode=StyleMode.CATEGORISED, column="名称")
    changed = replace(stored(store), title="新名", style=style, filter={"conditions": []})
    store.save(changed)
    assert store.load()[0] == (changed,)


def test_rejected_rows_are_kept_beside_the_layer(tmp_path):
    store = UserLayerStore(tmp_path / "layers")
    assert store.rejected_file(stored(store).id) is None
    rejected = tmp_path / "read.csv"
    rejected.write_text("行,原因\n", encoding="utf-8")
    kept = stored(store, rejected=rejected)
    assert store.rejected_file(kept.id).name == REJECTED
    assert store.rejected_file(kept.id).read_text("utf-8") == "行,原因\n"


def test_other_rows_make_a_new_generation_and_the_old_one_goes(tmp_path):
    store = UserLayerStore(tmp_path)
    before = stored(store)
    after = store.save_rows(before, table(("丙", "丁")), facts())
    assert after.generation == 2
    assert names_in(store, after) == ["丙", "丁"]
    assert not store.table_folder(before).exists()
    assert store.load()[0] == (after,)


def test_rows_that_cannot_be_written_leave_the_old_ones(tmp_path, monkeypatch):
    store = UserLayerStore(tmp_path)
    before = stored(store)

    def full(*_):
        raise OSError(28, "no space left")

    monkeypatch.setattr("jjjmap.layers.feature_table._write", full)
    with pytest.raises(OSError):
        store.save_rows(before, table(("丙", "丁")), facts())
    assert store.load()[0] == (before,)
    assert names_in(store, before) == ["甲", "乙"]
    assert sorted(each.name for each in tmp_path.iterdir()) == [before.id]


def test_a_layer_that_cannot_be_kept_leaves_nothing_behind(tmp_path, monkeypatch):
    store = UserLayerStore(tmp_path)
    folder = store.new_folder()
    (folder / "part").mkdir()
    write_table(folder / "part", table())

    def full(*_args, **_more):
        raise OSError(28, "no space left")

    monkeypatch.setattr("jjjmap.layers.stored_layer.replace_file", full)
    with pytest.raises(OSError):
        store.adopt(folder / "part", facts(), UserStyle(), LOOK)
    assert [each.name for each in tmp_path.iterdir()] == [folder.name]


def test_a_removed_layer_can_be_brought_back_until_it_is_purged(tmp_path):
    store = UserLayerStore(tmp_path)
    kept = stored(store)
    removed = store.remove(kept.id)
    assert not any(each.name == kept.id for each in tmp_path.iterdir())
    assert store.restore(removed) == kept
    store.purge(store.remove(kept.id))
    assert list(tmp_path.iterdir()) == []


def test_what_a_killed_program_left_is_removed_and_what_a_running_one_writes_is_not(tmp_path):
    store = UserLayerStore(tmp_path)
    # No process has number 2^22 + 1 on Linux, where the highest is 2^22.
    for name in (".new-4194305-00aa11bb22cc", ".old-4194305-00aa11bb22cc"):
        (tmp_path / name).mkdir()
        (tmp_path / name / "attributes.arrow").write_bytes(b"half")
    running = tmp_path / f".new-{os.getppid()}-00aa11bb22cc"
    running.mkdir()
    (tmp_path / "somebody's").mkdir()
    store.load()
    assert sorted(each.name for each in tmp_path.iterdir()) == sorted([running.name, "somebody's"])


@pytest.mark.parametrize(
    "said",
    [
        "",
        "[]",
        "[" * 100_000,
        '{"version": 99}',
        '{"version": 1, "facts": 3}',
        '{"version": 1, "facts": {}, "style": {}, "look": {}}',
    ],
    ids=["empty", "list", "deep", "newer", "wrong", "hollow"],
)
def test_a_broken_record_is_a_finding_and_its_files_stay(tmp_path, said):
    store = UserLayerStore(tmp_path)
    whole, broken = stored(store), stored(store)
    (tmp_path / broken.id / "layer.json").write_text(said, encoding="utf-8")
    layers, findings = store.load()
    assert layers == (whole,)
    assert [(each.code, each.where) for each in findings] == [("user-layer-broken", broken.id)]
    assert (tmp_path / broken.id / "1" / "attributes.arrow").exists()


def test_a_record_may_not_name_a_layer_elsewhere(tmp_path):
    store = UserLayerStore(tmp_path / "layers")
    kept = stored(store)
    removed = store.remove(kept.id)
    said = json.loads((removed / "layer.json").read_text("utf-8"))
    (removed / "layer.json").write_text(json.dumps({**said, "id": "../../elsewhere"}), encoding="utf-8")
    with pytest.raises(ValueError):
        store.restore(removed)
    assert not (tmp_path / "elsewhere").exists()


@pytest.mark.parametrize(
    "changes", [{"size_px": 1e9}, {"width_px": -1}, {"dash": [1] * 1000}, {"fill_opacity": "NaN"}]
)
def test_a_look_beyond_reason_is_not_drawn(tmp_path, changes):
    store = UserLayerStore(tmp_path)
    kept = stored(store)
    record = tmp_path / kept.id / "layer.json"
    said = json.loads(record.read_text("utf-8"))
    said["look"]["classes"][0] |= changes
    record.write_text(json.dumps(said), encoding="utf-8")
    layers, findings = store.load()
    assert layers == ()
    assert [each.code for each in findings] == ["user-layer-broken"]


MADE = Provenance(
    "summarize",
    {"layer_id": "user-0000000a", "by": ["行业"]},
    "各县企业",
    (InputNote("厂", 9, 8, "user-0000000a", "ab" * 32, 3, ("src",), "筛选", "f1"),),
    (ColumnNote("区位商", "location_quotient", "a ÷ b", "", "某某. 1990.", ("src",)),),
    (Missing("区位商", "zero-denominator", "分母为零。", ("甲县",), 1),),
    ("一句说明。",),
    {"kind": "bars", "title": "图", "labels": ["甲"], "series": [["数", [None]]]},
    "2026-01-02",
    "1.0",
)


def with_provenance(tmp_path, change):
    """Return what a layer is read as whose record tells of its making in another way."""
    store = UserLayerStore(tmp_path)
    kept = stored(store)
    store.save(replace(kept, provenance=MADE))
    record = tmp_path / kept.id / "layer.json"
    said = json.loads(record.read_text("utf-8"))
    said["provenance"] = change(said["provenance"])
    record.write_text(json.dumps(said), encoding="utf-8")
    layers, findings = store.load()
    assert findings == ()
    [read] = layers
    return read


def test_how_a_layer_was_made_is_kept(tmp_path):
    assert with_provenance(tmp_path, lambda said: said).provenance == MADE


def nested(depth):
    said = "x"
    for _level in range(depth):
        said = [said]
    return said


@pytest.mark.parametrize(
    "change",
    [
        lambda said: 3,
        lambda said: [],
        lambda said: {},
        lambda said: {**said, "options": 3},
        lambda said: {**said, "options": {"a": nested(500)}},
        lambda said: {**said, "options": {"a": "x" * 20_000}},
        lambda said: {**said, "options": {"x" * 20_000: 1}},
        lambda said: {**said, "chart": {"labels": ["x"] * 1_200_000}},
        lambda said: {**said, "title": "x" * 20_000},
        lambda said: {**said, "inputs": [{**said["inputs"][0], "rows": -1}]},
        lambda said: {**said, "inputs": [{**said["inputs"][0], "rows_used": "many"}]},
        lambda said: {**said, "inputs": [{**said["inputs"][0], "generation": -3}]},
        lambda said: {**said, "missing": [{**said["missing"][0], "count": 1e400}]},
        lambda said: {**said, "missing": {"a": 1}},
    ],
)
def test_what_cannot_be_how_a_layer_was_made_leaves_a_layer_that_can_be_used(tmp_path, change):
    read = with_provenance(tmp_path, change)
    assert read.provenance is None and read.title
    assert names_in(UserLayerStore(tmp_path), read) == ["甲", "乙"]


def test_rows_that_nobody_can_go_back_to_are_removed_a_day_later(tmp_path):
    store = UserLayerStore(tmp_path)
    before = stored(store)
    after = store.save_rows(before, table(("丙", "丁")), facts(), keeps_old=True)
    (tmp_path / before.id / "2x").mkdir()
    store.load()
    assert names_in(store, before) == ["甲", "乙"], "another window may wish to go back"
    old = tmp_path / before.id / "1"
    os.utime(old, (0, 0))
    assert UserLayerStore(tmp_path).load() == ((after,), ())
    assert not old.exists() and (tmp_path / before.id / "2x").exists()


def test_rejected_rows_go_with_the_rows_that_they_belong_to(tmp_path):
    store = UserLayerStore(tmp_path / "layers")
    (tmp_path / "first.csv").write_text("一", encoding="utf-8")
    (tmp_path / "second.csv").write_text("二", encoding="utf-8")
    before = stored(store, rejected=tmp_path / "first.csv")
    part = tmp_path / "layers" / "part"
    part.mkdir()
    write_table(part, table(("丙", "丁")))
    after = replace(before, generation=store.adopt_rows(before.id, part, rejected=tmp_path / "second.csv"))

    def rejected() -> str:
        return store.rejected_file(before.id).read_text("utf-8")

    assert rejected() == "一" and names_in(store, after) == ["丙", "丁"]
    store.switch_rows(before, after, with_rejected=True)
    assert rejected() == "二" and store.load() == ((after,), ())
    store.switch_rows(after, before, with_rejected=True)
    assert rejected() == "一" and store.load() == ((before,), ())
    store.drop_rows(before.id, after.generation)
    with pytest.raises(OSError):
        store.switch_rows(before, after, with_rejected=True)
    assert rejected() == "一"
    assert sorted(each.name for each in (tmp_path / "layers" / before.id).iterdir()) == [
        "1",
        "layer.json",
        "rejected.csv",
    ]


@pytest.mark.parametrize(
    "said",
    [
        {"path": "../elsewhere.csv", "options": {}},
        {"path": "/a\0b.csv", "options": {}},
        {"path": "/a.csv", "options": {"header_rows": "many"}},
        {"path": ["/a.csv"]},
        "/a.csv",
        7,
    ],
    ids=["relative", "nought", "options", "hollow", "text", "number"],
)
def test_a_source_that_names_no_file_is_none(tmp_path, said):
    store = UserLayerStore(tmp_path)
    source = LayerSource(str(tmp_path / "厂.csv"), OpenOptions(encoding="gb18030"), "points")
    kept = stored(store, source=source)
    assert store.load() == ((kept,), ())
    record = tmp_path / kept.id / "layer.json"
    record.write_text(json.dumps({**json.loads(record.read_text("utf-8")), "source": said}), encoding="utf-8")
    assert store.load() == ((replace(kept, source=None),), ())
