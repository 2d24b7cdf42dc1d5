"""A map of two invented counties, written to a file, and a browser without a network that opens it."""

import base64
import json
import os
import re
import shutil
import zlib
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from html.parser import HTMLParser
from pathlib import Path
from typing import Any

import pytest
from selenium import webdriver
from selenium.webdriver.chrome.options import Options
from selenium.webdriver.chrome.service import Service
from selenium.webdriver.support.wait import WebDriverWait

from jjjmap.i18n import Language
from jjjmap.layers.layer import Layer, LayerView
from jjjmap.layers.shipped import SHIPPED_LAYERS
from jjjmap.layers.shipped_files import EMPTY_COLLECTION
from jjjmap.maps.snapshot import Bounds, MapSnapshot

SHOWN = ("counties", "zones", "platforms")


def feature(feature_id: str, geometry: dict[str, Any], **properties: Any) -> dict[str, Any]:
    return {"type": "Feature", "id": feature_id, "properties": properties, "geometry": geometry}


def polygon(*ring: tuple[float, float]) -> dict[str, Any]:
    return {"type": "Polygon", "coordinates": [[list(position) for position in ring]]}


JIA = polygon((116.0, 39.0), (116.1, 39.0), (116.10005, 39.05), (116.1, 39.1), (116.0, 39.1), (116.0, 39.0))
YI = polygon((116.1, 39.1), (116.10005, 39.05), (116.1, 39.0), (116.2, 39.0), (116.2, 39.1), (116.1, 39.1))


@pytest.fixture
def features() -> dict[str, list[dict[str, Any]]]:
    """Features by layer: two counties with a common border, a zone, a park."""
    return {
        "counties": [
            feature("990001", JIA, name_zh="甲县", name_en="Jia County", label_lon=116.05, label_lat=39.05),
            feature("990002", YI, name_zh="乙县", name_en="Yi County", label_lon=116.15, label_lat=39.05),
        ],
        "zones": [feature("jia-zone", JIA, name_zh="甲县功能区", name_en="Jia Zone", category="")],
        "platforms": [
            feature(
                "jia-park",
                {"type": "Point", "coordinates": [116.03, 39.08]},
                name_zh="甲园",
                name_en="Jia Park",
                category="现代制造业",
                precision="site",
            )
        ],
    }


@pytest.fixture
def read_layer(features: dict[str, list[dict[str, Any]]]) -> Callable[[Layer], bytes]:
    def read(layer: Layer) -> bytes:
        if layer.id not in features:
            return EMPTY_COLLECTION
        collection = {"type": "FeatureCollection", "features": features[layer.id]}
        return json.dumps(collection, ensure_ascii=False).encode()

    return read


@pytest.fixture
def snapshot() -> MapSnapshot:
    """Counties, zones and platforms shown, all else hidden."""
    views = tuple(LayerView(layer, layer.id in SHOWN, layer.opacity) for layer in SHIPPED_LAYERS)
    return MapSnapshot(views, Language.ZH, Bounds(116.0, 39.0, 116.2, 39.1))


@dataclass
class ReadPage(HTMLParser):
    """What an HTML parser finds in an export."""

    text: str
    elements: list[tuple[str, dict[str, str]]] = field(default_factory=list)
    contents: dict[int, str] = field(default_factory=dict)
    """Text of raw elements (script, style) and of the others by their number in `elements`."""

    def __post_init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self._open: int | None = None
        self.feed(self.text)
        self.close()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.elements.append((tag, {name: value or "" for name, value in attrs}))
        self._open = len(self.elements) - 1

    def handle_endtag(self, tag: str) -> None:
        self._open = None

    def handle_data(self, data: str) -> None:
        if self._open is not None:
            self.contents[self._open] = self.contents.get(self._open, "") + data

    def all(self, tag: str) -> list[tuple[dict[str, str], str]]:
        return [
            (attributes, self.contents.get(number, ""))
            for number, (name, attributes) in enumerate(self.elements)
            if name == tag
        ]

    @property
    def scripts(self) -> list[str]:
        """Scripts that a browser would run."""
        return [text for attributes, text in self.all("script") if "type" not in attributes]

    @property
    def policy(self) -> str:
        return next(
            attributes["content"]
            for attributes, _text in self.all("meta")
            if attributes.get("http-equiv") == "Content-Security-Policy"
        )

    def block(self, name: str) -> bytes:
        """Return a data block, inflated."""
        (text,) = (text for attributes, text in self.all("script") if attributes.get("id") == name)
        assert re.fullmatch(r"[A-Za-z0-9+/]+=*", text), "a block holds nothing but base64"
        return zlib.decompress(base64.b64decode(text))

    @property
    def content(self) -> dict[str, Any]:
        return json.loads(self.block("map-data"))


