"""What an exported map says of itself to machines: JSON-LD in the words of schema.org, and the command."""

import json
import shlex
from typing import Any

import jjjmap
from jjjmap.catalogue.citing import reference_to_source
from jjjmap.catalogue.models import Catalogue
from jjjmap.export.dates import export_date
from jjjmap.export.marks import Audience
from jjjmap.export.options import ContentOptions
from jjjmap.export.page.map_content import MapContent
from jjjmap.layers.feature_ids import parse_feature_id
from jjjmap.maps.snapshot import MapSnapshot


def about_map(
    snapshot: MapSnapshot,
    catalogue: Catalogue,
    options: ContentOptions,
    content: MapContent,
    command: str,
) -> str:
    """Return the JSON-LD of a map; no letter of it is taken for markup by an HTML parser."""
    bounds, cover = snapshot.bounds, content.words["cover"]
    box = f"{bounds.south:.5f} {bounds.west:.5f} {bounds.north:.5f} {bounds.east:.5f}"
    about: dict[str, Any] = {
        "@context": ["https://schema.org", {"command": "urn:jjjmap:command"}],
        "@type": "Map",
        "name": cover["title"],
        "inLanguage": [language.html_tag for language in (snapshot.language, *options.languages)],
        "dateCreated": export_date().isoformat(),
        "creator": {"@type": "SoftwareApplication", "name": "jjjmap", "softwareVersion": jjjmap.__version__},
        "spatialCoverage": {"@type": "Place", "geo": {"@type": "GeoShape", "box": box}},
        "temporalCoverage": snapshot.moment,
        "creditText": content.words["config"]["texts"]["attribution"],
        "usageInfo": " ".join(line for line in (cover["internal"], cover["unapproved"]) if line),
        "hasPart": [{"@type": "Dataset", "name": title} for title in content.layer_titles],
        "citation": [reference_to_source(catalogue.sources[key]) for key in content.source_ids],
        "command": command,
    }
    text = json.dumps(
        {key: value for key, value in about.items() if value not in ("", [])},
        ensure_ascii=False,
        separators=(",", ":"),
    )
    for letter in "<>&\u2028\u2029":
        text = text.replace(letter, f"\\u{ord(letter):04x}")
    return text.encode("utf-8", "replace").decode()


def export_command(snapshot: MapSnapshot, file_name: str, options: ContentOptions | None = None) -> str:
    """Return the command that makes the export again, quoted for a shell.

    Users' layers are named by their ids, which the program of the mapmaker knows. Counts, marked rows and a
    chosen feature of a user's layer cannot be said in a command.
    """
    options = options or ContentOptions()
    if options.command:
        return options.command
    bounds = snapshot.bounds
    words = ["jjjmap", "export"]
    shown = [view.layer.id for view in snapshot.layers if view.visible]
    words += ["--layers", ",".join(shown)]
    for layer_id, columns in sorted(options.columns.items()):
        if layer_id in shown:
            words += ["--columns", f"{layer_id}={','.join(columns)}"]
    if snapshot.selected_id and parse_feature_id(snapshot.selected_id) is None:
        words += ["--select", snapshot.selected_id]
    for place_id in snapshot.highlighted_ids:
        words += ["--highlight", place_id]
    if snapshot.moment:
        words += ["--at", snapshot.moment]
    sides = (bounds.west, bounds.south, bounds.east, bounds.north)
    words.append("--bounds=" + ",".join(f"{side:.5f}".rstrip("0").rstrip(".") for side in sides))
    if options.title:
        words.append(f"--title={options.title}")
    if options.tolerance_m:
        words += ["--tolerance", f"{options.tolerance_m:g}"]
    if options.audience is Audience.PUBLIC:
        words.append("--public")
    elif not options.with_library:
        words.append("--no-library")
    words += ["--lang", snapshot.language.value, "-o", file_name]
    return shlex.join(words)
