"""What the check finds in an exported file that somebody changed, broke, or made up."""

import base64
import re
import zlib
from collections.abc import Callable
from pathlib import Path

import pytest
from made_layers import made_rows, made_view

from jjjmap import __version__
from jjjmap.catalogue.models import Catalogue
from jjjmap.export.html_policy import asks_for_nothing, directives_of
from jjjmap.export.options import ContentOptions
from jjjmap.export.page import html_check
from jjjmap.export.page.html import save_map_html
from jjjmap.export.page.html_check import check_map_html
from jjjmap.export.page.html_page import payload_digest
from jjjmap.findings import Severity
from jjjmap.i18n import Language
from jjjmap.layers.layer import Layer
from jjjmap.maps.snapshot import MapSnapshot

from ..conftest import ReadPage
from ..hostile import HOSTILE, hostile_catalogue, hostile_features
from ..user_layers import firms

ReadLayer = Callable[[Layer], bytes]


@pytest.fixture
def path(tmp_path: Path, snapshot: MapSnapshot, catalogue: Catalogue, read_layer: ReadLayer) -> Path:
    path = tmp_path / "甲.html"
    options = ContentOptions(languages=(Language.EN,))
    save_map_html(path, snapshot, catalogue, options=options, read_layer=read_layer)
    return path


def changed(path: Path, old: str, new: str) -> Path:
    text = path.read_text("utf-8")
    assert old in text
    path.write_text(text.replace(old, new, 1), "utf-8", newline="")
    return path


def codes(path: Path) -> set[str]:
    return {finding.code for finding in check_map_html(path)[1]}


def rehashed(path: Path) -> Path:
    """Whoever changes a file with some care changes the hash as well."""
    page = ReadPage(path.read_text("utf-8"))
    blocks = {attributes["id"]: text for attributes, text in page.all("script") if attributes.get("type")}
    text = re.sub(
        r'(sha256" content=")[0-9a-f]*', lambda found: found[1] + payload_digest(blocks), page.text, count=1
    )
    path.write_text(text, "utf-8", newline="")
    return path


def test_a_whole_file_has_no_findings_and_says_what_it_is(path: Path) -> None:
    facts, findings = check_map_html(path)
    assert findings == ()
    assert (facts.version, facts.title, facts.language) == (__version__, "京津冀产业协同地图", "zh")
    assert facts.other_languages == ("en",)
    assert facts.layers == ("县（市、区）界", "四大战略合作功能区", "承接平台")
    assert (facts.bounds, facts.places) == ((116.0, 39.0, 116.2, 39.1), 4)
    assert facts.scripts_are_ours and facts.hash_holds
    assert facts.command.startswith("jjjmap export") and facts.bytes == path.stat().st_size


def test_users_layers_and_hostile_texts_are_no_findings(
    tmp_path: Path, snapshot: MapSnapshot, catalogue: Catalogue
) -> None:
    rows = made_rows(firms(30), title=HOSTILE)
    shown = MapSnapshot(
        (*snapshot.layers, made_view(rows)), Language.EN, selected_id="jia-park", rows_of=lambda _id: rows
    )
    path = tmp_path / "hostile.html"
    options = ContentOptions(title=HOSTILE)
    save_map_html(path, shown, hostile_catalogue(catalogue), options=options, read_layer=hostile_features)
    facts, findings = check_map_html(path)
    assert findings == ()
    assert facts.users_layers == (HOSTILE,)
    assert facts.title == f"{HOSTILE} · {HOSTILE}"


@pytest.mark.parametrize(
    ("old", "new", "code"),
    [
        ("</footer>", '<img src="https://example.org/x.png"></footer>', "html-foreign-address"),
        ("</footer>", '<p onclick="x()">a</p></footer>', "html-foreign-address"),
        ("</footer>", '<iframe></iframe></footer>', "html-foreign-markup"),
        ("</footer>", "<!-- remark --></footer>", "html-foreign-markup"),
        ("</footer>", "<svg/onload=x()></footer>", "html-foreign-markup"),
        ("</footer>", "<script>x()</script></footer>", "html-foreign-script"),
        ("</footer>", '<script type="module">x()</script></footer>', "html-foreign-script"),
        ("</footer>", '<meta http-equiv="refresh" content="0;url=//a.b"></footer>', "html-foreign-address"),
        ("</footer>", "<style>@import 'x'</style></footer>", "html-foreign-address"),
        ("default-src 'none'", "default-src *", "html-policy"),
        ("script-src 'sha256-", "script-src 'unsafe-inline' 'sha256-", "html-policy"),
        ('<meta charset="utf-8">', "", "html-words-differ"),
        ("</title>", "</title><title>x</title>", "html-words-differ"),
        (">内部参考<", ">公开<", "html-words-differ"),
        ("未经地图审核", "已经地图审核", "html-words-differ"),
        ("</footer>", "<p>a</p></footer>", "html-words-differ"),
        ("body{", "body{visibility:hidden;", "html-words-differ"),
        ("L.Control", "L.Contro1", "html-foreign-script"),
        ('id="map-steps">', 'id="map-steps">AAAA', "html-hash-differs"),
        ('id="map-steps"', 'id="map-data"', "html-damaged"),
    ],
)  # fmt: skip
def test_what_was_changed_is_found(path: Path, old: str, new: str, code: str) -> None:
    found = codes(changed(path, old, new))
    assert code in found if code else not found


