"""What a project remembers beside its layers and its library, read from a session and put into one."""

from __future__ import annotations

from collections.abc import Iterable

from jjjmap.i18n import Language
from jjjmap.layers.feature_ids import parse_feature_id
from jjjmap.project.state import PlacingState, ProjectState
from jjjmap.session.session import Session

UNNOTED = ("layout", "sources")
"""Fields that no line of the journal holds: the layout is not asked for each time, sources stand in the
records of the layers."""


def state_of(session: Session, *, layout: str = "", waiting: Iterable[PlacingState] = ()) -> ProjectState:
    """Return what a project remembers of a session.

    Parameters
    ----------
    layout
        Docks and toolbars.
    waiting
        What is being put back of lists that are not placed anew yet.
    """
    moment, opened = session.timeline.moment, session.library.opened
    placings = session.placing.state()
    placed = {each.layer_id for each in placings}
    return ProjectState(
        language=session.workspace.language.value,
        bounds_lonlat=session.preferences.settings.view_bounds_lonlat,
        layers=session.layers.settings(),
        pins=session.pins.place_ids,
        views=session.views.views,
        chosen_id=session.selection.chosen_id,
        moment=moment.iso if moment is not None else "",
        document_id=opened.document_id if opened is not None else "",
        document_start=opened.start if opened is not None else -1,
        document_end=opened.end if opened is not None else -1,
        layout=layout,
        placings=(*placings, *(each for each in waiting if each.layer_id not in placed)),
        sources=session.user_layers.sources(),
    )


def clear_session(session: Session) -> None:
    """Forget what was chosen, pinned, counted and shown: something else will be open."""
    session.placing.stop_waiting()
    session.highlight.clear()
    session.tally.clear()
    session.selection.clear()
    session.timeline.reset()
    session.pins.clear()
    session.views.put(())


def put_state(session: Session, state: ProjectState) -> None:
    """Set a session as a state says; what it names that is not there is passed over.

    The view, the layout and lists that are being placed are left to the caller.
    """
    # A project speaks its own language; the user's, which the home speaks, stays what it is.
    spoken = state.language or session.preferences.settings.language
    if spoken in list(Language):
        session.workspace.set_language(Language(spoken))
    if state.bounds_lonlat is not None:
        session.preferences.change(view_bounds_lonlat=state.bounds_lonlat)
    if state.layers:
        session.layers.put_views(state.layers)
    session.views.put(state.views)
    for place_id in state.pins:
        if session.workspace.knows(place_id):
            session.pins.add(place_id)
    if state.moment:
        from jjjmap.project.view_snapshots import parse_moment

        session.timeline.go_to_moment(parse_moment(state.moment))
    if state.chosen_id and _is_there(session, state.chosen_id):
        session.selection.choose(state.chosen_id, fly=False)
    if state.document_id and session.library.entry(state.document_id) is not None:
        session.library.open_document(state.document_id, state.document_start, state.document_end)


def _is_there(session: Session, chosen_id: str) -> bool:
    parsed, users = parse_feature_id(chosen_id), session.user_layers
    if parsed is None:
        return session.workspace.knows(chosen_id)
    return users.holds(parsed[0]) and parsed[1] < users.stored(parsed[0]).facts.rows
