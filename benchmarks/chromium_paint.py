"""A fresh Chromium without a network for each page: when its data are painted, how soon a click is answered.

What is painted is seen on pictures of the window, taken one after the other: a time is that of the first
picture that shows it, so it is late by up to one picture (`Painted.picture_s`), for all pages alike.
"""

import base64
import io
import os
import shutil
import signal
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt
from PIL import Image
from selenium import webdriver
from selenium.common.exceptions import TimeoutException
from selenium.webdriver.chrome.options import Options
from selenium.webdriver.chrome.service import Service
from selenium.webdriver.remote.remote_connection import RemoteConnection
from urllib3.exceptions import HTTPError

WINDOW = (1280, 940)
LOOKED_AT = {"x": 240, "y": 240, "width": 340, "height": 380, "scale": 1}
"""The part of the window that is looked at: map in every page, without title, legend or controls."""

QUIET_S = 0.8
"""A page that has not changed for so long is done."""

_LEAST_SHARE = 0.002
"""So much of the part must show data."""
_FARTHEST = 24
"""How far a pixel may be from the ground's colour and still be ground, of 255."""

Picture = npt.NDArray[np.int16]

# From the release of the button to the first frame that shows what was asked for.
_ANSWER = """
const [selector, expected] = arguments, done = arguments[arguments.length - 1];
let released = 0;
addEventListener("pointerup", (event) => { released = event.timeStamp; }, { capture: true, once: true });
const shown = () => [...document.querySelectorAll(selector)].map((each) => each.textContent);
window.answerMs = -1;
const watching = new MutationObserver(() => {
  if (!released || !shown().some((text) => text.includes(expected))) return;
  watching.disconnect();
  const tell = () => { window.answerMs = performance.now() - released; };
  requestAnimationFrame(() => requestAnimationFrame(tell));
});
watching.observe(document.body, { subtree: true, childList: true, characterData: true, attributes: true });
done(1);
"""


@dataclass(frozen=True)
class Painted:
    """What was seen of a page, in seconds from the start of the navigation."""

    first_s: float | None
    """Any of its data; None if there were none within the limit."""
    all_s: float | None
    """Nothing changed any more, and the page says that it is open."""
    picture_s: float
    """How long a picture takes: median."""


class PageHung(Exception):
    """The page did not answer within the limit."""


class Chromium:
    """A browser with one page."""

    def __init__(self, driver: webdriver.Chrome, limit_s: float) -> None:
        self._driver = driver
        self._limit_s = limit_s
        self._ends = 0.0

    def open(
        self, page: Path, is_data: Callable[[Picture], bool], is_open: str = "true", keep: Path | None = None
    ) -> Painted:
        """Open a page and look until it is painted.

        Parameters
        ----------
        is_data
            Whether a picture shows data.
        is_open
            JavaScript: whether the page says that it is open.
        keep
            Where to put the last picture of the whole window.
        """
        started = time.monotonic()
        self._ends = started + self._limit_s
        first_s, all_s, took = None, None, []
        try:
            self._driver.get(page.as_uri())  # Returns at once.
            # A picture that is asked for while one page makes room for the next never comes.
            self._wait(f"location.href === '{page.as_uri()}'", self._limit_s)
            before: Picture | None = None
            changed_s = 0.0
            while all_s is None and time.monotonic() < self._ends:
                asked = time.monotonic()
                picture = self._picture()
                now = time.monotonic()
                took.append(now - asked)
                if before is None or not np.array_equal(before, picture):
                    before, changed_s = picture, now - started
                if first_s is None and is_data(picture):
                    first_s = now - started
                if first_s is not None and now - started - changed_s > QUIET_S:
                    code = f"document.readyState === 'complete' && Boolean({is_open})"
                    if self.value(code) and np.array_equal(before, self._picture()):
                        all_s = max(changed_s, first_s)
            if keep is not None:
                keep.write_bytes(self._driver.get_screenshot_as_png())
        except PageHung:
            pass  # The row says so: one of the times is None.
        return Painted(first_s, all_s, float(np.median(took)) if took else 0.0)

    def clicks(
        self, positions: list[tuple[float, float, str]], *, fmap: str, settled: str, answer: str, zoom: int
    ) -> list[float]:
        """Click features in the middle of the map and wait for their details.

        Parameters
        ----------
        positions
            Longitude, latitude, and the name that is expected.
        fmap, settled
            JavaScript: the Leaflet map, and whether the page is ready for the next click.
        answer
            CSS selector of the element that shows the name.

        Returns
        -------
        list of float
            Milliseconds of each that was answered within 5 s, from the release of the button to the frame
            that shows it.
        """
        times = []
        self._ends = time.monotonic() + self._limit_s
        for lon, lat, name in positions:
            self.value(f"{fmap}.setView([{lat}, {lon}], {zoom}, {{animate: false}}) && 1")
            self._wait(settled, 20.0)
            x, y = self.value(
                f"(() => {{ const p = {fmap}.latLngToContainerPoint([{lat}, {lon}]);"
                f" const box = {fmap}.getContainer().getBoundingClientRect();"
                " return [Math.round(p.x + box.x), Math.round(p.y + box.y)]; })()"
            )
            self._driver.execute_async_script(_ANSWER, answer, name)
            mouse = webdriver.ActionChains(self._driver, duration=0)
            mouse.w3c_actions.pointer_action.move_to_location(x, y)  # type: ignore[no-untyped-call]
            mouse.click().perform()
            try:
                self._wait("window.answerMs >= 0", 5.0)
            except PageHung:
                continue  # There are fewer times than positions then.
            times.append(float(self.value("window.answerMs")))
        return times

    def value(self, code: str) -> Any:
        """Return the value of a JavaScript expression."""
        with self._within_limit():
            return self._driver.execute_script(f"return {code}")

    def _wait(self, code: str, seconds: float) -> None:
        ends = min(time.monotonic() + seconds, self._ends)
        while not self.value(code):
            if time.monotonic() > ends:
                raise PageHung
            time.sleep(0.01)

    def _picture(self) -> Picture:
        asked = {"format": "png", "clip": LOOKED_AT, "optimizeForSpeed": True}
        with self._within_limit():
            answer = self._driver.execute_cdp_cmd("Page.captureScreenshot", asked)
        image = Image.open(io.BytesIO(base64.b64decode(answer["data"]))).convert("RGB")
        return np.asarray(image, dtype=np.int16)

    @contextmanager
    def _within_limit(self) -> Iterator[None]:
        left_s = self._ends - time.monotonic()
        if left_s <= 0:
            raise PageHung
        assert isinstance(self._driver.command_executor, RemoteConnection)
        self._driver.command_executor.client_config.timeout = max(1, round(left_s))
        try:
            yield
        except (HTTPError, TimeoutException, OSError) as exc:
            raise PageHung from exc


