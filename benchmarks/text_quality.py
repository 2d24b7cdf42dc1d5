"""How well places and figures are read, against labels set by hand, and beside other packages.

    .venv/bin/python benchmarks/text_quality.py [--errors] [SET …]

Sets: dev, heldout, unseen, seeds; all if none is named. ``--errors`` lists every miss and every false alarm;
never use it on heldout or unseen while working on rules. The seeds are read from ../shared/seeds beside the
checkout.

Precision and recall of places (leads and composites included), of chains, and of figures with value, unit
and qualifier all right. Then the recall of units (provinces, cities, counties) beside jionlp and cpca, if
these are installed: a label counts as found if a package names the unit anywhere in the passage, and a unit
named along the way (河北省 for 海港区) counts for it too, which is generous. They know no zones, parks or
ports; what they find of all places is given as well.
"""

import sys
import time
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from typing import Any

from jjjmap import paths
from jjjmap.catalogue.models import Catalogue
from jjjmap.catalogue.store import load_catalogue
from jjjmap.text.names.gazetteer import build_gazetteer
from jjjmap.text.names.mentions import MentionFinder

CHECKOUT = Path(__file__).resolve().parent.parent
SEEDS = CHECKOUT.parent / "shared" / "seeds"

sys.path.insert(0, str(CHECKOUT / "tests"))
from text.labelled import LabelledMention, LabelledPassage, load_labelled, load_seeds  # noqa: E402
from text.scoring import PassageScore, Score, read_passage, score_passage  # noqa: E402

SETS = ("dev", "heldout", "unseen", "seeds")

Namer = Callable[[str], set[str]]
"""From a text to the names that a package reads in it."""


def load_set(name: str) -> tuple[LabelledPassage, ...]:
    """Return the passages of a set; none if they are not at hand."""
    if name != "seeds":
        return load_labelled(name)
    return load_seeds(SEEDS) if SEEDS.is_dir() else ()


def jionlp_names() -> Namer | None:
    """Return the reader of jionlp, if it is installed."""
    try:
        import jionlp
    except ImportError:
        return None

    def read(text: str) -> set[str]:
        found: dict[str, Any] = jionlp.recognize_location(text) or {}
        names = set(found.get("others") or ())
        for place, _count in found.get("domestic") or ():
            names |= {name for name in place.values() if name}
        for place, _count in found.get("foreign") or ():
            names |= {name for name in place.values() if name}
        return names

    return read


def cpca_names() -> Namer | None:
    """Return the reader of cpca, if it is installed."""
    try:
        import cpca
    except ImportError:
        return None

    def read(text: str) -> set[str]:
        try:
            found = cpca.transform_text_with_addrs(text)
        except KeyError:  # cpca 0.5.5 stumbles over a text without any place.
            return set()
        return {name for column in ("省", "市", "区") for name in found[column] if isinstance(name, str)}

    return read


def names_of(label: LabelledMention, catalogue: Catalogue) -> Iterator[str]:
    """Yield what a package may call a place: as printed, its name, its name without the last character."""
    yield "".join(label.text.split())
    if place := catalogue.places.get(label.subject_id):
        yield place.name_zh
        yield place.short_zh or place.name_zh
        if place.kind.is_unit and len(place.name_zh) > 2:
            yield place.name_zh[:-1]


def peer_recall(
    passages: Sequence[LabelledPassage], catalogue: Catalogue, read: Namer
) -> tuple[tuple[int, int], tuple[int, int]]:
    """Return how many labels a package finds, of how many: of units, of all places."""
    units = [0, 0]
    places = [0, 0]
    for passage in passages:
        names = read(_article(passage))
        for label in passage.mentions:
            if label.kind.value == "chain":
                continue
            found = not names.isdisjoint(names_of(label, catalogue))
            for count, counts in ((places, True), (units, label.subject_id.isdigit())):
                count[0] += found and counts
                count[1] += counts
    return (units[0], units[1]), (places[0], places[1])


def own_recall(
    passages: Sequence[LabelledPassage], finder: MentionFinder
) -> tuple[tuple[int, int], tuple[int, int]]:
    """Return the same about ourselves: a label counts if its subject is found anywhere in the passage."""
    units = [0, 0]
    places = [0, 0]
    for passage in passages:
        mentions, _figures = read_passage(passage, finder)
        ids = {mention.subject_id for mention in mentions}
        for label in passage.mentions:
            if label.kind.value == "chain":
                continue
            for count, counts in ((places, True), (units, label.subject_id.isdigit())):
                count[0] += label.subject_id in ids and counts
                count[1] += counts
    return (units[0], units[1]), (places[0], places[1])


def _article(passage: LabelledPassage) -> str:
    start, end = passage.body or (0, len(passage.text))
    text = passage.text[start:end]
    # Others take a line's end for the end of a name: give them lines that are already joined.
    return text.replace("\n", "") if passage.is_cleaned_first else text


def _print_score(title: str, score: Score) -> None:
    print(
        f"  {title:<22} precision {score.precision:.4f}  recall {score.recall:.4f}"
        f"   ({score.right} of {score.expected}, {len(score.false)} false)"
    )


def _print_errors(score: PassageScore) -> None:
    for title, part in (
        ("places", score.places),
        ("leads", score.leads),
        ("chains", score.chains),
        ("figures", score.figures),
    ):
        for line in part.missed:
            print(f"    {title} missed  {line}")
        for line in part.false:
            print(f"    {title} false   {line}")


def _print_recall(title: str, recall: tuple[tuple[int, int], tuple[int, int]]) -> None:
    (units, of_units), (places, of_places) = recall
    print(
        f"  {title:<22} units {units / of_units:.4f} ({units} of {of_units})"
        f"   all places {places / of_places:.4f} ({places} of {of_places})"
    )


def main() -> None:
    """Print all scores."""
    words = sys.argv[1:]
    with_errors = "--errors" in words
    wanted = [word for word in words if word != "--errors"] or list(SETS)
    catalogue, _findings = load_catalogue(paths.RESOURCES)
    started = time.perf_counter()
    finder = MentionFinder(build_gazetteer(catalogue))
    print(f"gazetteer built in {time.perf_counter() - started:.3f} s")
    peers = (("jionlp", jionlp_names()), ("cpca", cpca_names()))
    for name in wanted:
        passages = load_set(name)
        if not passages:
            print(f"\n{name}: not at hand ({SEEDS})")
            continue
        score = PassageScore()
        for passage in passages:
            score.add(score_passage(passage, *read_passage(passage, finder)))
        print(f"\n{name}: {len(passages)} passages")
        _print_score("places", score.places)
        _print_score("chains", score.chains)
        _print_score("figures", score.figures)
        leads = score.leads
        print(f"  {'leads told apart':<22} {leads.right} of {leads.expected} places found")
        print("  Place names found anywhere in the passage:")
        _print_recall("jjjmap", own_recall(passages, finder))
        for peer, read in peers:
            if read is None:
                print(f"  {peer:<22} not installed")
            else:
                _print_recall(peer, peer_recall(passages, catalogue, read))
        if with_errors:
            _print_errors(score)


if __name__ == "__main__":
    main()