def test_data_that_were_changed_together_with_their_hash_still_have_to_be_readable(path: Path) -> None:
    page = ReadPage(path.read_text("utf-8"))
    (old,) = (text for attributes, text in page.all("script") if attributes.get("id") == "map-data")
    for data in (b"[]", b"{", b"[" * 100_000, b'{"config": 1, "details": []}'):
        letters = base64.b64encode(zlib.compress(data)).decode()
        changed(path, old, letters)
        assert codes(rehashed(path)) == {"html-damaged"}
        old = letters


def test_a_bomb_is_not_inflated(path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(html_check, "MAX_JSON_BYTES", 2_000_000)
    page = ReadPage(path.read_text("utf-8"))
    (old,) = (text for attributes, text in page.all("script") if attributes.get("id") == "map-data")
    changed(path, old, base64.b64encode(zlib.compress(b" " * 50_000_000)).decode())
    assert codes(rehashed(path)) == {"html-damaged"}


@pytest.mark.parametrize("data", [b"", b"\xff\xfe", b"<html></html>", b"<!doctype html>" + b"<p " * 200_000])
def test_what_is_no_export_of_ours_is_told_so(tmp_path: Path, data: bytes) -> None:
    path = tmp_path / "other.html"
    path.write_bytes(data)
    facts, findings = check_map_html(path)
    assert [finding.code for finding in findings] == ["html-not-ours"]
    assert facts.version == ""


def test_an_altered_note_of_the_program_is_no_reason_to_take_the_file_for_another_s(path: Path) -> None:
    changed(path, 'content="jjjmap ', 'content="jjjmap \u202e')
    assert codes(path) == {"html-generator-altered"}


def test_a_file_that_is_not_there_or_too_large_is_told_so(
    path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert codes(path.with_name("gone.html")) == {"html-unreadable"}
    monkeypatch.setattr(html_check, "MAX_FILE_BYTES", 1000)
    assert codes(path) == {"html-too-large"}


def test_a_file_of_another_version_is_held_against_its_own_policy(path: Path) -> None:
    changed(path, f'content="jjjmap {__version__}"', 'content="jjjmap 9.9.9"')
    facts, findings = check_map_html(path)
    assert [(finding.severity, finding.code) for finding in findings] == [
        (Severity.INFO, "html-other-version")
    ]
    assert (facts.scripts_are_ours, facts.scripts_fit_policy, facts.hash_holds) == (False, True, True)
    assert "9.9.9" in findings[0].message and __version__ in findings[0].message
    # A script that was changed alone, and one that was added, are found out by the policy.
    text = path.read_text("utf-8")
    for old, new in (("L.Control", "L.Contro1"), ("</footer>", "<script>x()</script></footer>")):
        facts, findings = check_map_html(changed(path, old, new))
        assert [finding.code for finding in findings] == ["html-foreign-script"]
        assert not facts.scripts_fit_policy
        path.write_text(text, "utf-8", newline="")


@pytest.mark.parametrize(
    ("policy", "is_closed"),
    [
        ("default-src 'none'; base-uri 'none'; form-action 'none'", True),
        ("default-src 'none'; base-uri 'none'; form-action 'none'; worker-src 'none'; img-src data:", True),
        ("default-src 'none'; base-uri 'none'; form-action 'none'; connect-src https:", False),
        ("default-src 'none'; base-uri 'none'; form-action 'none'; img-src *", False),
        ("default-src *; default-src 'none'; base-uri 'none'; form-action 'none'", False),
        ("Default-Src *; default-src 'none'; base-uri 'none'; form-action 'none'", False),
        ("default-src 'none'; base-uri 'none'; form-action 'none'; script-src-elem *", False),
        ("base-uri 'none'; form-action 'none'", False),
        ("", False),
    ],
)
def test_a_policy_of_any_version_must_keep_the_page_to_itself(policy: str, is_closed: bool) -> None:
    assert asks_for_nothing(directives_of(policy)) is is_closed
