"""A map page cut into its parts."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class MapPage:
    """What folium renders, cut in three: a strict policy allows no script inside HTML."""

    head: str
    """Elements of ``<head>``: links to style sheets and scripts, in order, and folium's own style."""
    body: str
    """Elements of ``<body>``: the map's box."""
    script: str
    """What folium would have put inline: it makes the map and starts ours."""
