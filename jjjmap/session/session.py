"""Everything that is open, in one hand: what `app` builds once and gives to window and page."""

from dataclasses import dataclass, field

from jjjmap.catalogue.models import PlaceKind
from jjjmap.maps.bridge import NO_TALLY, ShowTally
from jjjmap.maps.snapshot import REGION_BOUNDS, Bounds, MapSnapshot
from jjjmap.maps.tally import Counted, tally_call
from jjjmap.session.charts import ChartPreparation
from jjjmap.session.documents.library import LibrarySession
from jjjmap.session.highlight import Highlight
from jjjmap.session.history import History
from jjjmap.session.layers.analyses import Analyses
from jjjmap.session.layers.drawn_layers import DrawnLayers
from jjjmap.session.layers.joins import Joins
from jjjmap.session.layers.layer_stack import LayerStack
from jjjmap.session.layers.placing import Placing
from jjjmap.session.layers.user_features import UserFeatures
from jjjmap.session.layers.user_layers import UserLayers
from jjjmap.session.online import OnlineBasemaps
from jjjmap.session.pins import Pins
from jjjmap.session.preferences import Preferences
from jjjmap.session.selection import Selection
from jjjmap.session.tally import MapTally
from jjjmap.session.tasks import TaskRunner
from jjjmap.session.timeline import Timeline
from jjjmap.session.views import SavedViews
from jjjmap.session.workspace import Workspace


@dataclass(frozen=True, slots=True)
class Session:
    """The parts of a running program that hold state."""

    workspace: Workspace
    layers: LayerStack
    selection: Selection
    tasks: TaskRunner
    preferences: Preferences
    timeline: Timeline
    library: LibrarySession
    user_layers: UserLayers
    drawn_layers: DrawnLayers
    user_features: UserFeatures
    joins: Joins
    placing: Placing
    analyses: Analyses
    highlight: Highlight = field(default_factory=Highlight)
    pins: Pins = field(default_factory=Pins)
    tally: MapTally = field(default_factory=MapTally)
    charts: ChartPreparation = field(default_factory=ChartPreparation)
    history: History = field(default_factory=History)
    views: SavedViews = field(default_factory=SavedViews)
    online: OnlineBasemaps = field(default_factory=OnlineBasemaps)

    def __post_init__(self) -> None:
        """Let what the user does anywhere be one line of steps."""
        for part in (self.layers, self.user_layers, self.library, self.placing):
            part.history = self.history

    def snapshot(self) -> MapSnapshot:
        """Return what the map shows now: for the page when it is loaded, and for an export."""
        box = self.preferences.settings.view_bounds_lonlat
        moment = self.timeline.moment
        return MapSnapshot(
            self.layers.views,
            self.workspace.language,
            Bounds(*box) if box else REGION_BOUNDS,
            self.selection.chosen_id,
            self.highlight.place_ids,
            self.highlight.title,
            moment.iso if moment is not None else "",
            self.timeline.dimmed_ids,
            self.tally_shown(),
            self.user_layers.rows_now(),
        )

    def tally_shown(self) -> ShowTally:
        """Return what tells a map to draw what is counted; nothing if nothing is."""
        tally, workspace = self.tally, self.workspace
        if not tally.counts:
            return NO_TALLY
        subjects = [(self.library.subject(each), n) for each, n in tally.counts.items()]
        counted = [
            Counted(subject.id, n, workspace.unit_kind(subject.id), subject.lon, subject.lat)
            for subject, n in subjects
            if subject is not None and not self._is_everywhere(subject.id)
        ]
        return tally_call(counted, tally.title, workspace.language)

    def _is_everywhere(self, subject_id: str) -> bool:
        """Whether this is the region as such or its structure: a circle would say that it lies somewhere."""
        workspace = self.workspace
        return workspace.knows(subject_id) and workspace.place(subject_id).kind is PlaceKind.SPATIAL_STRUCTURE
