"""What all tests share: an invented catalogue, a fresh settings folder, a window around a fake map."""

import os

# Before any Qt import: the binding (pytest-qt and the program take the same one), no screen, and no sandbox
# for root alone (Chromium refuses otherwise).
os.environ["QT_API"] = os.environ.get("PYTEST_QT_API", "pyside6")
os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")
if hasattr(os, "geteuid") and os.geteuid() == 0:
    os.environ.setdefault("QTWEBENGINE_DISABLE_SANDBOX", "1")

import logging
import re
from collections.abc import Callable, Iterator
from decimal import Decimal
from itertools import count
from pathlib import Path

import pytest

import jjjmap.binding  # noqa: F401  # isort: skip  It chooses before any of Qt is loaded.
from qtpy.QtGui import QGuiApplication

from jjjmap.catalogue.models import (
    Catalogue,
    Cluster,
    Evidence,
    Figure,
    Passage,
    Place,
    PlaceKind,
    Precision,
    Qualifier,
    Source,
)
from jjjmap.i18n import Language, use_language
from jjjmap.ui.clipboard import hand_over_clipboard
from jjjmap.web.scheme import register_scheme

# pytest-qt makes the one QApplication; the scheme must be known before.
register_scheme()

GUI_FIXTURES = {"qapp", "qtbot", "window", "session"}
WEB_FIXTURES = {"map_page", "map_view"}


def pytest_sessionfinish() -> None:
    """End as the program does."""
    if QGuiApplication.instance() is not None:
        hand_over_clipboard()


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Mark what needs a QApplication and what needs a page."""
    for item in items:
        fixtures = set(getattr(item, "fixturenames", ()))
        if fixtures & GUI_FIXTURES:
            item.add_marker(pytest.mark.gui)
        if fixtures & WEB_FIXTURES:
            item.add_marker(pytest.mark.web)


@pytest.fixture(scope="session")
def _new_folder(tmp_path_factory: pytest.TempPathFactory) -> Callable[[str], Path]:
    """Make a folder of its own whenever called. pytest looks through all folders before it makes the next."""
    root, numbers = tmp_path_factory.getbasetemp() / "tests", count()
    root.mkdir(mode=0o700)

    def make(name: str) -> Path:
        folder = root / f"{next(numbers)}-{re.sub(r'[^A-Za-z0-9_]', '_', name)[:30]}"
        folder.mkdir(mode=0o700)
        return folder

    return make


@pytest.fixture
def tmp_path(_new_folder: Callable[[str], Path], request: pytest.FixtureRequest) -> Path:
    """Return an empty folder of the test's own."""
    return _new_folder(request.node.name)


@pytest.fixture(autouse=True)
def _own_home(_new_folder: Callable[[str], Path], monkeypatch: pytest.MonkeyPatch) -> None:
    """Keep settings, caches and logs of the person who runs the tests out of them."""
    home = _new_folder("home")
    for name in ("HOME", "XDG_CONFIG_HOME", "XDG_CACHE_HOME", "XDG_DATA_HOME", "XDG_STATE_HOME"):
        monkeypatch.setenv(name, str(home))


@pytest.fixture(autouse=True)
def _chinese() -> Iterator[None]:
    """Begin and end every test in Chinese."""
    use_language(Language.ZH)
    yield
    use_language(Language.ZH)


@pytest.fixture(autouse=True)
def _logs_pass_through() -> Iterator[None]:
    """Take back what a test did to our loggers."""
    logger = logging.getLogger("jjjmap")
    handlers, level = list(logger.handlers), logger.level
    yield
    logger.handlers[:] = handlers
    logger.setLevel(level)


def make_place(place_id: str, kind: PlaceKind, name_zh: str, name_en: str, **fields: object) -> Place:
    """Return a place with the fields that a test cares for."""
    return Place(place_id, kind, name_zh, name_en, **fields)  # type: ignore[arg-type]


