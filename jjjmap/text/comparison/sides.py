"""One of two documents, as far as it is compared: what it names and where, and what shall be reached."""

import re
from bisect import bisect_right
from dataclasses import dataclass

from jjjmap.catalogue.models import Catalogue, PlaceKind
from jjjmap.text.comparison.comparison_records import MOST_QUOTATIONS, Quotation, Side
from jjjmap.text.comparison.listings import ListingKind, find_listings
from jjjmap.text.comparison.statements import Statement, find_statements
from jjjmap.text.comparison.wording import plain
from jjjmap.text.documents.passages import sentence_bounds
from jjjmap.text.records import Document, FigureRole, Mention, MentionStatus, SubjectKind, TextFigure


@dataclass(slots=True)
class Named:
    """Something that a document names, perhaps several times."""

    name: str
    spans: list[tuple[int, int]]
    subject_id: str = ""
    in_list: ListingKind | None = None
    order: tuple[int, int] = (0, 0)
    """Number of the list and of the place in it."""


class Reading:
    """What is to be compared of one document."""

    def __init__(self, document: Document, catalogue: Catalogue, whole_names: frozenset[str]) -> None:
        self.document = document
        self.catalogue = catalogue
        self.listings = find_listings(document.text, whole_names=whole_names)
        self.mentions = [
            mention
            for mention in sorted(
                document.mentions, key=lambda each: (each.start, -each.end, each.subject_id)
            )
            if mention.status is not MentionStatus.REJECTED
        ]
        self._sentences = sentence_bounds(document.text)
        self._sentence_starts = [start for start, _end in self._sentences]
        self.listed = {kind: self._listed(kind) for kind in ListingKind}
        self.statements = tuple(find_statements(document.text, document.details.date[:4]))
        self._target_starts = [statement.start for statement in self.statements]

    def side(self, named: Named) -> Side:
        """Return what a comparison tells of a thing that is named here."""
        spans = sorted(set(named.spans))
        return Side(
            named.name,
            tuple(self.quotation(start, end) for start, end in spans[:MOST_QUOTATIONS]),
            len(spans),
            named.subject_id,
            named.in_list,
        )

    def quotation(self, start: int, end: int) -> Quotation:
        """Return a stretch of the text with the sentences that it stands in."""
        text = self.document.text
        first, last = start, end
        # A quotation may reach over several sentences, or stand where there is none.
        for at in {
            bisect_right(self._sentence_starts, start) - 1,
            bisect_right(self._sentence_starts, end - 1) - 1,
        }:
            if at >= 0 and self._sentences[at][1] > start:
                first, last = min(first, self._sentences[at][0]), max(last, self._sentences[at][1])
        return Quotation(self.document.id, start, end, text[start:end], first, last, text[first:last])

    def target_of(self, figure: TextFigure) -> Statement | None:
        """Return the target that a figure belongs to; what was before it is a fact."""
        at = bisect_right(self._target_starts, figure.start) - 1
        if at < 0 or figure.start >= self.statements[at].end or figure.role is FigureRole.FROM:
            return None
        statement = self.statements[at]
        if re.search("[，,：:]", self.document.text[figure.end : statement.marked_at]):
            return None
        year = figure.period.rpartition("/")[2][:4]
        is_earlier = bool(year) and statement.horizon.isdecimal() and year < statement.horizon
        return None if is_earlier else statement

    def places(self) -> dict[str, list[Mention]]:
        """Return the mentions of places that are no clusters, by place; what only leads is not counted."""
        found: dict[str, list[Mention]] = {}
        for mention in self.mentions:
            if (
                mention.kind is not SubjectKind.CHAIN
                and not mention.is_lead
                and not self._is_cluster(mention)
            ):
                found.setdefault(mention.subject_id, []).append(mention)
        return found

    def _is_cluster(self, mention: Mention) -> bool:
        place = self.catalogue.places.get(mention.subject_id)
        return place is not None and place.kind is PlaceKind.CLUSTER

    def _listed(self, kind: ListingKind) -> dict[str, Named]:
        """Return names of chains or clusters, from lists and from elsewhere, by the name."""
        found: dict[str, Named] = {}
        subjects: dict[tuple[int, int], Mention] = {}
        loose: list[Mention] = []
        wanted = [
            mention
            for mention in self.mentions
            if (mention.kind is SubjectKind.CHAIN if kind is ListingKind.CHAIN else self._is_cluster(mention))
        ]
        for mention in wanted:
            subjects.setdefault((mention.start, mention.end), mention)
        covered: list[tuple[int, int]] = []
        for number, listing in enumerate(self.listings):
            for place, item in enumerate(listing.items):
                covered.append((item.start, item.end))
                if listing.kind is not kind:
                    continue
                bare = item.text.removesuffix("集群").removesuffix("产业链")
                known = subjects.get((item.start, item.end)) or subjects.get(
                    (item.start, item.start + len(bare))
                )
                named = found.setdefault(item.name, Named(item.name, [], "", kind, (number, place)))
                named.spans.append((item.start, item.end))
                named.subject_id = named.subject_id or (known.subject_id if known else "")
        covered.sort()
        starts = [start for start, _end in covered]
        for mention in wanted:
            at = bisect_right(starts, mention.start) - 1
            if at < 0 or covered[at][1] <= mention.start:
                loose.append(mention)
        by_subject = {named.subject_id: named for named in found.values() if named.subject_id}
        for mention in loose:
            name = _bare_name(mention.text)
            named = (
                found.get(name) or by_subject.get(mention.subject_id) or Named(name, [], mention.subject_id)
            )
            found.setdefault(named.name, named)
            by_subject.setdefault(mention.subject_id, named)
            named.spans.append((mention.start, mention.end))
            named.subject_id = named.subject_id or mention.subject_id
        return found


def _bare_name(text: str) -> str:
    return re.sub(r"(?:产业链条?|产业集群|集群)$", "", plain(text)) or plain(text)
