"""What an export says of itself: title, marks, day, version, the command that makes it again."""

from __future__ import annotations

from dataclasses import dataclass

import jjjmap
from jjjmap.catalogue.models import Catalogue
from jjjmap.catalogue.wording import date_text
from jjjmap.export.dates import export_date
from jjjmap.export.marks import Marks, marks_of
from jjjmap.export.options import ContentOptions
from jjjmap.export.page.html_metadata import export_command
from jjjmap.i18n import Language, _
from jjjmap.maps.snapshot import Bounds, MapSnapshot


@dataclass(frozen=True, slots=True)
class About:
    """Facts about an export, in one language."""

    title: str
    language: Language
    marks: Marks
    date: str
    """ISO 8601."""
    version: str
    command: str
    bounds: Bounds
    remarks: tuple[str, ...] = ()
    """The selected place, what is marked, the moment that the timeline shows."""

    @property
    def made(self) -> str:
        """Return by what and when it was made, as a sentence."""
        return _("由 jjjmap {version} 于 {date} 导出").format(version=self.version, date=self.date)

    @property
    def lines(self) -> tuple[str, ...]:
        """All that a reader should know, line by line."""
        return (*self.marks.lines, *self.remarks, self.made, self.command)


def about_export(
    snapshot: MapSnapshot, catalogue: Catalogue, options: ContentOptions, file_name: str
) -> About:
    """Return what an export says of itself, in the language in use."""
    language = snapshot.language
    title = options.title or _("京津冀产业协同地图")
    remarks = []
    selected = catalogue.places.get(snapshot.selected_id)
    if selected is not None:
        remarks.append(_("选中：{place}").format(place=selected.name(language)))
    if snapshot.highlighted_ids:
        places = (catalogue.places.get(place_id) for place_id in snapshot.highlighted_ids)
        names = [place.name(language) for place in places if place is not None]
        listed = ("、" if language is Language.ZH else ", ").join(names)
        about = snapshot.highlight_title or _("标记")
        remarks.append(_("{layer}：{sentence}").format(layer=about, sentence=listed))
    if snapshot.moment:
        remarks.append(_("时间：{moment}").format(moment=date_text(snapshot.moment, language)))
    return About(
        title,
        language,
        marks_of(options.audience, language),
        export_date().isoformat(),
        jjjmap.__version__,
        export_command(snapshot, file_name, options),
        snapshot.bounds,
        tuple(remarks),
    )


def about_facts(about: About) -> dict[str, object]:
    """Return what an export says of itself, for programs."""
    marks = about.marks
    return {
        "title": about.title,
        "language": about.language.html_tag,
        "audience": marks.audience.value,
        "mark": marks.internal,
        "schematic": marks.schematic,
        "notice": marks.unapproved,
        "attribution": marks.attribution,
        "remarks": list(about.remarks),
        "created": about.date,
        "generator": f"jjjmap {about.version}",
        "command": about.command,
        "bounds": [about.bounds.west, about.bounds.south, about.bounds.east, about.bounds.north],
    }
