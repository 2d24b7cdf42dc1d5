"""Tiles on disk: for how long, how many, and what becomes of a broken one; and what may be a tile at all."""

import struct

import pytest
from qtpy.QtCore import QBuffer, QByteArray
from qtpy.QtGui import QColor, QImage

from jjjmap.maps.basemaps import TileKey
from jjjmap.maps.tile_cache import LEAST_S, MOST_S, TileCache, lifetime_s
from jjjmap.maps.tile_images import MAX_SIDE_PX, tile_mimetype

KEY = TileKey("osm", 7, 105, 48)
DAY_S = 24 * 3600.0


def picture(kind: str, width: int = 256, height: int = 200) -> bytes:
    image = QImage(width, height, QImage.Format.Format_RGB32)
    image.fill(QColor("red"))
    data = QByteArray()
    buffer = QBuffer(data)
    buffer.open(QBuffer.OpenModeFlag.WriteOnly)
    assert image.save(buffer, kind)
    return bytes(data.data())


TILE = picture("PNG")


class Clock:
    now = 1_700_000_000.0

    def __call__(self) -> float:
        return self.now


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def cache(tmp_path, clock) -> TileCache:
    return TileCache(tmp_path / "tiles", now=clock)


@pytest.mark.parametrize(
    ("headers", "days"),
    [
        ({}, 7),
        ({"cache-control": "max-age=60"}, 7),
        ({"cache-control": "public, max-age=2592000"}, 30),
        ({"cache-control": "s-maxage=1, MAX-AGE=864000"}, 10),
        ({"cache-control": "max-age=999999999"}, MOST_S / DAY_S),
        ({"expires": "Tue, 28 Nov 2023 22:13:20 GMT"}, 14),
        ({"expires": "0"}, 7),
        ({"expires": "nonsense"}, 7),
    ],
)
def test_a_tile_is_good_as_long_as_its_server_says_but_seven_days_at_least(headers, days):
    assert lifetime_s(headers, Clock.now) == days * DAY_S


def test_a_tile_is_fresh_for_seven_days_and_kept_to_be_asked_for_again(cache, clock):
    assert cache.find(KEY) is None
    cache.keep(KEY, TILE, "image/png", {"etag": '"a"', "last-modified": "then"})
    clock.now += LEAST_S - 1
    kept = cache.find(KEY)
    assert kept is not None
    assert (kept.data, kept.mimetype, kept.etag, kept.modified) == (TILE, "image/png", '"a"', "then")
    assert cache.is_fresh(kept)
    clock.now += 2
    assert not cache.is_fresh(kept)
    cache.renew(KEY, kept, {})
    again = cache.find(KEY)
    assert again is not None
    assert cache.is_fresh(again)
    assert again.etag == '"a"'


def test_a_clock_that_was_put_back_makes_nothing_last_longer(cache, clock):
    cache.keep(KEY, TILE, "image/png", {})
    clock.now -= 10 * DAY_S
    kept = cache.find(KEY)
    assert kept is not None
    assert not cache.is_fresh(kept)


def test_what_a_server_forbids_is_not_kept(cache, tmp_path):
    cache.keep(KEY, TILE, "image/png", {"cache-control": "private, No-Store"})
    assert cache.find(KEY) is None
    assert not (tmp_path / "tiles").exists()


def test_a_broken_file_is_as_good_as_none(cache, tmp_path):
    cache.keep(KEY, TILE, "image/png", {})
    path = tmp_path / "tiles" / "osm" / "7" / "105" / "48"
    whole = path.read_bytes()
    head, _end, data = whole.partition(b"\n")
    for broken in (b"", whole[:20], data, b"{}\n" + data, b"[1]\n" + data, head + b"\n<html>", b"\xff" * 99):
        path.write_bytes(broken)
        assert cache.find(KEY) is None
    path.unlink()
    path.mkdir()
    assert cache.find(KEY) is None
    cache.keep(KEY, TILE, "image/png", {})  # Fails, and says nothing to the user.
    assert cache.find(KEY) is None


def test_the_oldest_tiles_go_when_there_are_too_many(tmp_path, clock):
    import os

    cache = TileCache(tmp_path / "tiles", max_bytes=5 * (len(TILE) + 100), now=clock)
    for x in range(10):
        key = TileKey("osm", 7, x, 48)
        cache.keep(key, TILE, "image/png", {})
        os.utime(tmp_path / "tiles" / "osm" / "7" / str(x) / "48", (x, x))
    assert cache.size_bytes() > 9 * len(TILE)
    cache.prune()
    left = [x for x in range(10) if cache.find(TileKey("osm", 7, x, 48))]
    assert left == list(range(10 - len(left), 10))
    assert 0 < len(left) <= 5
    cache.clear()
    assert cache.size_bytes() == 0


@pytest.mark.parametrize(("kind", "mimetype"), [("PNG", "image/png"), ("JPG", "image/jpeg")])
def test_pictures_are_known_by_their_first_bytes(kind, mimetype):
    assert tile_mimetype(picture(kind)) == mimetype
    assert tile_mimetype(picture(kind, MAX_SIDE_PX + 1, 8)) is None


def webp(kind: bytes, body: bytes) -> bytes:
    return b"RIFF" + struct.pack("<I", len(body) + 12) + b"WEBP" + kind + struct.pack("<I", len(body)) + body


@pytest.mark.parametrize(
    ("data", "is_tile"),
    [
        (webp(b"VP8 ", b"\0\0\0\x9d\x01\x2a\x00\x01\x00\x01" + bytes(10)), True),
        (webp(b"VP8 ", b"\0\0\0\x9d\x01\x2a\xff\x3f\x00\x01" + bytes(10)), False),
        (webp(b"VP8L", b"\x2f\xff\xc0\x3f\x00" + bytes(10)), True),
        (webp(b"VP8X", bytes(4) + b"\xff\x00\x00\xff\x00\x00" + bytes(10)), True),
        (webp(b"VP8X", bytes(4) + b"\xff\xff\xff\xff\x00\x00" + bytes(10)), False),
        (webp(b"ALPH", bytes(20)), False),
    ],
)
def test_webp_of_each_kind_says_its_size(data, is_tile):
    assert tile_mimetype(data) == ("image/webp" if is_tile else None)


@pytest.mark.parametrize(
    "data",
    [
        b"",
        b"<svg xmlns='http://www.w3.org/2000/svg' onload='alert(1)'/>",
        b"<html><script>alert(1)</script>",
        b"GIF89a" + bytes(40),
        b'{"code": 403}',
        b"\x89PNG\r\n\x1a\n",
        b"\x89PNG\r\n\x1a\n" + bytes(4) + b"IHDR" + struct.pack(">II", 60_000, 60_000) + bytes(20),
        b"\x89PNG\r\n\x1a\n" + bytes(4) + b"IHDR" + bytes(30),
        b"\xff\xd8\xff\xe0\x00\x00" + bytes(40),
        b"\xff\xd8\xff" + b"\xff" * 5000,
        b"\xff\xd8\xff\xe0\xff\xff" + bytes(40),
        b"RIFF\0\0\0\0WEBP",
    ],
)
def test_whatever_else_is_no_tile(data):
    assert tile_mimetype(data) is None
