"""The details dock: all about the chosen place, or about the user's feature and the place where it lies."""

from __future__ import annotations

from enum import IntEnum
from typing import TYPE_CHECKING

from qtpy.QtCore import QSignalBlocker, Qt, Signal
from qtpy.QtWidgets import (
    QComboBox,
    QFrame,
    QHBoxLayout,
    QLabel,
    QMenu,
    QSizePolicy,
    QStackedLayout,
    QTabWidget,
    QToolButton,
    QVBoxLayout,
    QWidget,
)

from jjjmap.catalogue.details import PlaceDetails
from jjjmap.catalogue.models import Place, PlaceKind
from jjjmap.catalogue.wording import (
    EVIDENCE_DOTS,
    category_name,
    evidence_name,
    evidence_rank,
    evidence_text,
    kind_name,
)
from jjjmap.i18n import Language, _
from jjjmap.layers.style import Geometry
from jjjmap.session.charts import ChartPreparation
from jjjmap.session.selection import Selection
from jjjmap.session.workspace import Workspace
from jjjmap.ui.icon_button import IconButton
from jjjmap.ui.icons import Icon
from jjjmap.ui.near_menu import NearMenu
from jjjmap.ui.place_texts import PlaceTexts, guide
from jjjmap.ui.richtext import NOTHING, RichTextView, tooltip
from jjjmap.ui.source_marks import SourceMarks

if TYPE_CHECKING:
    from jjjmap.session.documents.library import LibrarySession
    from jjjmap.session.layers.user_features import FeatureDetails, UserFeatures
    from jjjmap.text.store.library import LibraryQuotation
    from jjjmap.ui.figures_view import FiguresView

ALL_QUOTATIONS = 200
"""So many sentences about one place are fetched; what every document names has more."""


class Tab(IntEnum):
    """The tabs, from left to right."""

    OVERVIEW = 0
    POLICY = 1
    FIGURES = 2
    RELATED = 3
    SOURCES = 4


