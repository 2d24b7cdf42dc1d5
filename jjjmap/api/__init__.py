"""The public Python API: what ``import jjjmap`` gives, in notebooks and scripts, without a window.

Names follow geopandas and folium. Nothing here needs Qt; what is heavy is imported when it is asked for.
"""

from jjjmap.api.analyses import explore, flows, gaps, hotspots, locate, near, options, summarize
from jjjmap.api.facts import Places, Records, figures, passages, places, sources
from jjjmap.api.projects import Layer, Project, open_project
from jjjmap.api.reading import read_file
from jjjmap.api.results import Result
from jjjmap.api.speaking import use_language

__all__ = [
    "Layer",
    "Places",
    "Project",
    "Records",
    "Result",
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
