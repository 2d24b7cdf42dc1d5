"""Doubts about the data that we ship: catalogue, layers, and whether the two agree."""

from collections.abc import Iterator
from pathlib import Path

from jjjmap.catalogue.models import Catalogue
from jjjmap.findings import Finding, Severity
from jjjmap.i18n import _
from jjjmap.layers.checks_common import error, place_where
from jjjmap.layers.checks_features import check_layer, read_features
from jjjmap.layers.checks_positions import check_positions
from jjjmap.layers.checks_records import check_codes, check_ids, check_references, check_units
from jjjmap.layers.checks_texts import check_sources, check_texts
from jjjmap.layers.members import draws
from jjjmap.layers.shipped import SHIPPED_LAYERS


def check_shipped(catalogue: Catalogue, geodata: Path) -> list[Finding]:
    """Look for what is wrong in catalogue and layers.

    Parameters
    ----------
    catalogue
        As read by ``catalogue.store``, which reports broken rows and references itself.
    geodata
        Folder of the shipped layers.

    Returns
    -------
    list of Finding
        Sorted by severity (errors first), place and code; empty if all is well.
    """
    layers = [read_features(layer, geodata) for layer in SHIPPED_LAYERS]
    shapes = {
        feature.id: feature.shape
        for read in layers
        if read.layer.kind is not None and read.layer.kind.is_unit
        for feature in read.features.values()
    }
    findings = [
        *check_ids(catalogue),
        *check_units(catalogue),
        *check_codes(catalogue),
        *check_references(catalogue),
        *check_sources(catalogue),
        *check_texts(catalogue),
        *_check_layers_of_places(catalogue),
        *check_positions(catalogue, shapes),
        *(finding for read in layers for finding in check_layer(catalogue, read, shapes)),
    ]
    order = list(Severity)
    return sorted(set(findings), key=lambda f: (order.index(f.severity), f.where, f.code, f.message))


def _check_layers_of_places(catalogue: Catalogue) -> Iterator[Finding]:
    """Every place is one of a layer's, else neither map nor list would show it."""
    for place in catalogue.places.values():
        if not any(draws(layer, place, catalogue) for layer in SHIPPED_LAYERS):
            yield error(
                "place-without-layer",
                place_where(place),
                _("没有图层画这个地点（类型 {kind}，类别“{category}”）。").format(
                    kind=place.kind.value, category=place.category
                ),
                _("改正类别，或在图层定义里补上这个类别。"),
            )
