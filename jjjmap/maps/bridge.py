"""The words that page and program exchange, as dataclasses; JSON only at the edge.

Every message is one JSON object with a ``type``. What the page says is hostile until it has been parsed here:
unknown types, missing fields, numbers that are not finite and long texts raise `BridgeMessageInvalid`.
"""

import json
import math
from dataclasses import asdict, dataclass
from typing import Any

from jjjmap.errors import BridgeMessageInvalid

MAX_MESSAGE_CHARS = 100_000
MAX_TEXT_CHARS = 500
MAX_HITS = 200
MAX_ZOOM = 30.0


@dataclass(frozen=True, slots=True)
class PageReady:
    """The page runs and has shown the layers it was configured with."""

    seq: int


@dataclass(frozen=True, slots=True)
class PageFailed:
    """The page could not be configured at its start; it stays empty until it is loaded anew."""

    seq: int
    reason: str


@dataclass(frozen=True, slots=True)
class LayerFailed:
    """A layer could not be fetched or drawn."""

    seq: int
    layer_id: str
    reason: str


@dataclass(frozen=True, slots=True)
class Hit:
    """A feature under the pointer."""

    layer_id: str
    feature_id: str


@dataclass(frozen=True, slots=True)
class MapClicked:
    """The user clicked the map; `hits` are the selectable features there, nearest first, or none."""

    seq: int
    lon: float
    lat: float
    hits: tuple[Hit, ...]
    zoom: float = 0.0
    """Of the map; the program finds the users' features there, of which the page knows no ids."""


@dataclass(frozen=True, slots=True)
class CandidateStepped:
    """Tab or Shift+Tab on the map: the next (+1) or previous (-1) of the features that overlap."""

    seq: int
    step: int


@dataclass(frozen=True, slots=True)
class SelectionCleared:
    """Escape on the map."""

    seq: int


@dataclass(frozen=True, slots=True)
class PointerMoved:
    """The pointer is over this position, in degrees."""

    seq: int
    lon: float
    lat: float
    zoom: float = 0.0


@dataclass(frozen=True, slots=True)
class ViewMoved:
    """The map shows this box, in degrees."""

    seq: int
    west: float
    south: float
    east: float
    north: float
    zoom: float


@dataclass(frozen=True, slots=True)
class LayerDrawn:
    """So many of a user's features in view are drawn; said when the numbers change."""

    seq: int
    layer_id: str
    drawn: int
    total: int
    """All in view that are not hidden; where it is more than `drawn`, the user is told."""


@dataclass(frozen=True, slots=True)
class SheetDrawn:
    """A sheet is drawn and waits in the page: ``jjjmap.sheetText(number)``."""

    seq: int
    number: int
    length: int
    """Of its text, in characters."""
    rastered_layers: tuple[str, ...]
    """Layers that are a picture within the sheet, as they have too many points for paths."""


@dataclass(frozen=True, slots=True)
class SheetFailed:
    """A sheet could not be drawn."""

    seq: int
    number: int
    reason: str


Event = (
    PageReady
    | PageFailed
    | LayerFailed
    | MapClicked
    | CandidateStepped
    | SelectionCleared
    | PointerMoved
    | ViewMoved
    | LayerDrawn
    | SheetDrawn
    | SheetFailed
)


@dataclass(frozen=True, slots=True)
class Configure:
    """Show this configuration (see `maps.config`): layers, looks, texts. What is loaded stays loaded."""

    config: dict[str, Any]


@dataclass(frozen=True, slots=True)
class SetLayerVisible:
    """Show or hide a layer."""

    layer_id: str
    visible: bool


@dataclass(frozen=True, slots=True)
class SetLayerOpacity:
    """Make a layer transparent: 0 is invisible, 1 opaque."""

    layer_id: str
    opacity: float


@dataclass(frozen=True, slots=True)
class SetLayerOrder:
    """Draw the layers in this order, from the bottom up."""

    layer_ids: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class SelectFeature:
    """Highlight a feature and the units that make up its area; fly there if asked. An empty id clears."""

    feature_id: str
    area_adcodes: tuple[str, ...] = ()
    lon: float | None = None
    lat: float | None = None
    """Where to mark the place if no layer on the map holds it, in degrees."""
    label: str = ""
    fly: bool = False
    others_here: int = 0
    """How many other places and features lie under the same click; Tab goes round while there are any."""


