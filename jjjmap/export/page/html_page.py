"""The frame of an exported map: scripts and styles that never change, the policy over them, blocks of data.

The scripts are the same in every export, whatever the data; their hashes make the Content-Security-Policy.
The file is put together here by hand: folium's templates never see a library or a value.
"""

import hashlib
import html
import re
from collections.abc import Mapping
from functools import cache

import jjjmap
from jjjmap.errors import ResourceMissing
from jjjmap.export.html_policy import script_hash
from jjjmap.export.page.html_scanner import MAX_TAG_CHARS
from jjjmap.export.page.page_words import unread_texts
from jjjmap.export.page.slim_scripts import slim, slim_style
from jjjmap.i18n import Language
from jjjmap.maps.assets import (
    FEATURE_SCRIPTS,
    LOCAL_SCRIPTS,
    RUNTIME_SCRIPTS,
    STYLESHEETS,
    leaflet_file,
    web_file,
)
from jjjmap.maps.builder import build_map
from jjjmap.maps.config import map_texts
from jjjmap.maps.map_page import MapPage

STANDALONE_SCRIPTS = (
    "page_parts.js",
    "source_marks.js",
    "details.js",
    "layer_switch.js",
    "search.js",
    "states.js",
    "views.js",
    "chains.js",
    "print.js",
    "standalone.js",
)
"""Ours beside the runtime, in the order in which they are run."""
USERS_SCRIPTS = ("feature_details.js", "standalone_users.js")
"""Those that a file with users' layers has beside them."""

HASH_META = "jjjmap-payload-sha256"
"""Name of the ``<meta>`` that holds the hash of all blocks of data."""
COMMAND_META = "jjjmap-command"
ABOUT_BLOCK = "map-about"
"""Id of the block that says to machines what the file is, as JSON-LD."""

_OPENING = '"use strict";var jjjmap=jjjmap||{};'
"""How each script of ours begins; once is enough for all of them."""
_CSS_IMAGE = re.compile(r"url\(\s*['\"]?images/[^)]*\)")
_CSS_BEHAVIOUR = re.compile(r"[^;{}]*\bbehavior\s*:[^;{}]*;")


@cache
def _page() -> MapPage:
    return build_map(starter="jjjmap.standAlone")


@cache
def page_scripts(with_users_layers: bool = False) -> tuple[str, ...]:
    """Return the scripts of every export: Leaflet, ours, and folium's that makes the map; no data.

    Parameters
    ----------
    with_users_layers
        Whether those that draw users' layers are among them.

    Raises
    ------
    ResourceMissing
        A file is not there.
    """
    names: tuple[str, ...] = (*RUNTIME_SCRIPTS, "unpack.js", *STANDALONE_SCRIPTS)
    if with_users_layers:
        names = (
            *RUNTIME_SCRIPTS, *FEATURE_SCRIPTS, "unpack.js",
            *LOCAL_SCRIPTS, *STANDALONE_SCRIPTS, *USERS_SCRIPTS,
        )  # fmt: skip
    ours = _OPENING + "\n".join(
        slim(_unix_lines(web_file(name).decode())).removeprefix(_OPENING) for name in names
    )
    # Without the pointer to a map for debuggers: a browser's tools would ask for that file.
    leaflet = leaflet_file("leaflet.js").decode().replace("//# sourceMappingURL=leaflet.js.map", "")
    scripts = tuple(_unix_lines(script) for script in (leaflet, ours, _page().script))
    for script in scripts:
        if re.search(r"</script|<!--", script, re.IGNORECASE):
            raise ResourceMissing("web/*.js", "a script holds markup that would end its element")
    return scripts


@cache
def page_styles() -> tuple[str, ...]:
    """Return the style sheets of every export, without the images that Leaflet's asks for: none is used."""
    leaflet = _CSS_BEHAVIOUR.sub("", _CSS_IMAGE.sub("none", leaflet_file("leaflet.css").decode()))
    ours = (slim_style(web_file(name).decode()) for name in (*STYLESHEETS, "standalone.css"))
    return tuple(_unix_lines(style) for style in (leaflet, *ours))


