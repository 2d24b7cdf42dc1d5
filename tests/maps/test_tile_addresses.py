"""Addresses of tiles as people paste them: what is understood, what is refused, where a secret goes."""

import pytest

from jjjmap.errors import BasemapUnusable
from jjjmap.maps.basemap_reasons import REASONS, reason_sentence
from jjjmap.maps.basemaps import (
    OSM,
    SHIPPED_BASEMAPS,
    TILES,
    Served,
    TileSet,
    own_basemap,
    shown_tiles,
    tile_at,
)
from jjjmap.maps.tile_addresses import SHIFTED_HOSTS, parse_tile_address
from jjjmap.settings import OwnBasemap

CANARY = "S3CRET-canary"


@pytest.mark.parametrize(
    ("text", "template"),
    [
        ("https://t.example.cn/{z}/{x}/{y}.png", "https://t.example.cn/{z}/{x}/{y}.png"),
        ("  https://t.example.cn/{Z}/{X}/{-y}{r}.png ", "https://t.example.cn/{z}/{x}/{-y}.png"),
        (
            "https://t.example.cn/wmts/a/{TileMatrix}/{TileRow}/{TileCol}.jpg",
            "https://t.example.cn/wmts/a/{z}/{y}/{x}.jpg",
        ),
        (
            "https://t.example.cn/wmts?SERVICE=WMTS&REQUEST=GetTile&LAYER=a&TileMatrix=7&TileRow=48&TileCol=105",
            "https://t.example.cn/wmts?SERVICE=WMTS&REQUEST=GetTile&LAYER=a&TileMatrix={z}&TileRow={y}&TileCol={x}",
        ),
        (
            "https://t.example.cn/w?request=GetTile&tilematrix=EPSG:900913:7&tilerow=48&tilecol=105",
            "https://t.example.cn/w?request=GetTile&tilematrix=EPSG:900913:{z}&tilerow={y}&tilecol={x}",
        ),
        ("http://127.0.0.1:8080/{z}/{x}/{y}", "http://127.0.0.1:8080/{z}/{x}/{y}"),
    ],
)
def test_addresses_of_every_usual_kind_are_understood(text, template):
    address = parse_tile_address(text)
    assert address.template == template
    assert address.token == ""
    assert parse_tile_address(address.text) == address


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("", "bad-address"),
        ("t.example.cn/{z}/{x}/{y}.png", "bad-address"),
        ("file:///etc/{z}/{x}/{y}", "bad-address"),
        ("jjjmap://app/tiles/osm/{z}/{x}/{y}", "bad-address"),
        ("javascript:alert({z}{x}{y})", "bad-address"),
        ("https://t.example.cn/{z}/{x}/ {y}", "bad-address"),
        ("https://t.example.cn/{z}/{x}/{y}\nHost: other", "bad-address"),
        ("https://{z}.example.cn/{x}/{y}", "bad-address"),
        ("https://{token}.example.cn/{z}/{x}/{y}", "bad-address"),
        ("https://t.example.cn:99999/{z}/{x}/{y}", "bad-address"),
        ("https://[::1/{z}/{x}/{y}", "bad-address"),
        ("https://t.example.cn\\@other.cn/{z}/{x}/{y}", "bad-address"),
        ("https://t.example.cn/{z}/{x}/{y}" + "a" * 2000, "bad-address"),
        ("https://t.example.cn/tiles", "no-holes"),
        ("https://t.example.cn/{z}/{x}", "no-holes"),
        ("https://t.example.cn/{Style}/{z}/{x}/{y}", "unknown-hole"),
        ("https://t.example.cn/{__class__}/{z}/{x}/{y}", "unknown-hole"),
        ("https://t.example.cn/wmts?service=WMTS&request=GetCapabilities", "description"),
        ("http://t.example.cn/{z}/{x}/{y}.png", "plain-http"),
        ("http://{s:localhost,other}/{z}/{x}/{y}.png", "plain-http"),
        ("https://t.example.cn:{s:80,http}/{z}/{x}/{y}.png", "bad-address"),
        ("https://{s:tiles,amap}.com/{z}/{x}/{y}.png", "shifted"),
        ("https://reader:pass@t.example.cn/{z}/{x}/{y}.png", "with-password"),
        ("https://t0.tianditu.gov.cn/vec_c/wmts?request=GetTile&tilematrix=1&tilerow=1&tilecol=1", "degrees"),
        ("https://webrd01.is.autonavi.com/appmaptile?x={x}&y={y}&z={z}", "shifted"),
        ("https://t.example.cn/{z}/{x}/{y}?key=" + "k" * 600, "bad-token"),
    ],
)
def test_what_is_no_address_of_tiles_is_refused_with_a_reason_in_words(text, reason):
    with pytest.raises(BasemapUnusable) as refused:
        parse_tile_address(text)
    assert refused.value.reason == reason
    assert reason in REASONS
    assert reason_sentence(reason, refused.value.detail)


@pytest.mark.parametrize("host", SHIFTED_HOSTS)
def test_maps_in_shifted_coordinates_are_refused_under_every_name(host):
    for prefix in ("", "tiles."):
        with pytest.raises(BasemapUnusable, match="shifted"):
            parse_tile_address(f"https://{prefix}{host}/{{z}}/{{x}}/{{y}}")
    parse_tile_address(f"https://not{host}/{{z}}/{{x}}/{{y}}")