@dataclass(frozen=True, slots=True)
class HighlightedPlace:
    """A place to mark; its point, in degrees, serves where no layer on the map holds it."""

    feature_id: str
    lon: float | None
    lat: float | None


@dataclass(frozen=True, slots=True)
class HighlightPlaces:
    """Mark places and units beside the selection; none clears."""

    places: tuple[HighlightedPlace, ...]
    area_adcodes: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class DimFeatures:
    """Draw these features faintly, all others as usual."""

    feature_ids: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class TallyClass:
    """How places are drawn whose count lies between two numbers."""

    label: str
    color: str
    """``#rrggbb``."""
    ink: str
    """Colour of a number on it."""
    radius_px: float


@dataclass(frozen=True, slots=True)
class TalliedUnit:
    """An administrative unit to fill."""

    feature_id: str
    class_index: int
    words: str
    """What the tip adds to its name."""


@dataclass(frozen=True, slots=True)
class TalliedPoint:
    """A place to draw as a circle; its point in degrees."""

    feature_id: str
    class_index: int
    words: str
    number: str
    lon: float
    lat: float


@dataclass(frozen=True, slots=True)
class ShowTally:
    """Draw how often places are counted, instead of what was counted before; without a title nothing."""

    title: str = ""
    classes: tuple[TallyClass, ...] = ()
    units: tuple[TalliedUnit, ...] = ()
    """From large to small."""
    points: tuple[TalliedPoint, ...] = ()


NO_TALLY = ShowTally()
"""Nothing is counted."""


@dataclass(frozen=True, slots=True)
class FitBounds:
    """Show this box, in degrees; in a flight, and no closer than a place is shown, if asked."""

    west: float
    south: float
    east: float
    north: float
    fly: bool = False
    exact: bool = False
    """Whether just this box fills the map, without room at its edge, as when a view is shown again."""


@dataclass(frozen=True, slots=True)
class FitLayer:
    """Show all features of a layer."""

    layer_id: str


@dataclass(frozen=True, slots=True)
class RefreshRows:
    """Fetch anew what style, filter and selection say of the rows of a user's layer, and draw it so."""

    layer_id: str
    revision: int
    """Of the layer as it was configured; the page passes over a call that speaks of another."""
    style: dict[str, Any] | None = None
    """See `maps.config.style_config`; None if it has not changed."""


@dataclass(frozen=True, slots=True)
class RemoveLayer:
    """Forget a user's layer."""

    layer_id: str


@dataclass(frozen=True, slots=True)
class ShowBasemap:
    """Lay the map on tiles that the page asks its own scheme for; on our own ground without any."""

    tile_sets: tuple[dict[str, Any], ...] = ()
    """See `maps.basemaps.shown_tiles`."""
    attribution: str = ""
    """Whom the map must name meanwhile."""


@dataclass(frozen=True, slots=True)
class ShowTip:
    """Show a text at the pointer, if it still is where it was when it said `PointerMoved`."""

    lon: float
    lat: float
    """Of the `PointerMoved` that this answers."""
    text: str


@dataclass(frozen=True, slots=True)
class DrawSheet:
    """Draw what the page shows as one SVG; answered by `SheetDrawn` or `SheetFailed` with the same number."""

    number: int
    layout: dict[str, Any]
    """See `maps.sheets.sheet_layout`."""


Call = (
    Configure
    | SetLayerVisible
    | SetLayerOpacity
    | SetLayerOrder
    | SelectFeature
    | HighlightPlaces
    | DimFeatures
    | ShowTally
    | FitBounds
    | FitLayer
    | RefreshRows
    | RemoveLayer
    | ShowBasemap
    | ShowTip
    | DrawSheet
)


def call_to_json(call: Call) -> str:
    """Return what is sent to the page for a call."""
    return json.dumps({"type": type(call).__name__, **asdict(call)}, allow_nan=False)


