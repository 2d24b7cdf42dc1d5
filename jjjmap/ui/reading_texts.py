"""What the reading dock says about the words under the pointer."""

from __future__ import annotations

from jjjmap.catalogue.models import Catalogue
from jjjmap.catalogue.wording import kind_name, period_text
from jjjmap.i18n import Language, _
from jjjmap.session.documents.library import LibrarySession
from jjjmap.text.records import FigureStatus, Mention, MentionStatus, SubjectKind, TextFigure


class ReadingTexts:
    """Writes about mentions and figures in one language."""

    def __init__(self, catalogue: Catalogue, library: LibrarySession, language: Language) -> None:
        self._catalogue = catalogue
        self._library = library
        self._language = language

    def mention(self, mention: Mention) -> str:
        """Return what a mention names, how sure that is, and what else it may be."""
        lines = [f"{self._library.name(mention.subject_id)} · {self._kind(mention)}"]
        if mention.status is MentionStatus.REJECTED:
            lines.append(_("您已否定这处识别。按 C 恢复。"))
        elif mention.status is not MentionStatus.FOUND:
            lines.append(_("您已确认。"))
        else:
            lines.append(_("把握 {share}").format(share=f"{mention.confidence:.0%}"))
        if mention.candidates:
            names = "、" if self._language is Language.ZH else ", "
            others = names.join(self._library.name(each) for each in mention.candidates[:4])
            lines.append(_("也可能是：{names}").format(names=others))
        if mention.status is MentionStatus.FOUND:
            lines.append(_("点击定位；C 确认，X 否定，R 改为别的地点"))
        return "\n".join(lines)

    def figure(self, figure: TextFigure) -> str:
        """Return what a figure counts, of what and when, as far as the sentence says."""
        lines = [figure.indicator or _("（指标不明）")]
        about = [
            self._library.name(figure.scope_id) if figure.scope_id else "",
            period_text(figure.period, self._language) if figure.period else "",
            figure.comparison,
        ]
        lines.append(" · ".join(part for part in about if part))
        states = {
            FigureStatus.ACCEPTED: _("您已采纳。"),
            FigureStatus.CORRECTED: _("您改过并采纳。"),
            FigureStatus.REJECTED: _("您已否定。按 C 采纳。"),
        }
        lines.append(states.get(figure.status, _("C 采纳，X 否定，R 修改")))
        return "\n".join(line for line in lines if line)

    def _kind(self, mention: Mention) -> str:
        if mention.kind is SubjectKind.CHAIN:
            return _("产业链")
        place = self._catalogue.places.get(mention.subject_id)
        return kind_name(place.kind) if place is not None else _("乡镇")