class Browser:
    """Chromium without a network, and what a test does in it."""

    def __init__(self, driver: webdriver.Chrome) -> None:
        self.driver = driver

    def open(self, path: Path, *, before: str = "") -> None:
        """Open a file; `before` is JavaScript that runs ahead of the page's own."""
        self.driver.get("about:blank")
        self.console()
        self.driver.get_log("performance")
        if before:
            identifier = self.driver.execute_cdp_cmd(
                "Page.addScriptToEvaluateOnNewDocument", {"source": before}
            )
        self.driver.get(path.as_uri())
        if before:
            self.driver.execute_cdp_cmd("Page.removeScriptToEvaluateOnNewDocument", identifier)

    def open_map(self, path: Path) -> None:
        # No flight: the view is there at once.
        self.open(
            path,
            before="const ask = matchMedia; matchMedia = (query) =>"
            " (query.includes('reduced-motion') ? {matches: true} : ask(query))",
        )
        self.wait("document.body.classList.contains('is-open')")
        self.run("document.querySelector('.panel-opener').click()")

    def run(self, code: str, *arguments: Any) -> Any:
        return self.driver.execute_script(code, *arguments)

    def value(self, code: str) -> Any:
        return self.driver.execute_script(f"return {code}")

    def wait(self, code: str) -> None:
        """Wait until a JavaScript expression is true."""
        waiting = WebDriverWait(self.driver, 20, poll_frequency=0.05)
        waiting.until(lambda _driver: self.value(code), f"never true: {code}")

    def text(self, selector: str = "body") -> str:
        return self.driver.find_element("css selector", selector).text

    def click_map(self, lon: float, lat: float) -> None:
        """Click the map where a position is drawn, with a real mouse event."""
        x, y = self.value(
            f"(() => {{ const p = jjjmap.page.map.latLngToContainerPoint([{lat}, {lon}]);"
            " const box = jjjmap.page.map.getContainer().getBoundingClientRect();"
            " return [Math.round(p.x + box.x), Math.round(p.y + box.y)]; })()"
        )
        mouse = webdriver.ActionChains(self.driver, duration=0)
        mouse.w3c_actions.pointer_action.move_to_location(x, y)
        mouse.click().perform()

    def press(self, *keys: str) -> None:
        webdriver.ActionChains(self.driver).send_keys(*keys).perform()

    def console(self) -> list[str]:
        """Return the errors and warnings since the last call."""
        return [entry["message"] for entry in self.driver.get_log("browser")]

    def requests(self) -> list[str]:
        """Return the addresses asked for since the page was opened."""
        messages = (json.loads(entry["message"])["message"] for entry in self.driver.get_log("performance"))
        return [
            message["params"]["request"]["url"]
            for message in messages
            if message["method"] == "Network.requestWillBeSent"
        ]


def _found(variable: str, *names: str) -> str | None:
    return os.environ.get(variable) or next(filter(None, map(shutil.which, names)), None)


@pytest.fixture(scope="session")
def _chromium(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Browser]:
    program = _found("CHROMIUM", "chromium", "chromium-browser", "google-chrome")
    if program is None:
        pytest.skip(
            "no Chromium: neither $CHROMIUM nor chromium, chromium-browser, google-chrome on the path"
        )
    server = _found("CHROMEDRIVER", "chromedriver")
    if server is None:
        pytest.skip("no chromedriver: neither $CHROMEDRIVER nor chromedriver on the path")
    options = Options()
    options.binary_location = program
    for argument in (
        "--headless=new",
        "--window-size=1280,940",
        "--host-resolver-rules=MAP * ~NOTFOUND",
        "--disable-background-networking",
        "--disable-component-update",
        "--disable-sync",
        "--no-first-run",
        f"--user-data-dir={tmp_path_factory.mktemp('chromium')}",
    ):
        options.add_argument(argument)
    if hasattr(os, "geteuid") and os.geteuid() == 0:
        options.add_argument("--no-sandbox")  # Chromium refuses to start as root with it.
    options.set_capability("goog:loggingPrefs", {"browser": "ALL", "performance": "ALL"})
    driver = webdriver.Chrome(options=options, service=Service(server))
    yield Browser(driver)
    driver.quit()


@pytest.fixture
def chromium(_chromium: Browser) -> Browser:
    """Chromium with the network denied."""
    return _chromium


@pytest.fixture
def read_page() -> Callable[[str], ReadPage]:
    return ReadPage
