"""All that an exported map carries inside: layers, details, chains, words and state, as blocks of data."""

from __future__ import annotations

import base64
import json
from collections.abc import Callable, Sequence
from dataclasses import asdict, dataclass, replace
from typing import TYPE_CHECKING, Any

import jjjmap
from jjjmap import i18n
from jjjmap.catalogue.models import Catalogue
from jjjmap.catalogue.pinyin import load_readings
from jjjmap.catalogue.wording import date_text
from jjjmap.export.dates import export_date
from jjjmap.export.filter_words import filter_words
from jjjmap.export.marks import marks_of
from jjjmap.export.options import ContentOptions
from jjjmap.export.page.chain_content import chain_place_ids, chains_content
from jjjmap.export.page.content import DetailsWriter
from jjjmap.export.page.packing import deflated, json_bytes, pack_features
from jjjmap.export.page.page_words import cover_texts, feature_texts, page_texts
from jjjmap.export.page.search_content import search_content
from jjjmap.export.page.tally_words import as_said, tally_in
from jjjmap.export.page.view_content import (
    id_in_file,
    layers_in_file,
    users_shown,
    view_content,
    view_words,
)
from jjjmap.i18n import Language, in_language
from jjjmap.layers.layer import Layer, LayerGroup, LayerView
from jjjmap.layers.layer_rows import LayerRows
from jjjmap.maps.bridge import SelectFeature
from jjjmap.maps.config import page_config
from jjjmap.maps.showing import calls_showing
from jjjmap.maps.snapshot import MapSnapshot
from jjjmap.paths import RESOURCES

if TYPE_CHECKING:
    from jjjmap.export.page.users.content import UserContent
    from jjjmap.text.store.library import Library

LABEL_DECIMALS = 4
"""Of the degrees where a name stands: ten metres, of which nobody sees anything."""

ReadLayer = Callable[[Layer], bytes]
"""Returns the GeoJSON of a layer."""


@dataclass(frozen=True, slots=True)
class MapContent:
    """What is written into the file beside scripts and styles."""

    blocks: dict[str, str]
    """Deflated data in base64, by the id of the element that holds it, in order."""
    words: dict[str, Any]
    """The words of the map's own language, as the page has them."""
    source_ids: tuple[str, ...]
    """Sources that are cited somewhere on the page, in order of first use."""
    layer_titles: tuple[str, ...]
    """Visible layers, from the bottom up."""
    has_users_layers: bool


def map_content(
    snapshot: MapSnapshot,
    catalogue: Catalogue,
    options: ContentOptions,
    library: Library | None,
    read_layer: ReadLayer,
    tick: Callable[[float], None],
) -> MapContent:
    """Gather what a map shows and says; the arguments are those of `export.page.html.map_html`."""
    views = layers_in_file(snapshot, options)
    shipped = [view for view in views if not view.layer.is_users]
    languages = tuple(dict.fromkeys((snapshot.language, *options.languages)))
    features = _features(shipped, languages, read_layer, lambda share: tick(0.2 * share))
    packed = pack_features(features)
    tick(0.3)
    users = _users(users_shown(snapshot, options), catalogue, options, lambda share: tick(0.3 + 0.3 * share))
    selected_id = id_in_file(snapshot.selected_id, users)
    choosable = {
        view.layer.id: [
            # What stands for a place counts as that place.
            feature["properties"].get("place_id", feature["id"])
            for feature in features[view.layer.id]
        ]
        for view in shipped
        if view.layer.selectable
    }
    steps = [view_content(each.snapshot, views, users) for each in options.views]
    wanted = _wanted_places(catalogue, choosable, [selected_id, *(step["selected"] for step in steps)], users)
    shown = replace(snapshot, layers=views)
    sources: dict[str, None] = {}
    spoken = []
    for number, language in enumerate(languages):
        details = DetailsWriter(catalogue, language, library)
        details.add_all(wanted, _part_of(tick, 0.6 + 0.35 * number / len(languages), 0.35 / len(languages)))
        spoken.append(_words(shown, catalogue, options, language, choosable, details, users))
        sources.update(dict.fromkeys(details.source_ids))
    readings, _findings = load_readings(RESOURCES)
    content = {
        **spoken[0],
        "features": packed.index,
        "calls": _calls(snapshot, catalogue),
        "search": search_content(catalogue, (key for key in wanted if key in catalogue.places), readings),
        "selected": selected_id,
        "steps": steps,
        "languages": [[language.value, _own_name(language)] for language in languages],
    }
    if users is not None:
        content["users"] = users.content
    blocks = {"map-data": deflated(json_bytes(content)), "map-steps": deflated(packed.steps)}
    for language, words in zip(languages[1:], spoken[1:], strict=True):
        blocks[f"words-{language.value}"] = deflated(json_bytes(words))
    if users is not None:
        blocks.update((name, base64.b64encode(block).decode()) for name, block in users.blocks.items())
    tick(0.95)
    return MapContent(
        blocks,
        spoken[0],
        tuple(sources),
        tuple(view.layer.title(snapshot.language) for view in views if view.visible or options.views),
        users is not None,
    )


