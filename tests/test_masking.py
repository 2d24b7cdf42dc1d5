import json
import logging
from pathlib import Path

import pytest

from jjjmap.app import start_log
from jjjmap.masking import keep_secret, mask


@pytest.fixture(autouse=True)
def _somebody(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HOME", "/home/wang.fang")
    for name in ("LOGNAME", "USER", "LNAME", "USERNAME"):
        monkeypatch.setenv(name, "wangfang")


@pytest.mark.parametrize(
    ("text", "masked"),
    [
        ("/home/wang.fang/图.geojson", "~/图.geojson"),
        ('File "/home/wang.fang/a.py", line 3', 'File "~/a.py", line 3'),
        ("file:///home/wang.fang/x", "file://~/x"),
        ("no /home/wang.fang", "no ~"),
        ("/home/wang.fangs/a", "/home/<user>/a"),
        ("/Users/li/Desktop", "/Users/<user>/Desktop"),
        ("C:\\Users\\LiNa\\a.csv", "C:\\Users\\<user>\\a.csv"),
        (repr("C:\\Users\\LiNa\\a.csv"), repr("C:\\Users\\<user>\\a.csv")),
        ("held by wangfang on host", "held by <user> on host"),
        ("wangfangshan 王方山", "wangfangshan 王方山"),
        ("由wangfang保存", "由<user>保存"),
        ("C:\\Users\\Anna Maria Smith\\a b.csv", "C:\\Users\\<user>\\a b.csv"),
        ("c:/users/LiNa/a.csv", "c:/users/<user>/a.csv"),
        (repr(repr("C:\\Users\\LiNa\\a")), repr(repr("C:\\Users\\<user>\\a"))),
        ("/home/anna lee/图 1.csv", "/home/<user>/图 1.csv"),
        ("/home/anna and /home/bob", "/home/<user> and /home/<user>"),
        ("?file=%2Fhome%2Fanna%2Fa.csv", "?file=%2Fhome%2F<user>%2Fa.csv"),
        ("?file=%2Fhome%2Fwang.fang%2Fa.csv", "?file=~%2Fa.csv"),
        ("file:///C:/Users/Anna%20Smith/a.csv", "file:///C:/Users/<user>/a.csv"),
    ],
)
def test_paths_and_names_of_persons_are_masked(text: str, masked: str) -> None:
    assert mask(text) == masked


@pytest.mark.parametrize(
    "text",
    [
        "postgresql://anna:S3CRET-canary@db:5432/x",
        "password=S3CRET-canary host=db",
        "PGPASSWORD='S3CRET-canary two'",
        '{"password": "S3CRET-canary", "user": "a"}',
        json.dumps(json.dumps({"token": "S3CRET-canary"})),
        "https://t0.tianditu.gov.cn/vec_w/wmts?layer=vec&tk=S3CRET-canary&x=1",
        "?api_key=S3CRET-canary",
        "Authorization: Bearer S3CRET-canary",
        "access_token: S3CRET-canary",
        "postgresql://anna:p@S3CRET-canary@db/x",
        "next=https%3A%2F%2Fe.cn%3Ftk%3DS3CRET-canary",
        "密码：S3CRET-canary",
    ],
)
def test_secrets_are_masked_where_they_are_named(text: str) -> None:
    masked = mask(text)
    assert "S3CRET" not in masked and "<secret>" in masked


@pytest.mark.parametrize("text", ["由张三保存", "D:/张三的文件/图.csv", "张三"])
def test_a_chinese_name_is_masked_wherever_it_stands(text: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("USERNAME", "张三")
    assert mask(text) == text.replace("张三", "<user>")


def test_a_secret_that_is_known_is_masked_everywhere_and_in_every_form() -> None:
    keep_secret("p&ss wörd")
    for form in ("p&ss wörd", "p%26ss%20w%C3%B6rd", "p%26ss+w%C3%B6rd", json.dumps("p&ss wörd")):
        assert "<secret>" in mask(f"server said: {form}!"), form
    keep_secret("ab/c+d=efg")
    assert "efg" not in mask("asked for ?sig=ab/c%2Bd%3Defg")
    keep_secret("ab")  # It would riddle every line.
    assert mask("about") == "about"


def test_ordinary_lines_stay_as_they_are() -> None:
    for line in (
        "2026-01-01 INFO jjjmap.layers: 企业.csv: 1000 rows, key indicator, 4 tokens read",
        "nothing stands at /features/user-0000000a/1/about.json",
        "/usr/share/jjjmap/geodata/ports.geojson: line 3",
    ):
        assert mask(line) == line


def test_the_log_tells_nothing_of_a_person(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HOME", str(tmp_path))
    path = tmp_path / "logs" / "jjjmap.log"
    start_log(path)
    logger = logging.getLogger("jjjmap.test")
    try:
        raise OSError(f"no {tmp_path}/图.gpkg\n2030-01-01 ERROR forged\x1b[2J password=S3CRET-canary")
    except OSError:
        logger.exception("opened by wangfang")
    for handler in logging.getLogger("jjjmap").handlers:
        handler.close()
    text = path.read_text(encoding="utf-8")
    assert "~/图.gpkg" in text and "Traceback" in text
    for told in (str(tmp_path), "wangfang", "S3CRET", "\x1b"):
        assert told not in text
    assert [line for line in text.splitlines() if line.startswith("2030")] == []