class DetailsPanel(QWidget):
    """Shows what `Selection` holds; only the tab in front is written at once.

    A feature of the user's has its attributes in the first tab; in the others stands what the catalogue knows
    of a place where it lies, which the user may change from zone to county to city.
    """

    place_requested = Signal(str)  # place id, from a link
    candidate_requested = Signal(str)  # id of a place or feature, one of those under the last click
    back_requested = Signal()
    forward_requested = Signal()
    locate_requested = Signal(str)  # id of a place or feature; the map is to go there
    document_requested = Signal(str, int, int)  # document id, start and end of the words in its text
    quotations_requested = Signal(str)  # place id; all that the library says about it
    copy_requested = Signal(str)  # place id, to be copied as one line with its sources
    briefing_requested = Signal(str)  # place id
    near_requested = Signal(str, str, str)  # a word of `Question`; place id, or lon,lat and name of a feature

    def __init__(
        self,
        workspace: Workspace,
        selection: Selection,
        parent: QWidget | None = None,
        *,
        charts: ChartPreparation | None = None,
        library: LibrarySession | None = None,
        features: UserFeatures | None = None,
    ) -> None:
        super().__init__(parent)
        self._features = features
        self._feature: FeatureDetails | None = None
        self._charts = charts
        self._library = library
        self._quotations: tuple[LibraryQuotation, ...] = ()
        self._made_figures: FiguresView | None = None
        self._workspace = workspace
        self._selection = selection
        self._details: PlaceDetails | None = None
        self._texts: PlaceTexts | None = None
        self._unwritten: set[Tab] = set()
        self.back_button = IconButton(Icon.BACK, self.back_requested.emit, self)
        self.forward_button = IconButton(Icon.FORWARD, self.forward_requested.emit, self)
        self.locate_button = IconButton(Icon.LOCATE, self._ask_to_locate, self)
        self.more_button = IconButton(Icon.MORE, self._show_more, self)
        self.near_menu = NearMenu(self)
        self.near_menu.question_asked.connect(self._ask_near)
        self.near_button = QToolButton(self)
        self.near_button.setAutoRaise(True)
        self.near_button.setMenu(self.near_menu)
        self.near_button.setStyleSheet("QToolButton::menu-indicator { image: none; }")
        self.near_button.setPopupMode(QToolButton.ToolButtonPopupMode.InstantPopup)
        self.name_label = self._label("place_name")
        self.other_name_label = self._label("place_other_name")
        self.kind_label = self._label("place_kind")
        self.evidence_chip = self._label("chip")
        self.candidates_label = self._label("faint")
        self.candidates_box = QComboBox(self)
        self.candidates_box.setSizeAdjustPolicy(
            QComboBox.SizeAdjustPolicy.AdjustToMinimumContentsLengthWithIcon
        )
        self.candidates_box.setMinimumContentsLength(8)
        self.candidates_box.activated.connect(self._ask_for_candidate)
        self.subject_label = self._label("faint")
        self.subject_box = QComboBox(self)
        self.subject_box.setSizeAdjustPolicy(QComboBox.SizeAdjustPolicy.AdjustToMinimumContentsLengthWithIcon)
        self.subject_box.setMinimumContentsLength(8)
        self.subject_box.activated.connect(self._show_subject)
        self.tabs = QTabWidget(self)
        self.tabs.setDocumentMode(True)
        # The style sheet gives its titles little padding: all five with their counts are to be read at once.
        self.tabs.tabBar().setObjectName("details_tabs")
        self.overview = self._rich_text()
        self.policy = self._rich_text()
        self._figures_page = QWidget(self)
        inner = QVBoxLayout(self._figures_page)
        inner.setContentsMargins(0, 0, 0, 0)
        self.related = self._rich_text()
        self.sources = self._rich_text()
        self._tab_pages: dict[Tab, QWidget] = {
            Tab.OVERVIEW: self.overview,
            Tab.POLICY: self.policy,
            Tab.FIGURES: self._figures_page,
            Tab.RELATED: self.related,
            Tab.SOURCES: self.sources,
        }
        for page in self._tab_pages.values():
            self.tabs.addTab(page, "")
        self.tabs.currentChanged.connect(self._write_current_tab)
        self.guide = RichTextView(self)
        self._lay_out()
        self.retranslate()
        self.show_nothing()

    @property
    def figures(self) -> FiguresView:
        """The figures; made when they are first wanted, with all that reckons and draws them."""
        if self._made_figures is None:
            from jjjmap.ui.figures_view import FiguresView

            made = self._made_figures = FiguresView(self._workspace, self, charts=self._charts)
            made.table.source_requested.connect(self._show_figure_source)
            made.notes.link_followed.connect(self._follow)
            layout = self._figures_page.layout()
            assert layout is not None
            layout.addWidget(made)
            made.show()
        return self._made_figures

    def retranslate(self) -> None:
        """Speak the language in use; what is shown is written anew."""
        for button, name, key in (
            (self.back_button, _("后退：上一个看过的地点"), "Alt+←"),
            (self.forward_button, _("前进：下一个看过的地点"), "Alt+→"),
            (self.locate_button, _("在地图上定位"), ""),
            (self.more_button, _("复制引文或生成简报"), ""),
        ):
            button.setAccessibleName(name)
            button.setToolTip(f"{name}（{key}）" if key else name)
        self.near_menu.retranslate()
        self.near_button.setText(_("周边 ▾"))
        self.near_button.setAccessibleName(_("周边"))
        self.near_button.setToolTip(_("周边有什么、最近的、区内、缓冲区、沿线"))
        self.candidates_box.setAccessibleName(_("此处重叠的要素"))
        self.candidates_box.setToolTip(_("换看同一位置的其他要素（地图上按 Tab，或 F8）"))
        self.tabs.setAccessibleName(_("地点详情"))
        self.guide.setAccessibleName(_("使用提示"))
        if self._made_figures is not None:
            self._made_figures.retranslate()
        self.guide.show_markup(guide())
        self.show_candidates(list(self._selection.candidates))
        self.subject_box.setAccessibleName(_("政策和数据所属的地点"))
        if not self._refresh():
            self._title_tabs(None)

    def show_nothing(self) -> None:
        """Show how to begin; a slot for `Selection.selection_cleared`."""
        self._details = None
        self._feature = None
        self._texts = None
        self._unwritten.clear()
        self._pages.setCurrentWidget(self.guide)

    def show_place(self, place_id: str, fly: bool = False) -> None:
        """Show a place; a slot for `Selection.place_chosen`."""
        self._feature = None
        self._take_details(place_id)
        assert self._details is not None
        self._show_header(self._details.place)
        self._subject_row.hide()
        self._show_filled(place_id)

    def show_feature(self, feature_id: str, fly: bool = False) -> None:
        """Show a feature of the user's; a slot for `Selection.feature_chosen`."""
        if self._features is None:
            return
        before = self._feature.id if self._feature is not None else ""
        subject = self.subject_box.currentData() if before == feature_id else ""
        feature = self._feature = self._features.details(feature_id)
        self._show_feature_header(feature)
        self._offer_subjects(feature, subject)
        self._show_filled(feature_id)

    def _show_filled(self, chosen_id: str) -> None:
        self._mark_candidate(chosen_id)
        self._offer_near()
        self._pages.setCurrentWidget(self._filled)
        self._write_current_tab()

    def _refresh(self) -> bool:
        """Write what is shown anew; False if nothing is."""
        if self._feature is not None:
            self.show_feature(self._feature.id)
        elif self._details is not None:
            self.show_place(self._details.place.id)
        else:
            return False
        return True

    def _take_details(self, place_id: str) -> None:
        """Let the tabs speak of a place."""
        workspace = self._workspace
        details = self._with_accepted(workspace.details(place_id))
        self._details = details
        self.more_button.setEnabled(True)
        self._quotations = self._library.quotations_about(place_id, ALL_QUOTATIONS) if self._library else ()
        self._texts = PlaceTexts(workspace.catalogue, details, workspace.language, self._quotations)
        self._unwritten = set(Tab)
        self._title_tabs(details)

    def show_library(self) -> None:
        """Show what the library says now; a slot for its changes."""
        self._refresh()

    def show_layer_name(self, layer_id: str) -> None:
        """Call a layer of the user's by its new name; a slot for `UserLayers.layer_renamed`."""
        if self._feature is not None and self._feature.id.startswith(f"{layer_id}#"):
            self._refresh()
        self.show_candidates(list(self._selection.candidates))

    def show_candidates(self, ids: list[str]) -> None:
        """Offer what lies under a click; a slot for `Selection.candidates_changed`."""
        blocker = QSignalBlocker(self.candidates_box)
        self.candidates_box.clear()
        for each in ids:
            self.candidates_box.addItem(self._candidate_text(each), each)
        del blocker
        self.candidates_label.setText(_("此处有 {n} 个要素，按 Tab 换看：").format(n=len(ids)))
        self._candidates_row.setVisible(len(ids) > 1)
        self._mark_candidate(self._selection.chosen_id)

    def _candidate_text(self, chosen_id: str) -> str:
        if self._features is not None and self._features.knows(chosen_id):
            name, kind = self._features.title(chosen_id), self._features.layer_title(chosen_id)
        else:
            place = self._workspace.place(chosen_id)
            name, kind = place.name(self._workspace.language), kind_name(place.kind)
        return _("{name}（{kind}）").format(name=name, kind=kind)

    def show_history(self) -> None:
        """Enable back and forward; a slot for `Selection.history_changed`."""
        self.back_button.setEnabled(self._selection.can_go_back)
        self.forward_button.setEnabled(self._selection.can_go_forward)

    def show_source(self, source_id: str) -> None:
        """Show the card of a source, at the pointer or in the middle of the panel."""
        if self._details is None:
            return
        source = next((source for source in self._details.sources if source.id == source_id), None)
        if source is not None and source.is_users:
            self._open_document(source_id)
            return
        marks = SourceMarks(source.id for source in self._details.sources)
        marks.show_card(self._workspace.catalogue, source_id, self._workspace.language, self)

    def show_tab(self, tab: Tab) -> None:
        """Bring a tab to the front."""
        self.tabs.setCurrentIndex(tab)

    def show_figure(self, figure_id: str) -> None:
        """Bring the figures to the front and mark one of them."""
        self.show_tab(Tab.FIGURES)
        self.figures.show_figure(figure_id)

    # How the panel is made.

    def _label(self, name: str) -> QLabel:
        label = QLabel(self)
        label.setObjectName(name)
        label.setTextFormat(Qt.TextFormat.PlainText)
        label.setWordWrap(True)
        label.setMinimumWidth(1)  # A name without a space to break at must not widen the dock.
        label.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
        return label

    def _rich_text(self) -> RichTextView:
        view = RichTextView(self)
        view.link_followed.connect(self._follow)
        view.menu_opening.connect(self._add_separated)
        return view

    def _lay_out(self) -> None:
        names = QVBoxLayout()
        names.setSpacing(1)
        names.addWidget(self.name_label)
        names.addWidget(self.other_name_label)
        buttons = QHBoxLayout()
        buttons.setSpacing(0)
        for button in (self.back_button, self.forward_button, self.locate_button):
            buttons.addWidget(button)
        buttons.addWidget(self.near_button)
        buttons.addWidget(self.more_button)
        top = QHBoxLayout()
        top.addLayout(names, 1)
        top.addLayout(buttons)
        top.setAlignment(buttons, Qt.AlignmentFlag.AlignTop)
        about = QHBoxLayout()
        about.setSpacing(8)
        about.addWidget(self.kind_label, 1)
        self.evidence_chip.setWordWrap(False)
        self.evidence_chip.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Fixed)
        about.addWidget(self.evidence_chip)
        self._candidates_row = QWidget(self)
        row = QVBoxLayout(self._candidates_row)
        row.setContentsMargins(0, 2, 0, 0)
        row.setSpacing(3)
        row.addWidget(self.candidates_label)
        row.addWidget(self.candidates_box)
        self._subject_row = QWidget(self)
        subject = QVBoxLayout(self._subject_row)
        subject.setContentsMargins(0, 2, 0, 0)
        subject.setSpacing(3)
        subject.addWidget(self.subject_label)
        subject.addWidget(self.subject_box)
        header = QFrame(self)
        header.setObjectName("place_header")
        inner = QVBoxLayout(header)
        inner.setContentsMargins(12, 8, 8, 8)
        inner.setSpacing(4)
        inner.addLayout(top)
        inner.addLayout(about)
        inner.addWidget(self._candidates_row)
        inner.addWidget(self._subject_row)
        self._filled = QWidget(self)
        column = QVBoxLayout(self._filled)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        column.addWidget(header)
        column.addWidget(self.tabs, 1)
        self._pages = QStackedLayout(self)
        self._pages.addWidget(self.guide)
        self._pages.addWidget(self._filled)

    # What is shown.

    def _show_header(self, place: Place) -> None:
        language = self._workspace.language
        other = Language.EN if language is Language.ZH else Language.ZH
        self.name_label.setText(place.name(language))
        self.other_name_label.setText(place.name(other))
        kinds = [kind_name(place.kind)]
        if place.kind is PlaceKind.PLATFORM:
            kinds.append(category_name(place.category))
        self.kind_label.setText(" · ".join(kinds))
        grade, rank = evidence_name(place.evidence), evidence_rank(place.evidence)
        self.evidence_chip.setVisible(bool(grade))
        self.evidence_chip.setText(f"{'●' * rank}{'○' * (EVIDENCE_DOTS - rank)} {grade}")
        self.evidence_chip.setAccessibleName(_("依据：{grade}").format(grade=grade))
        self.evidence_chip.setToolTip(tooltip(evidence_text(place.evidence)))

    def _show_feature_header(self, feature: FeatureDetails) -> None:
        self.name_label.setText(feature.title)
        self.other_name_label.setText(_("图层：{title}").format(title=feature.layer_title))
        names = {
            Geometry.POINT: _("点"),
            Geometry.LINE: _("线"),
            Geometry.POLYGON: _("面"),
            None: _("表格中的一行"),
        }
        self.kind_label.setText(
            " · ".join(filter(None, (_("我的数据"), names[feature.geometry], feature.extent)))
        )
        self.evidence_chip.hide()

    def _offer_subjects(self, feature: FeatureDetails, subject_id: str) -> None:
        """Offer the places where a feature lies, and let the tabs speak of one of them."""
        language = self._workspace.language
        blocker = QSignalBlocker(self.subject_box)
        self.subject_box.clear()
        for place_id in feature.subject_ids:
            place = self._workspace.place(place_id)
            name, kind = place.name(language), kind_name(place.kind)
            self.subject_box.addItem(f"{name} · {kind}", place_id)
        self.subject_box.setCurrentIndex(max(0, self.subject_box.findData(subject_id)))
        del blocker
        has_subjects = self.subject_box.count() > 0
        self._subject_row.show()
        self.subject_box.setVisible(has_subjects)
        if has_subjects:
            said = _("它说的地方，政策、数据、关联和来源以此为准：")
            if not feature.named_ids:
                said = _("它所在的地方，政策、数据、关联和来源以此为准：")
            self.subject_label.setText(said)
            self._take_details(self.subject_box.currentData())
            return
        self.subject_label.setText(
            _("这一行没有位置，无从说起它所在地的政策和数据。")
            if feature.lon is None
            else _("不在京津冀范围内，资料库没有这里的政策和数据。")
        )
        self._details, self._texts, self._quotations = None, None, ()
        self.more_button.setEnabled(False)
        self._unwritten = set(Tab)
        self._title_tabs(None)
        for page in (self.policy, self.related, self.sources):
            page.show_markup(NOTHING)

    def _show_subject(self, _position: int) -> None:
        self._take_details(self.subject_box.currentData())
        self._write_current_tab()

    def _title_tabs(self, details: PlaceDetails | None) -> None:
        counts = {
            Tab.POLICY: len(details.passages) + len(self._quotations) if details else 0,
            Tab.FIGURES: len(details.figures) if details else 0,
            Tab.RELATED: len(details.related) if details else 0,
            Tab.SOURCES: len(details.sources) if details else 0,
        }
        titles = {
            Tab.OVERVIEW: _("概况"),
            Tab.POLICY: _("政策"),
            Tab.FIGURES: _("数据"),
            Tab.RELATED: _("关联"),
            Tab.SOURCES: _("来源"),
        }
        for tab, title in titles.items():
            self.tabs.setTabText(tab, f"{title} {counts[tab]}" if tab in counts else title)
            self._tab_pages[tab].setAccessibleName(title)

    def _write_current_tab(self) -> None:
        tab = Tab(self.tabs.currentIndex())
        if tab not in self._unwritten:
            return
        if self._feature is not None and tab is Tab.OVERVIEW:
            from jjjmap.ui.feature_texts import feature_overview

            self._unwritten.discard(tab)
            self.overview.show_markup(feature_overview(self._feature, self._workspace))
            return
        if self._made_figures is not None:
            self._made_figures.setVisible(self._details is not None)
        if self._details is None or self._texts is None:
            return
        self._unwritten.discard(tab)
        match tab:
            case Tab.OVERVIEW:
                self.overview.show_markup(self._texts.overview())
            case Tab.POLICY:
                self.policy.show_markup(self._texts.policy())
            case Tab.FIGURES:
                self.figures.show_details(self._details, self._texts)
            case Tab.RELATED:
                self.related.show_markup(self._texts.related())
            case Tab.SOURCES:
                self.sources.show_markup(self._texts.sources())

    def _offer_near(self) -> None:
        """Offer questions about the surroundings of what is shown."""
        place = self._details.place if self._details is not None and self._feature is None else None
        self.near_menu.show_place(place)
        self.near_button.setEnabled(bool(self._near_subject()))

    def _near_subject(self) -> str:
        """Return whose surroundings are asked about: a place by id, a feature by its position."""
        if self._feature is not None:
            lon, lat = self._feature.lon, self._feature.lat
            return "" if lon is None or lat is None else f"{lon:.6f},{lat:.6f}"
        return self._details.place.id if self._details is not None else ""

    def _mark_candidate(self, place_id: str) -> None:
        position = self.candidates_box.findData(place_id)
        if position >= 0:
            self.candidates_box.setCurrentIndex(position)

    # What the user does.

    def _follow(self, scheme: str, target: str) -> None:
        if scheme == "source":
            self.show_source(target)
        elif scheme == "place" and self._workspace.knows(target):
            self.place_requested.emit(target)
        elif scheme == "document":
            self._open_document(target)
        elif scheme == "library":
            self.quotations_requested.emit(target)

    def _show_figure_source(self, source_id: str) -> None:
        """Show the source of the current row; for a figure of the user's the very words in the document."""
        row = self.figures.table.currentIndex().row()
        figures = self.figures.model.figures
        figure = figures[row] if 0 <= row < len(figures) else None
        if figure is not None and figure.source_id == source_id and self._is_users(source_id):
            from jjjmap.text.store.accepted import stretch_of

            stretch = stretch_of(figure)
            if stretch is not None:
                self.document_requested.emit(source_id, *stretch)
                return
        self.show_source(source_id)

    def _is_users(self, source_id: str) -> bool:
        sources = self._details.sources if self._details is not None else ()
        return any(source.id == source_id and source.is_users for source in sources)

    def _open_document(self, target: str) -> None:
        """Ask for a document; a link says ``id`` or ``id/start/end``."""
        document_id, _slash, stretch = target.partition("/")
        start, _slash, end = stretch.partition("/")
        is_stretch = start.isdecimal() and end.isdecimal()
        self.document_requested.emit(
            document_id, int(start) if is_stretch else -1, int(end) if is_stretch else -1
        )

    def _with_accepted(self, details: PlaceDetails) -> PlaceDetails:
        """Return details with the figures that the user took over from documents."""
        accepted = self._library.accepted_figures(details.place.id) if self._library else ()
        if not accepted:
            return details
        from jjjmap.text.store.accepted import with_accepted

        return with_accepted(details, accepted, self._workspace.catalogue)

    def _ask_for_candidate(self, position: int) -> None:
        self.candidate_requested.emit(self.candidates_box.itemData(position))

    def _show_more(self) -> None:
        menu = QMenu(self)
        menu.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self._add_to_menu(menu)
        menu.popup(self.more_button.mapToGlobal(self.more_button.rect().bottomLeft()))

    def _add_separated(self, menu: QMenu) -> None:
        menu.addSeparator()
        self._add_to_menu(menu)

    def _add_to_menu(self, menu: QMenu) -> None:
        """Offer what can be made of the place that the tabs speak of."""
        if self._details is None:
            return
        place = self._details.place
        name = place.name(self._workspace.language).replace("&", "&&")  # Else Qt takes it for a key.
        menu.addAction(_("复制“{name}”的引文").format(name=name), lambda: self.copy_requested.emit(place.id))
        menu.addAction(
            _("生成“{name}”的简报…").format(name=name), lambda: self.briefing_requested.emit(place.id)
        )

    def _ask_near(self, question: str) -> None:
        name = self._feature.title if self._feature is not None else ""
        self.near_requested.emit(question, self._near_subject(), name)

    def _ask_to_locate(self) -> None:
        if self._feature is not None:
            self.locate_requested.emit(self._feature.id)
        elif self._details is not None:
            self.locate_requested.emit(self._details.place.id)
