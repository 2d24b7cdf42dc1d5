"""jjjmap: a desktop map explorer of industrial collaboration in Beijing–Tianjin–Hebei (京津冀).

In Python it is a library, too: ``jjjmap.places()``, ``jjjmap.read_file()``, ``jjjmap.summarize()`` and the
others of `jjjmap.api`, without a window. They are loaded when the first is asked for: commands and the window
start without.
"""

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from jjjmap.api import (
        Layer,
        Places,
        Project,
        Records,
        Result,
        explore,
        figures,
        flows,
        gaps,
        hotspots,
        locate,
        near,
        open_project,
        options,
        passages,
        places,
        read_file,
        sources,
        summarize,
        use_language,
    )

__version__ = "0.1.0"

__all__ = [
    "Layer",
    "Places",
    "Project",
    "Records",
    "Result",
    "__version__",
    "explore",
    "figures",
    "flows",
    "gaps",
    "hotspots",
    "locate",
    "near",
    "open_project",
    "options",
    "passages",
    "places",
    "read_file",
    "sources",
    "summarize",
    "use_language",
]


def __getattr__(name: str) -> Any:
    """Load the public API when something of it is asked for."""
    if name.startswith("_") or name not in __all__:
        raise AttributeError(f"module 'jjjmap' has no attribute {name!r}")
    import jjjmap.api

    return getattr(jjjmap.api, name)


def __dir__() -> list[str]:
    return sorted({*globals(), *__all__})
