"""Tests of the workspace."""

from jjjmap.catalogue.models import Catalogue
from jjjmap.findings import Finding, Severity
from jjjmap.i18n import Language, language
from jjjmap.session.workspace import Workspace

DOUBT = Finding(Severity.WARNING, "odd", "places.csv:3", "可疑")


def test_a_language_is_told_only_when_it_changes(catalogue: Catalogue) -> None:
    workspace, heard = Workspace(catalogue), []
    workspace.language_changed.connect(heard.append)
    workspace.set_language(Language.ZH)
    workspace.set_language(Language.EN)
    assert heard == [Language.EN]
    assert language() is Language.EN


def test_a_finding_is_noted_once(catalogue: Catalogue) -> None:
    workspace, heard = Workspace(catalogue, [DOUBT, DOUBT]), []
    workspace.findings_changed.connect(lambda: heard.append(1))
    workspace.add_finding(DOUBT)
    workspace.add_finding(Finding(Severity.ERROR, "bad", "places.csv:4", "坏"))
    assert len(workspace.findings) == 2 and heard == [1]


def test_details_are_those_of_the_catalogue(catalogue: Catalogue) -> None:
    details = Workspace(catalogue).details("jia-park")
    assert details.place.name_zh == "甲园"
    assert len(details.figures) == 12
    assert details.passages[0].passage.id == "p-park"