def _users(
    snapshot: MapSnapshot,
    catalogue: Catalogue,
    options: ContentOptions,
    tick: Callable[[float], None],
) -> UserContent | None:
    """Return what the users' layers bring along; None if there are none."""
    if not any(view.layer.is_users for view in snapshot.layers):
        return None
    # Imported here: a map without them needs no arrays.
    from jjjmap.export.page.users.content import user_content

    return user_content(snapshot, catalogue, options, tick)


def _part_of(tick: Callable[[float], None], start: float, length: float) -> Callable[[float], None]:
    return lambda share: tick(start + length * share)


def _own_name(language: Language) -> str:
    return {Language.ZH: "中文", Language.EN: "English"}[language]


def _features(
    views: Sequence[LayerView],
    languages: Sequence[Language],
    read_layer: ReadLayer,
    tick: Callable[[float], None],
) -> dict[str, list[dict[str, Any]]]:
    features: dict[str, list[dict[str, Any]]] = {}
    for done, view in enumerate(views):
        tick(done / len(views))
        collection = json.loads(read_layer(view.layer))
        features[view.layer.id] = [
            _slim(feature, view.layer, languages) for feature in collection["features"]
        ]
    return features


def _slim(feature: dict[str, Any], layer: Layer, languages: Sequence[Language]) -> dict[str, Any]:
    """Leave a feature only the properties that the page draws by; the rest comes with the details."""
    names = (f"{name}_{language.value}" for language in languages for name in ("name", "short"))
    drawn_by = {*names, "label_lon", "label_lat", "precision", "place_id", layer.style.attribute}
    properties = {
        key: round(value, LABEL_DECIMALS) if key in ("label_lon", "label_lat") else value
        for key, value in feature["properties"].items()
        if key in drawn_by
    }
    return {**feature, "properties": properties}


def _wanted_places(
    catalogue: Catalogue,
    choosable: dict[str, list[str]],
    selected_ids: Sequence[str],
    users: UserContent | None,
) -> tuple[str, ...]:
    """Return the places whose details the page can be asked for."""
    wanted = [place_id for ids in choosable.values() for place_id in ids]
    wanted += [*selected_ids, *chain_place_ids(catalogue)]
    if users is not None:
        wanted += users.place_ids
    return tuple(dict.fromkeys(wanted))


def _calls(snapshot: MapSnapshot, catalogue: Catalogue) -> list[dict[str, Any]]:
    """Return what the window has told its page, but for the choice: the page tells that to itself."""
    return [
        {"type": type(call).__name__, **asdict(call)}
        for call in calls_showing(snapshot, catalogue)
        if not isinstance(call, SelectFeature)
    ]