def parse_event(text: str) -> Event:
    """Turn what the page said into an event.

    Raises
    ------
    BridgeMessageInvalid
        The text is not one of the messages above.
    """
    if len(text) > MAX_MESSAGE_CHARS:
        raise BridgeMessageInvalid(f"{len(text)} characters")
    try:
        said = json.loads(text)
    except (ValueError, RecursionError) as exc:
        raise BridgeMessageInvalid("not JSON") from exc
    if not isinstance(said, dict):
        raise BridgeMessageInvalid("not an object")
    seq = _whole(said, "seq")
    match said.get("type"):
        case "PageReady":
            return PageReady(seq)
        case "PageFailed":
            return PageFailed(seq, _text(said, "reason"))
        case "LayerFailed":
            return LayerFailed(seq, _text(said, "layer_id"), _text(said, "reason"))
        case "MapClicked":
            zoom = _zoom(said)
            return MapClicked(seq, _number(said, "lon"), _number(said, "lat"), _hits(said), zoom)
        case "CandidateStepped":
            return CandidateStepped(seq, 1 if _number(said, "step") >= 0 else -1)
        case "SelectionCleared":
            return SelectionCleared(seq)
        case "PointerMoved":
            return PointerMoved(seq, _number(said, "lon"), _number(said, "lat"), _zoom(said))
        case "ViewMoved":
            west, south, east, north = (_number(said, side) for side in ("west", "south", "east", "north"))
            return ViewMoved(seq, west, south, east, north, _zoom(said))
        case "LayerDrawn":
            return LayerDrawn(seq, _text(said, "layer_id"), _whole(said, "drawn"), _whole(said, "total"))
        case "SheetDrawn":
            number, length = _whole(said, "number"), _whole(said, "length")
            return SheetDrawn(seq, number, length, _texts(said, "rastered_layers"))
        case "SheetFailed":
            return SheetFailed(seq, _whole(said, "number"), _text(said, "reason"))
        case other:
            raise BridgeMessageInvalid(f"unknown type {str(other)[:MAX_TEXT_CHARS]!r}")


def _number(said: dict[str, Any], key: str) -> float:
    value = said.get(key)
    if (
        isinstance(value, bool)
        or not isinstance(value, int | float)
        or abs(value) > 1e9
        or not math.isfinite(value)
    ):
        raise BridgeMessageInvalid(f"{key} is not a finite number")
    return float(value)


def _zoom(said: dict[str, Any]) -> float:
    value = _number(said, "zoom")
    if abs(value) > MAX_ZOOM:  # Scales are powers of it.
        raise BridgeMessageInvalid("zoom is beyond any map")
    return value


def _whole(said: dict[str, Any], key: str) -> int:
    return int(_number(said, key))


def _text(said: dict[str, Any], key: str) -> str:
    value = _any_text(said, key)
    if len(value) > MAX_TEXT_CHARS:
        raise BridgeMessageInvalid(f"{key} is not a short text")
    return value


def _any_text(said: dict[str, Any], key: str) -> str:
    value = said.get(key)
    if not isinstance(value, str):
        raise BridgeMessageInvalid(f"{key} is not a text")
    # JSON may hold half a character, which nobody could write down again.
    return value.encode("utf-16", "surrogatepass").decode("utf-16", "replace")


def _texts(said: dict[str, Any], key: str) -> tuple[str, ...]:
    values = said.get(key)
    if not isinstance(values, list) or len(values) > MAX_HITS:
        raise BridgeMessageInvalid(f"{key} is not a list of texts")
    return tuple(_text({key: value}, key) for value in values)


def _hits(said: dict[str, Any]) -> tuple[Hit, ...]:
    hits = said.get("hits")
    if not isinstance(hits, list) or len(hits) > MAX_HITS or not all(isinstance(hit, dict) for hit in hits):
        raise BridgeMessageInvalid("hits is not a list of features")
    found = (Hit(_any_text(hit, "layer_id"), _any_text(hit, "feature_id")) for hit in hits)
    # A file may hold an id beyond all measure: that feature cannot be chosen, but those beside it can.
    return tuple(hit for hit in found if max(len(hit.layer_id), len(hit.feature_id)) <= MAX_TEXT_CHARS)
