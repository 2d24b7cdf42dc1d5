from pathlib import Path

import pytest

from jjjmap.errors import LayerUnreadable
from jjjmap.layers.opening.transcoding import copy_as_utf8, is_utf8

TEXT = '<?xml version="1.0" encoding="GB2312"?><kml>甲县产业园区的名称</kml>'


def test_only_sound_bytes_are_utf8(tmp_path: Path) -> None:
    path = tmp_path / "a.kml"
    for data, expected in ((TEXT.encode(), True), (TEXT.encode("gbk"), False), ("甲".encode()[:2], False)):
        path.write_bytes(data)
        assert is_utf8(path) is expected


def test_a_copy_is_utf8_and_says_so(tmp_path: Path) -> None:
    path = tmp_path / "a.kml"
    path.write_bytes(TEXT.encode("gb18030"))
    assert copy_as_utf8(path, tmp_path / "b.kml", "") == "gb18030"
    assert (tmp_path / "b.kml").read_text("utf-8") == TEXT.replace("GB2312", "UTF-8")
    with pytest.raises(LayerUnreadable) as caught:
        copy_as_utf8(path, tmp_path / "c.kml", "no-such-encoding")
    assert caught.value.reason == "unknown-encoding"