@contextmanager
def chromium(limit_s: float) -> Iterator[Chromium]:
    """Start a browser that finds no host but this machine, and end it even if its page hangs."""
    program = os.environ.get("CHROMIUM") or shutil.which("chromium") or shutil.which("google-chrome")
    server = os.environ.get("CHROMEDRIVER") or shutil.which("chromedriver")
    if program is None or server is None:
        raise SystemExit("no chromium or no chromedriver on the path; see $CHROMIUM, $CHROMEDRIVER")
    options = Options()
    options.binary_location = program
    options.page_load_strategy = "none"
    with tempfile.TemporaryDirectory(ignore_cleanup_errors=True) as profile:
        for argument in (
            "--headless=new",
            f"--window-size={WINDOW[0]},{WINDOW[1]}",
            "--host-resolver-rules=MAP * ~NOTFOUND, EXCLUDE localhost",
            "--disable-background-networking",
            "--disable-component-update",
            "--disable-sync",
            "--no-first-run",
            "--force-prefers-reduced-motion",
            f"--user-data-dir={profile}",
        ):
            options.add_argument(argument)
        if hasattr(os, "geteuid") and os.geteuid() == 0:
            options.add_argument("--no-sandbox")  # Chromium refuses to start as root with it.
        service = Service(server)
        driver = webdriver.Chrome(options=options, service=service)
        try:
            driver.set_script_timeout(limit_s)
            driver.get("about:blank")
            time.sleep(0.5)  # A new browser is busy with itself.
            yield Chromium(driver, limit_s)
        finally:
            _end(driver, service)


def _end(driver: webdriver.Chrome, service: Service) -> None:
    """End a browser; one whose page hangs does not end when it is asked to."""
    if not Path("/proc").is_dir():
        driver.quit()
        return
    process = service.process
    for pid in _descendants(process.pid):
        try:
            os.kill(pid, signal.SIGKILL)
        except ProcessLookupError:
            continue  # It ended with another.
    process.kill()
    process.wait()


def _descendants(root: int) -> list[int]:
    children: dict[int, list[int]] = {}
    for folder in Path("/proc").iterdir():
        if folder.name.isdigit():
            try:
                parent = int((folder / "stat").read_text().rpartition(")")[2].split()[1])
            except OSError:
                continue  # It ended while we looked.
            children.setdefault(parent, []).append(int(folder.name))
    found, pending = [], list(children.get(root, ()))
    while pending:
        pid = pending.pop()
        found.append(pid)
        pending += children.get(pid, ())
    return found


def shows_anything(picture: Picture) -> bool:
    """Whether a part of a picture is not of the ground's colour."""
    colours, counts = np.unique(picture.reshape(-1, 3), axis=0, return_counts=True)
    ground = colours[counts.argmax()]
    return bool((np.abs(picture - ground).max(axis=2) > _FARTHEST).mean() > _LEAST_SHARE)


def shows_red(picture: Picture) -> bool:
    """Whether a part of a picture is as red as the firms are, alone or over a ground."""
    red, green, blue = np.moveaxis(picture, 2, 0)
    return bool(((red > 150) & (green < 110) & (blue < 110)).mean() > _LEAST_SHARE)
