import json
import subprocess
import sys

import pytest

from jjjmap.maps.builder import build_map
from jjjmap.maps.page_cache import built_page

ASKED = {"starter": "jjjmap.connect", "scripts": ("/a.js",), "styles": ("/a.css",)}


def test_the_page_from_the_cache_is_the_page_that_folium_builds(tmp_path):
    fresh = built_page(tmp_path, **ASKED)
    assert fresh == built_page(tmp_path, **ASKED) == build_map(**ASKED)
    assert len(list(tmp_path.iterdir())) == 1


def test_a_second_start_does_not_import_folium(tmp_path):
    built_page(tmp_path, **ASKED)
    code = (
        "import sys, pathlib; from jjjmap.maps.page_cache import built_page;"
        f"built_page(pathlib.Path({str(tmp_path)!r}), **{ASKED!r}); sys.exit('folium' in sys.modules)"
    )
    assert subprocess.run([sys.executable, "-c", code]).returncode == 0


def test_other_arguments_have_a_page_of_their_own(tmp_path):
    built_page(tmp_path, **ASKED)
    other = built_page(tmp_path, **ASKED | {"scripts": ("/b.js",)})
    assert "/b.js" in other.head and "/a.js" not in other.head


def test_a_new_page_takes_the_place_of_older_ones_and_of_nothing_else(tmp_path):
    older, foreign = tmp_path / "map-page-0123456789abcdef.json", tmp_path / "notes.json"
    for file in (older, foreign):
        file.write_text("{}")
    built_page(tmp_path, **ASKED)
    kept = {file.name for file in tmp_path.iterdir()}
    assert older.name not in kept and foreign.name in kept and len(kept) == 2


@pytest.mark.parametrize(
    "spoilt", [b"", b"\xff\xfe", b"[]", b"{}", json.dumps({"head": 1, "body": "", "script": ""}).encode()]
)
def test_a_spoilt_cache_is_built_anew(tmp_path, spoilt):
    fresh = built_page(tmp_path, **ASKED)
    [file] = tmp_path.iterdir()
    file.write_bytes(spoilt)
    assert built_page(tmp_path, **ASKED) == fresh
    assert json.loads(file.read_text())["script"] == fresh.script


def test_a_cache_that_cannot_be_written_costs_nothing_but_time(tmp_path):
    blocked = tmp_path / "file"
    blocked.write_text("a file where the folder should be")
    assert built_page(blocked / "cache", **ASKED) == build_map(**ASKED)
