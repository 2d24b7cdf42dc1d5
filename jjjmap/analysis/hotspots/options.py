"""What may be asked about hotspots: words that projects and the command line keep."""

from __future__ import annotations

from enum import StrEnum

from jjjmap.i18n import _

HEX_PREFIX = "hex:"
"""Before the width of hexagons, in km."""
COUNTIES = "counties"
ROWS = "rows"
"""The polygons of the layer itself."""
ALL_CLUSTERS = "all"


class Method(StrEnum):
    """How hotspots are looked for."""

    KDE = "kde"
    DBSCAN = "dbscan"
    HDBSCAN = "hdbscan"
    LOCAL_MORAN = "moran"
    GETIS_ORD = "getis-ord"

    @property
    def is_of_areas(self) -> bool:
        """Whether areas with a value each are compared, rather than points."""
        return self in (Method.LOCAL_MORAN, Method.GETIS_ORD)


class Measure(StrEnum):
    """What is compared between areas."""

    AMOUNT = "amount"
    """How many rows, or the total of the weight."""
    SHARE = "share"
    """Of the category in all rows of the area, in percent."""
    DENSITY = "density"
    """Amount per km²."""


class Neighbours(StrEnum):
    """Which areas are neighbours."""

    QUEEN = "queen"
    """Those that share a border or a corner."""
    NEAREST = "nearest"
    """The k whose middles are nearest."""
    BAND = "band"
    """Those whose middles are not farther than a distance."""


class Correction(StrEnum):
    """How pseudo p-values of many areas are judged together."""

    FDR = "fdr"
    """Benjamini and Hochberg: of what is called significant, at most the share alpha is so by chance."""
    BONFERRONI = "bonferroni"
    """With a probability of alpha at most, anything at all is called significant by chance."""
    NONE = "none"


class CoarseRows(StrEnum):
    """What becomes of rows whose position is only good to the county."""

    LEAVE_OUT = "leave-out"
    KEEP = "keep"


class Verdict(StrEnum):
    """What list and policy say about a place together."""

    BOTH = "both"
    POLICY_ONLY = "policy-only"
    LIST_ONLY = "list-only"
    LARGER_UNIT = "larger-unit"
    """Policy names only the city or province around it, and the list is concentrated elsewhere in there."""
    NEITHER = "neither"


def hex_km(by: str) -> float | None:
    """Return the width of the hexagons in km; None if `by` asks for other areas.

    Raises
    ------
    ValueError
        It is no number above 0.
    """
    if not by.startswith(HEX_PREFIX):
        return None
    km = float(by.removeprefix(HEX_PREFIX))
    if not 0 < km < float("inf"):
        raise ValueError(by)
    return km


def method_name(method: Method) -> str:
    """Return what a method is called, in the language in use."""
    return {
        Method.KDE: _("核密度"),
        Method.DBSCAN: _("DBSCAN 聚类"),
        Method.HDBSCAN: _("HDBSCAN 聚类"),
        Method.LOCAL_MORAN: _("局部莫兰指数"),
        Method.GETIS_ORD: _("Getis-Ord 热点"),
    }[method]


def verdict_name(verdict: Verdict) -> str:
    """Return a verdict in words, in the language in use."""
    return {
        Verdict.BOTH: _("两者都有"),
        Verdict.POLICY_ONLY: _("政策有、企业少"),
        Verdict.LIST_ONLY: _("企业多、政策未提"),
        Verdict.LARGER_UNIT: _("政策只提到所在市或省"),
        Verdict.NEITHER: _("两者都无"),
    }[verdict]