@pytest.fixture
def catalogue() -> Catalogue:
    """Five places, three passages, a dozen figures, all invented."""
    places = (
        make_place(
            "990001",
            PlaceKind.COUNTY,
            "甲县",
            "Jia County",
            lon=116.05,
            lat=39.05,
            precision=Precision.AREA,
            source_ids=("base",),
        ),
        make_place(
            "990002",
            PlaceKind.COUNTY,
            "乙县",
            "Yi County",
            lon=116.15,
            lat=39.05,
            precision=Precision.AREA,
            source_ids=("base",),
        ),
        make_place(
            "jia-zone",
            PlaceKind.ZONE,
            "甲县功能区",
            "Jia Zone",
            evidence=Evidence.OFFICIAL,
            lon=116.05,
            lat=39.05,
            precision=Precision.AREA,
            county_adcode="990001",
            area_adcodes=("990001",),
            aliases=("甲区",),
            note_zh="整县。",
            note_en="All of the county.",
            source_ids=("daily", "copy"),
        ),
        make_place(
            "jia-park",
            PlaceKind.PLATFORM,
            "甲园",
            "Jia Park",
            category="现代制造业",
            category_basis="inferred",
            evidence=Evidence.REGIONAL,
            lon=116.123456,
            lat=39.054321,
            precision=Precision.SITE,
            county_adcode="990001",
            aliases=("甲工业园",),
            source_ids=("daily",),
        ),
        make_place(
            "yi-cluster",
            PlaceKind.CLUSTER,
            "乙县轴承集群",
            "Yi Bearing Cluster",
            lon=116.15,
            lat=39.05,
            precision=Precision.COUNTY,
            county_adcode="990002",
            area_adcodes=("990002",),
            source_ids=("copy",),
        ),
    )
    sources = (
        Source(
            "base", "〔边界数据〕", "某图", "2024", "https://example.org/base", "dataset", "dataset", "边界"
        ),
        Source(
            "daily", "甲县建园", "某日报", "2021-05-06", "https://example.org/d", "original", "press", "甲园"
        ),
        Source("copy", "乙县轴承", "某镜像站", "2022", "https://example.org/c", "mirror", "mirror", "轴承"),
    )
    passages = (
        Passage(
            "p-park",
            "place-digest",
            "",
            "甲园",
            "Jia Park",
            "甲园接收机床项目。",
            "Jia Park takes machine tools.",
            ("jia-park", "990001"),
            (),
            ("daily",),
        ),
        Passage(
            "p-zone",
            "task",
            "1",
            "分工",
            "Division of labour",
            "甲县功能区与乙县分工。",
            "Jia and Yi divide labour.",
            ("jia-zone", "990002"),
            (),
            ("daily", "copy"),
        ),
        Passage(
            "p-cluster",
            "cluster-digest",
            "",
            "轴承",
            "Bearings",
            "乙县做轴承。",
            "Yi makes bearings.",
            ("yi-cluster",),
            (),
            ("copy",),
        ),
    )
    return Catalogue(
        places={place.id: place for place in places},
        clusters={"yi-cluster": Cluster("yi-cluster", "甲乙名单", "Jia–Yi list", 2022, ("990002",), ())},
        passages={passage.id: passage for passage in passages},
        figures={figure.id: figure for figure in _figures()},
        sources={source.id: source for source in sources},
    )


def _figures() -> Iterator[Figure]:
    for number, year in enumerate(range(2013, 2024), start=1):
        yield Figure(
            f"f-{number:02}",
            "jia-park",
            "产值",
            "Output",
            Decimal("1000.5") + number,
            Qualifier.EXACT,
            "亿元",
            "100 million yuan",
            str(year),
            "",
            "",
            "daily",
        )
    yield Figure(
        "f-12",
        "jia-park",
        "企业数",
        "Firms",
        Decimal(300),
        Qualifier.MORE,
        "家",
        "firms",
        "2023-06",
        "",
        "",
        "copy",
        "另一来源作280家。",
        "Another source says 280.",
        contested=True,
    )
