import re

import pytest

from jjjmap.errors import PageMissing, ResourceMissing
from jjjmap.layers.shipped import SHIPPED_LAYERS
from jjjmap.maps import assets
from jjjmap.maps.builder import build_map
from jjjmap.maps.pages import INDEX, PAGE_POLICY, PageTable


@pytest.fixture
def pages(tmp_path):
    return PageTable(
        SHIPPED_LAYERS, lambda layer: layer.id.encode(), lambda: {"language": "zh"}, b"channel", tmp_path
    )


def test_every_path_of_the_table_is_answered_with_its_type(pages):
    types = {path: pages.page_for(path).mimetype for path in pages.paths}
    assert types[INDEX].startswith("text/html")
    assert types["/leaflet.js"].startswith("text/javascript")
    assert types["/map.css"].startswith("text/css")
    assert types["/layers/wings.geojson"].startswith("application/json")
    assert pages.page_for("/layers/wings.geojson").data == b"wings"
    assert pages.page_for("/config.json").data == b'{"language": "zh"}'


@pytest.mark.parametrize(
    "path",
    [
        "",
        "/",
        "/etc/passwd",
        "/../jjjmap/paths.py",
        "/..%2f..%2fetc/passwd",
        "//etc/passwd",
        "/..\\..\\x",
        "/map.js\0",
    ],
)
def test_a_path_outside_the_table_is_missing(pages, path):
    with pytest.raises(PageMissing):
        pages.page_for(path)


def test_the_document_has_no_inline_script_and_names_only_paths_that_are_answered(pages):
    html = pages.page_for(INDEX).data.decode()
    assert re.findall(r"<script(?![^>]*\bsrc=)", html) == []
    assert not re.search(r"\son\w+=", html)
    addresses = re.findall(r'(?:src|href)="([^"]+)"', html)
    assert addresses
    assert set(addresses) <= set(pages.paths)


def test_the_policy_allows_no_inline_script_and_no_network():
    assert "script-src jjjmap:;" in PAGE_POLICY
    assert "default-src 'none'" in PAGE_POLICY
    assert "http" not in PAGE_POLICY


def test_the_script_of_the_page_is_the_same_each_time():
    pages = [build_map(starter="jjjmap.connect") for _ in range(2)]
    assert pages[0] == pages[1]
    assert pages[0].script.endswith("jjjmap.connect(map_jjjmap);")


def test_folium_brings_no_address_of_its_own():
    page = build_map(starter="jjjmap.connect")
    assert "://" not in page.head + page.body + page.script
    assert "src=" not in page.head


def test_leaflet_is_the_version_that_folium_asks_for():
    import folium

    [leaflet] = [address for name, address in folium.Map.default_js if name == "leaflet"]
    version = re.search(r"leaflet@([\d.]+)", leaflet)[1]
    assert f"Leaflet {version}".encode() in assets.leaflet_file("leaflet.js")[:400]


def test_a_file_that_the_package_lacks_is_named():
    with pytest.raises(ResourceMissing, match=r"XStatic-Leaflet/nothing\.js"):
        assets.leaflet_file("nothing.js")


def test_a_name_that_climbs_out_of_the_web_folder_is_refused():
    with pytest.raises(ResourceMissing):
        assets.web_file("../catalogue/places.csv")


class TestFeatures:
    @pytest.fixture
    def asked(self):
        return []

    @pytest.fixture
    def pages(self, tmp_path, asked):
        def features(path):
            asked.append(path)
            return b"bytes"

        return PageTable((), lambda layer: b"", dict, b"", tmp_path, features)

    @pytest.mark.parametrize(
        ("rest", "mimetype"),
        [
            ("points.bin", "application/octet-stream"),
            ("rows.bin", "application/octet-stream"),
            ("hex/9.bin", "application/octet-stream"),
            ("tiles/12000/3372/1552.bin", "application/octet-stream"),
            ("about.json", "application/json; charset=utf-8"),
            ("labels/12/3372/1552.json", "application/json; charset=utf-8"),
        ],
    )
    def test_paths_of_users_layers_are_handed_on(self, pages, asked, rest, mimetype):
        asset = pages.page_for(f"/features/user-1a2b3c4d/7/{rest}")
        assert (asset.mimetype, asset.data) == (mimetype, b"bytes")
        assert asked == [f"user-1a2b3c4d/7/{rest}"]
        assert pages.is_slow(f"/features/user-1a2b3c4d/7/{rest}")

    @pytest.mark.parametrize(
        "path",
        [
            "/features/",
            "/features/../config.json",
            "/features/user-1a2b3c4d/7/../../../etc/passwd",
            "/features/user-1A2B3C4D/7/points.bin",
            "/features/user-1a2b3c4d/-1/points.bin",
            "/features/user-1a2b3c4d/7/points.bin/",
            "/features/user-1a2b3c4d/7/points.bin\n",
            "/features/user-1a2b3c4d/７/points.bin",
            "/features/user-1a2b3c4d/7/tiles/1/2.bin",
            "/features/user-1a2b3c4d/7/tiles/100000/2/3.bin",
            "/features/user-1a2b3c4d/7/attributes.arrow",
            "/features/counties/7/points.bin",
        ],
    )
    def test_no_other_path_reaches_them(self, pages, asked, path):
        with pytest.raises(PageMissing):
            pages.page_for(path)
        assert asked == []

    def test_without_users_layers_nothing_stands_there(self, tmp_path):
        pages = PageTable((), lambda layer: b"", dict, b"", tmp_path)
        with pytest.raises(PageMissing):
            pages.page_for("/features/user-1a2b3c4d/0/points.bin")
        assert not pages.is_slow("/config.json")