def _words(
    shown: MapSnapshot,
    catalogue: Catalogue,
    options: ContentOptions,
    language: Language,
    choosable: dict[str, list[str]],
    details: DetailsWriter,
    users: UserContent | None,
) -> dict[str, Any]:
    """Return all that the page says, in one language."""
    config = page_config(replace(shown, language=language))
    for layer, view in zip(config["layers"], shown.layers, strict=True):
        if view.layer.is_users:
            # Rows bring their classes; the name of a column may stay at home.
            layer["style"]["attribute"] = ""
            _blank_unseen(layer["style"]["classes"], shown.rows_of(view.layer.id))
        else:
            del layer["url"]  # The layer is in the file.
    chains = chains_content(catalogue, language, details)
    words: dict[str, Any] = {
        "config": config,
        "details": details.content(),
        "texts": page_texts(language),
        "cover": cover_words(shown, catalogue, options, language),
        "index": _index(shown.layers, choosable, set(details.place_ids), language),
        "chains": chains,
        "states": _states(shown, catalogue, options, language),
        "views": [view_words(named, language) for named in options.views],
    }
    if language is not shown.language and shown.tally.title:
        words["tally"] = {"type": "ShowTally", **asdict(tally_in(shown.tally, language))}
    if users is not None:
        from jjjmap.export.page.users.content import user_texts

        words["user_texts"] = user_texts(language)
        words["texts"] |= feature_texts(language)
    return words


def _blank_unseen(classes: list[dict[str, Any]], rows: LayerRows) -> None:
    """Take the words from classes that only rows have which the filter hides; rows go by their numbers."""
    if rows.shown is None:
        return
    seen = set(rows.styled.class_of_row[rows.shown].tolist())
    for number, each in enumerate(classes):
        if number not in seen:
            each["value"] = each["label"] = ""


def cover_words(
    snapshot: MapSnapshot, catalogue: Catalogue, options: ContentOptions, language: Language
) -> dict[str, str]:
    """Return title, marks and remarks of the page, in one language."""
    _ = in_language(language)
    marks = marks_of(options.audience, language)
    heading = options.title or _("京津冀产业协同地图")
    selected = catalogue.places.get(snapshot.selected_id)
    made = _("由 jjjmap {version} 于 {date} 导出").format(
        version=jjjmap.__version__, date=export_date().isoformat()
    )
    return {
        **cover_texts(language),
        "title": f"{selected.name(language)} · {heading}" if selected is not None else heading,
        "heading": heading,
        "internal": marks.internal,
        "unapproved": marks.unapproved,
        "made": made,
    }


def _index(
    views: Sequence[LayerView], choosable: dict[str, list[str]], known: set[str], language: Language
) -> list[list[Any]]:
    """Return the list of places: title and ids per layer, by layer group, the topmost layer first."""
    groups = list(LayerGroup)
    ordered = sorted(reversed(views), key=lambda view: groups.index(view.layer.group))
    listed = [
        [view.layer.title(language), [key for key in choosable.get(view.layer.id, ()) if key in known]]
        for view in ordered
        if not view.layer.refers
    ]
    return [[title, ids] for title, ids in listed if ids]


def _states(
    snapshot: MapSnapshot, catalogue: Catalogue, options: ContentOptions, language: Language
) -> dict[str, Any]:
    """Return in words what moment is shown, what is marked, and which filters hold."""
    highlight = snapshot.highlight_title
    with i18n.speaking(language):
        filters = [
            [view.layer.id, view.layer.title(language), sentence]
            for view in snapshot.layers
            if view.layer.is_users
            and (sentence := filter_words(snapshot.rows_of(view.layer.id), catalogue, options, language))
        ]
    return {
        "moment": date_text(snapshot.moment, language) if snapshot.moment else "",
        "dimmed": len(snapshot.dimmed_ids),
        "highlight": highlight if language is snapshot.language else as_said(highlight, language),
        "marked": len([key for key in snapshot.highlighted_ids if key in catalogue.places]),
        "filters": filters,
    }