@cache
def content_policy(with_users_layers: bool = False) -> str:
    """Return the Content-Security-Policy of every export: constant, since the scripts are."""
    allowed = " ".join(map(script_hash, page_scripts(with_users_layers)))
    # Leaflet sets style attributes, hence 'unsafe-inline' for styles. What is not named here is refused.
    return (
        f"default-src 'none'; script-src {allowed}; style-src 'unsafe-inline'; img-src data:; "
        "connect-src 'none'; base-uri 'none'; form-action 'none'"
    )


def _unix_lines(text: str) -> str:
    """Return a text with the line ends that HTML parsers make of any others before hashes are taken."""
    return text.replace("\r\n", "\n").replace("\r", "\n")


def payload_digest(blocks: Mapping[str, str]) -> str:
    """Return the SHA-256 of all blocks of data, in their order: each its id and its text, a line each."""
    digest = hashlib.sha256()
    for name, text in blocks.items():
        digest.update(f"{name}\n{text}\n".encode())
    return digest.hexdigest()


def assembled(
    blocks: Mapping[str, str],
    about: str,
    cover: Mapping[str, str],
    command: str,
    language: Language,
    *,
    with_users_layers: bool,
) -> str:
    """Return the whole file.

    Parameters
    ----------
    blocks
        Letters by element id, of which no HTML parser takes any for markup.
    about
        JSON-LD, likewise free of markup.
    cover
        What stands around the map, see `map_content.cover_words`; any text.
    command
        How to make the file again; any text. Left out if it is so long that nobody would enter it: our own
        check takes no tag of any length.
    """
    styles = "\n".join(f"<style>\n{style}</style>" for style in page_styles())
    scripts = "\n".join(f"<script>{script}</script>" for script in page_scripts(with_users_layers))
    data = "\n".join(
        f'<script type="application/octet-stream" id="{name}">{block}</script>'
        for name, block in blocks.items()
    )
    digest = payload_digest({ABOUT_BLOCK: about, **blocks})
    text = html.escape  # Whatever is not ours goes through it.
    if len(text(command)) > MAX_TAG_CHARS - 100:
        command = ""
    said = {key: text(value) for key, value in {**unread_texts(language), **cover}.items()}
    basemap = map_texts(language)
    internal = f'<p class="internal" data-cover="internal">{said["internal"]}</p>' if said["internal"] else ""
    users_missing = f'<p data-cover="users_missing">{said["users_missing"]}</p>' if with_users_layers else ""
    return f"""<!doctype html>
<html lang="{language.html_tag}">
<head>
<meta http-equiv="Content-Security-Policy" content="{content_policy(with_users_layers)}">
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="generator" content="jjjmap {text(jjjmap.__version__)}">
<meta name="{HASH_META}" content="{digest}">
<meta name="{COMMAND_META}" content="{text(command)}">
<title>{said["title"]}</title>
{styles}
</head>
<body class="standalone">
<noscript><p class="problem is-shown">{said["no_script"]}</p></noscript>
<p class="problem" id="problem" role="alert">{said["problem"]}</p>
<header class="masthead">
<h1 data-cover="heading">{said["heading"]}</h1>
{internal}
<div class="search" id="search" role="search"></div>
<div class="languages" id="languages"></div>
</header>
<div class="page">
<main class="stage" data-cover-label="map_name" aria-label="{said["map_name"]}">
<div class="map-frame" id="map-frame">{_page().body}</div>
<section class="views" id="views" hidden></section>
<section class="chains" id="chains" hidden></section>
</main>
<aside class="panel" id="panel" data-cover-label="details_name" aria-label="{said["details_name"]}"></aside>
</div>
<footer class="colophon">
<strong data-cover="unapproved">{said["unapproved"]}</strong>
<details><summary data-cover="made">{said["made"]}</summary>
<p id="attribution">{text(basemap["schematic"])} {text(basemap["attribution"])}</p>
<p data-cover="command_intro">{said["command_intro"]}</p>
<code tabindex="0">{text(command)}</code>
{users_missing}
</details>
</footer>
<script type="application/ld+json" id="{ABOUT_BLOCK}">{about}</script>
{data}
{scripts}
</body>
</html>
"""