def test_plain_http_is_taken_when_the_user_says_so():
    assert parse_tile_address("http://t.example.cn/{z}/{x}/{y}", plain_http=True).is_plain_http


def test_subdomains_may_be_named_and_take_turns():
    address = parse_tile_address("https://{s:t1,t2}.example.cn/{z}/{x}/{y}")
    tile_set = TileSet("own-00000000", address.template, address.subdomains)
    assert tile_set.address(3, 1, 1) == "https://t1.example.cn/3/1/1"
    assert tile_set.address(3, 2, 1) == "https://t2.example.cn/3/2/1"
    assert "{s:t1,t2}" in address.text
    assert parse_tile_address(address.text) == address


@pytest.mark.parametrize("name", ["tk", "key", "access_token", "apiKey", "ak", "authkey", "to%6ben"])
def test_a_secret_in_the_address_is_taken_out_of_it(name):
    address = parse_tile_address(f"https://t.example.cn/{{z}}/{{x}}/{{y}}?{name}={CANARY}&v=1")
    assert address.template == f"https://t.example.cn/{{z}}/{{x}}/{{y}}?{name}={{token}}&v=1"
    assert address.token == CANARY
    assert CANARY not in repr(address) + address.text + address.id


def test_a_secret_in_an_address_out_of_an_xml_file_is_taken_out_of_it():
    address = parse_tile_address(f"https://t.example.cn/{{z}}/{{x}}/{{y}}?v=1&amp;tk={CANARY}")
    assert address.template == "https://t.example.cn/{z}/{x}/{y}?v=1&tk={token}"
    assert address.token == CANARY


def test_a_token_cannot_change_the_address_around_it():
    tile_set = TileSet("own-00000000", "https://t.example.cn/{z}/{x}/{y}?tk={token}")
    said = tile_set.address(1, 0, 1, "a&b=c/../{x}#@evil")
    assert said == "https://t.example.cn/1/0/1?tk=a%26b%3Dc%2F..%2F%7Bx%7D%23%40evil"


def test_rows_may_be_counted_from_the_south():
    assert TileSet("own-00000000", "https://e.cn/{z}/{x}/{-y}").address(3, 1, 2) == "https://e.cn/3/1/5"


def test_every_shipped_basemap_is_encrypted_and_asks_one_house():
    houses = {"tianditu.gov.cn", "openstreetmap.org"}
    for basemap in SHIPPED_BASEMAPS:
        for tile_set in basemap.tile_sets:
            address = tile_set.address(7, 105, 48, CANARY)
            assert address.startswith("https://")
            assert any(tile_set.host.endswith("." + house) for house in houses)
            assert (CANARY in address) == bool(basemap.token_account)
            assert "{" not in address
            assert parse_tile_address(tile_set.template.replace("{s}", "0")).token == ""
    assert OSM.connections <= 2


def test_what_the_page_is_told_holds_neither_address_nor_token():
    for basemap in SHIPPED_BASEMAPS:
        served = Served(basemap, CANARY)
        told = repr(shown_tiles(served))
        assert "://" not in told
        assert CANARY not in told + repr(served)
        assert TILES in told


def test_names_that_belong_to_a_basemap_can_be_left_out():
    vector = SHIPPED_BASEMAPS[0]
    assert [each.id for each in Served(vector).tile_sets] == ["tianditu-vec", "tianditu-cva"]
    assert [each.id for each in Served(vector, names=False).tile_sets] == ["tianditu-vec"]


@pytest.mark.parametrize(
    "path",
    [
        "",
        "osm",
        "osm/7/105",
        "osm/7/105/48/",
        "osm/7/105/48.png",
        "osm/07/105/48",
        "osm/7/0105/48",
        "osm/7/105/-48",
        "osm/7/105/４８",
        "osm/7/105/48?x",
        "osm/7/128/48",
        "osm/7/1/1",
        "osm/20/843000/397000",
        "osm/99/1/1",
        "other/7/105/48",
        "../osm/7/105/48",
        "osm/..%2f7/105/48",
        "osm/7/105/48\n",
        "osm\0/7/105/48",
    ],
)
def test_only_tiles_of_the_basemap_that_is_online_stand_at_a_path(path):
    assert tile_at("osm/7/105/48", OSM.tile_sets) is not None
    assert tile_at(path, OSM.tile_sets) is None
    assert tile_at("osm/7/105/48", ()) is None


def test_a_basemap_of_the_users_is_one_like_the_others():
    address = parse_tile_address("https://t.example.cn/{z}/{x}/{y}?key={token}")
    own = own_basemap(OwnBasemap(address.id, "甲图", address.text, "© 甲局", 16))
    assert own.is_own
    assert own.token_account == address.id
    assert own.hosts() == ("t.example.cn",)
    assert own.tile_sets[0].max_zoom == 16
    with pytest.raises(BasemapUnusable, match="plain-http"):
        own_basemap(OwnBasemap("own-00000000", "甲图", "http://t.example.cn/{z}/{x}/{y}"))
