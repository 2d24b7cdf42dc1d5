"""What each layer draws: which places are its own, of which class, and what stands for a place."""

from jjjmap.catalogue.models import Catalogue, ChainNode, Cluster, CorridorStop, Place, PlaceKind
from jjjmap.layers.layer import Layer
from jjjmap.layers.style import Geometry

FIVE_CLUSTERS = "五群"
FIVE_CLUSTERS_2024 = "五群（2024年措辞）"
"""Class of the one of the five clusters that the wording of 2024 names otherwise than that of 2023."""


def draws(layer: Layer, place: Place, catalogue: Catalogue) -> bool:
    """Return whether a place is one of a layer's, be its position known or not.

    A corridor is a line where a source names its stops in order, else the area of the units it passes.
    """
    if layer.kind is not place.kind or (layer.categories and place.category not in layer.categories):
        return False
    if place.kind is PlaceKind.CORRIDOR:
        return (layer.geometry is Geometry.LINE) is (len(stops_of(place.id, catalogue)) > 1)
    return True


def drawn_places(layer: Layer, catalogue: Catalogue) -> list[Place]:
    """Return the places of a layer in the order of the table."""
    return [place for place in catalogue.places.values() if draws(layer, place, catalogue)]


def is_drawable(layer: Layer, place: Place, catalogue: Catalogue) -> bool:
    """Return whether what is known of a place's position suffices for its layer."""
    match layer.geometry:
        case Geometry.POINT:
            return place.lon is not None and place.lat is not None
        case Geometry.LINE:
            return len(stops_of(place.id, catalogue)) > 1
        case Geometry.POLYGON:
            return place.kind.is_unit or bool(place.area_adcodes)
        case None:
            return False


def class_value(place: Place, catalogue: Catalogue) -> str:
    """Return what chooses the symbol class of a place: its category, for clusters the list it belongs to."""
    cluster = catalogue.clusters.get(place.id)
    return cluster_class(cluster) if cluster is not None else place.category


def cluster_class(cluster: Cluster) -> str:
    """Return the list that a cluster belongs to, as its symbol class tells it."""
    if cluster.set_zh == FIVE_CLUSTERS and cluster.year > 2023:
        return FIVE_CLUSTERS_2024
    return cluster.set_zh


def stops_of(corridor_id: str, catalogue: Catalogue) -> list[CorridorStop]:
    """Return the stops of a corridor that have a position, in order."""
    stops = [
        stop
        for stop in catalogue.corridor_stops
        if stop.corridor_id == corridor_id and stop.lon is not None and stop.lat is not None
    ]
    return sorted(stops, key=lambda stop: stop.order)


# Features that stand for a place, by their id. Tool and checks ask here, so that they agree.


def stop_features(catalogue: Catalogue) -> dict[str, CorridorStop]:
    """Return the stops that are drawn; each stands for its corridor."""
    corridors = dict.fromkeys(stop.corridor_id for stop in catalogue.corridor_stops)
    return {
        f"{stop.corridor_id}.{stop.order}": stop for each in corridors for stop in stops_of(each, catalogue)
    }


def chain_features(catalogue: Catalogue) -> dict[str, tuple[ChainNode, Place]]:
    """Return the links of chains at each of their places; each stands for that place."""
    return {
        f"{node.id}.{place.id}": (node, place)
        for node in catalogue.chain_nodes.values()
        for place in _known(node.place_ids, catalogue)
        if place.lon is not None
    }


def link_features(catalogue: Catalogue) -> dict[str, tuple[Place, Place]]:
    """Return cluster and member for each line of a cluster of several; each stands for the cluster."""
    return {
        f"{cluster.id}.{member.id}": (place, member)
        for cluster in catalogue.clusters.values()
        if len(cluster.member_ids) > 1
        and (place := catalogue.places.get(cluster.id)) is not None
        and place.lon is not None
        for member in _known(cluster.member_ids, catalogue)
        if member.lon is not None and (member.lon, member.lat) != (place.lon, place.lat)
    }


def member_features(catalogue: Catalogue) -> dict[str, Place]:
    """Return the cities and counties that are members of clusters of several members, each once.

    Whole provinces are left to the lines: shaded, they would cover the region and tell nothing.
    """
    members = (
        member
        for cluster in catalogue.clusters.values()
        if len(cluster.member_ids) > 1
        for member in _known(cluster.member_ids, catalogue)
        if member.kind in (PlaceKind.CITY, PlaceKind.COUNTY)
    )
    return {member.id: member for member in members}


def _known(place_ids: tuple[str, ...], catalogue: Catalogue) -> list[Place]:
    return [catalogue.places[place_id] for place_id in place_ids if place_id in catalogue.places]


def places_stood_for(layer_id: str, catalogue: Catalogue) -> dict[str, str]:
    """Return the place behind each feature, by id, for a layer that draws no places of its own."""
    match layer_id:
        case "corridor_stops":
            return {key: stop.corridor_id for key, stop in stop_features(catalogue).items()}
        case "chain_nodes":
            return {key: place.id for key, (_node, place) in chain_features(catalogue).items()}
        case "cluster_links":
            return {key: cluster.id for key, (cluster, _member) in link_features(catalogue).items()}
        case "cluster_members":
            return {key: key for key in member_features(catalogue)}
        case _:
            return {}
