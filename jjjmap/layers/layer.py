"""A layer: what it is called, where its features are, and how it looks."""

from dataclasses import dataclass
from enum import StrEnum

from jjjmap.catalogue.models import PlaceKind
from jjjmap.i18n import Language, _
from jjjmap.layers.style import Geometry, LayerStyle


class LayerGroup(StrEnum):
    """The headings of the layers dock, in their order."""

    USER = "user"
    STRUCTURE = "structure"
    PLATFORMS = "platforms"
    INDUSTRY = "industry"
    TRANSPORT = "transport"
    INNOVATION = "innovation"
    OTHER = "other"
    ADMINISTRATIVE = "administrative"
    BASEMAP = "basemap"


def group_title(group: LayerGroup) -> str:
    """Return the heading of a group of layers, in the language in use."""
    return {
        LayerGroup.USER: _("我的数据"),
        LayerGroup.STRUCTURE: _("空间格局"),
        LayerGroup.PLATFORMS: _("承接平台"),
        LayerGroup.INDUSTRY: _("产业集群与产业链"),
        LayerGroup.TRANSPORT: _("港口、机场与交通"),
        LayerGroup.INNOVATION: _("创新与开放平台"),
        LayerGroup.OTHER: _("生态与其他地点"),
        LayerGroup.ADMINISTRATIVE: _("行政区划"),
        LayerGroup.BASEMAP: _("底图"),
    }[group]


@dataclass(frozen=True, slots=True)
class Layer:
    """One layer of the map.

    Its features are a GeoJSON file below ``geodata/``: EPSG:4326, lon/lat in degrees, an ``id`` on each.
    """

    id: str
    title_zh: str
    title_en: str
    group: LayerGroup
    file: str
    """Name below ``geodata/``; empty for a user's layer, which has a folder of its own."""
    geometry: Geometry | None
    """None for a plain table, which is listed but not drawn."""
    style: LayerStyle
    kind: PlaceKind | None = None
    """The kind of place that its features are; None for a layer that draws no places."""
    categories: tuple[str, ...] = ()
    """Only places of these categories, where several layers share a kind; empty for all."""
    refers: bool = False
    """Whether its features are no places, but each stands for one, which its ``place_id`` names."""
    visible: bool = True
    """Whether it is drawn at first start."""
    opacity: float = 1.0
    in_legend: bool = True
    """False for ground that explains itself."""
    rows: int = 0
    """How many rows a user's layer has."""
    revision: int = 0
    """Raised when the positions of a user's layer change, so that the page fetches them anew."""

    def title(self, language: Language) -> str:
        """Return the title in a language."""
        return self.title_zh if language is Language.ZH else self.title_en

    @property
    def is_users(self) -> bool:
        """Whether the user brought it."""
        return self.group is LayerGroup.USER

    @property
    def selectable(self) -> bool:
        """Whether a click can choose its features."""
        return self.kind is not None or self.refers


@dataclass(frozen=True, slots=True)
class LayerView:
    """A layer as the user has set it on the map."""

    layer: Layer
    visible: bool
    opacity: float
    """0 is invisible, 1 opaque."""


def first_view(layers: tuple[Layer, ...]) -> tuple[LayerView, ...]:
    """Return the layers as they are shown at first start, from the bottom up."""
    return tuple(LayerView(layer, layer.visible, layer.opacity) for layer in layers)
