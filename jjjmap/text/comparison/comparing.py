"""What two documents say differently: places, clusters, chains, targets and figures, not lines."""

from jjjmap.catalogue.models import Catalogue
from jjjmap.i18n import Language
from jjjmap.text.comparison.compared_figures import compare_figures
from jjjmap.text.comparison.compared_lists import compare_listed
from jjjmap.text.comparison.compared_places import compare_places
from jjjmap.text.comparison.compared_targets import compare_targets
from jjjmap.text.comparison.comparison_records import Comparison, Tally
from jjjmap.text.comparison.listings import find_listings, name_parts
from jjjmap.text.comparison.sides import Reading
from jjjmap.text.records import Document


def compare_documents(before: Document, after: Document, catalogue: Catalogue) -> Comparison:
    """Return what two documents say differently.

    Exchanging the documents exchanges the sides and nothing else; the order of mentions and figures in the
    records does not matter. What the user rejected is left out.

    Parameters
    ----------
    before, after
        Any two documents; `before` is told as the earlier one.
    catalogue
        Knows which mentions are clusters, and names that hold 和 of their own.
    """
    names = {
        word
        for chain in catalogue.chains.values()
        for word in chain.wordings(Language.ZH)
        if len(name_parts(word)) > 1
    }
    drafts = [find_listings(document.text, whole_names=names) for document in (before, after)]
    # A name that one of them has whole is whole in the other as well.
    names.update(
        item.name
        for listings in drafts
        for listing in listings
        for item in listing.items[:-1]
        if len(name_parts(item.name)) > 1
    )
    sides = tuple(Reading(document, catalogue, frozenset(names)) for document in (before, after))
    tally = Tally()
    compare_listed(sides[0], sides[1], tally)
    compare_places(sides[0], sides[1], tally)
    compare_targets(sides[0], sides[1], tally)
    compare_figures(sides[0], sides[1], tally)
    return Comparison(before.id, after.id, tally.ordered(), dict(sorted(tally.unchanged.items())))
