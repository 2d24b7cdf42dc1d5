"""Whether the map lies on a basemap from the network, which one, and how that goes. It begins offline."""

from __future__ import annotations

import logging
from collections.abc import Sequence
from dataclasses import replace

from qtpy.QtCore import QObject, Signal

from jjjmap.errors import BasemapUnusable
from jjjmap.i18n import _
from jjjmap.maps.basemaps import SHIPPED_BASEMAPS, Basemap, Served, own_basemap
from jjjmap.secret_ring import SecretRing
from jjjmap.session.preferences import Preferences
from jjjmap.session.tasks import Cancelled, Progress, TaskRunner
from jjjmap.settings import MAX_OWN_BASEMAPS, OnlineSettings, OwnBasemap

logger = logging.getLogger(__name__)

TOKEN_SERVICE = "jjjmap online maps"
"""As the user finds it in the keyring."""


class OnlineBasemaps(QObject):
    """The basemap that is online, if any. Whoever fetches its tiles follows `served_changed`.

    Parameters
    ----------
    preferences
        Remember the choice and the user's own addresses; a token is no part of them.
    tasks
        Look into the keyring, which may take its time. Without them only memory is looked at.
    may_go_online
        Whether the browser may show what comes from the network; see `jjjmap.binding`.
    secrets
        The tokens.
    """

    changed = Signal()  # what is online, or could be, or why it is not
    served_changed = Signal(object)  # Served, or None for nothing
    counted = Signal()  # `requests` or `spared` is another number
    token_wanted = Signal(str)  # id of the basemap that cannot go online without one
    cache_unwanted = Signal()  # the user wants no tiles kept

    def __init__(
        self,
        preferences: Preferences | None = None,
        tasks: TaskRunner | None = None,
        *,
        may_go_online: bool = True,
        secrets: SecretRing | None = None,
        parent: QObject | None = None,
    ) -> None:
        super().__init__(parent)
        self._preferences = preferences
        self._tasks = tasks
        self._settings = preferences.settings.online if preferences is not None else OnlineSettings()
        self.secrets = secrets or SecretRing(TOKEN_SERVICE)
        self.may_go_online = may_go_online
        """Otherwise nothing here does anything, and nothing is offered."""
        self._served: Served | None = None
        self._wanted = ""  # The basemap whose token is being looked for.
        self.trouble: tuple[str, str] = ("", "")
        """Why the basemap that is chosen gives nothing (see `maps.basemap_reasons`), and its host."""
        self.requests = 0
        """How many requests have left the program since it began."""
        self.spared = 0
        """How many tiles came from the cache."""

    @property
    def settings(self) -> OnlineSettings:
        """What is remembered."""
        return self._settings

    @property
    def served(self) -> Served | None:
        """What is fetched now; None while offline."""
        return self._served

    @property
    def is_online(self) -> bool:
        """Whether anything may leave the program."""
        return self._served is not None

    @property
    def is_shown(self) -> bool:
        """Whether the map lies on it; it does not while its servers are out of order."""
        return self._served is not None and not self.trouble[0]

    @property
    def basemap(self) -> Basemap | None:
        """The basemap that is online."""
        return self._served.basemap if self._served is not None else None

    def basemaps(self) -> tuple[Basemap, ...]:
        """Return all that could be chosen, the user's own last, without those that make no sense."""
        return (*SHIPPED_BASEMAPS, *_usable(self._settings.own))

    def find(self, basemap_id: str) -> Basemap | None:
        """Return a basemap by its id."""
        return next((each for each in self.basemaps() if each.id == basemap_id), None)

    # ---- going online and offline ----

    def start(self) -> None:
        """Go online if the user wants that at every start; to be called once."""
        if self._settings.at_start and self._settings.basemap:
            self.go_online(self._settings.basemap)

    def go_online(self, basemap_id: str) -> None:
        """Lay the map on a basemap, as soon as its token is found; `token_wanted` if there is none."""
        basemap = self.find(basemap_id)
        if basemap is None or not self.may_go_online:
            return
        self._wanted = basemap.id
        account = basemap.token_account
        if not account:
            self._serve(basemap, "")
        elif self._tasks is None:
            self._take_token(basemap, self.secrets.find(account))
        else:
            secrets = self.secrets

            def work(_progress: Progress, _cancelled: Cancelled) -> tuple[Basemap, str | None]:
                return basemap, secrets.find(account)

            title = _("正在取出“{name}”的密钥").format(name=basemap.title_zh)
            # Methods, not lambdas: one that a task holds, and that holds what holds the tasks, ends Qt badly.
            self._tasks.start(title, work, on_success=self._take_found, on_failure=self._note_no_keyring)

    def go_offline(self) -> None:
        """Lay the map on our own ground again; nothing leaves the program any more."""
        self._wanted = ""
        self._show(None)

    def toggle(self) -> None:
        """Go offline, or online with the basemap of last time; without one, with one that needs no token."""
        if self.is_online:
            self.go_offline()
            return
        last = self.find(self._settings.basemap)
        first = next(each for each in SHIPPED_BASEMAPS if not each.token_account)
        self.go_online((last or first).id)

    def retry(self) -> None:
        """Ask the servers once more that were out of order."""
        if self._served is not None:
            self.go_online(self._served.basemap.id)

    # ---- what the user sets ----

    def set_names(self, wanted: bool) -> None:
        """Show the names that belong to a basemap, or do not."""
        self._remember(names=wanted)
        if self._served is not None and self._served.names != wanted:
            self._show(replace(self._served, names=wanted))

    def set_at_start(self, wanted: bool) -> None:
        """Begin online from the next start on, or do not."""
        self._remember(at_start=wanted)

    def add_own(self, own: OwnBasemap) -> None:
        """Add a basemap of the user's, or change the one with this address.

        Raises
        ------
        BasemapUnusable
            It cannot be used, or there are too many.
        """
        own_basemap(own)
        others = tuple(each for each in self._settings.own if each.id != own.id)
        if len(others) >= MAX_OWN_BASEMAPS:
            raise BasemapUnusable("too-many-own", str(MAX_OWN_BASEMAPS))
        self._remember(own=(*others, own))
        self.changed.emit()

    def remove_own(self, own_id: str) -> None:
        """Forget a basemap of the user's; its token is another matter."""
        if self._served is not None and self._served.basemap.id == own_id:
            self.go_offline()
        self._remember(own=tuple(each for each in self._settings.own if each.id != own_id))
        self.changed.emit()

    # ---- what comes back from whoever fetches ----

    def note_counts(self, requests: int, spared: int) -> None:
        """Take how much was fetched."""
        self.requests, self.spared = requests, spared
        self.counted.emit()

    def note_failure(self, reason: str, host: str) -> None:
        """Take why the basemap gives nothing: the map lies on our own ground until the user tries again."""
        if self._served is not None:
            self.trouble = (reason, host)
            self.changed.emit()

    def _take_found(self, found: tuple[Basemap, str | None]) -> None:
        self._take_token(*found)

    def _note_no_keyring(self, error: Exception) -> None:
        logger.error("the keyring could not be asked: %s", type(error).__name__)

    def _take_token(self, basemap: Basemap, token: str | None) -> None:
        if self._wanted != basemap.id:
            return  # The user chose something else meanwhile.
        if token:
            self._serve(basemap, token)
        else:
            self.token_wanted.emit(basemap.id)

    def _serve(self, basemap: Basemap, token: str) -> None:
        self._remember(basemap=basemap.id)
        self._show(Served(basemap, token, self._settings.names))

    def _show(self, served: Served | None) -> None:
        self._served = served
        self.trouble = ("", "")
        self.served_changed.emit(served)
        self.changed.emit()

    def _remember(self, **fields: object) -> None:
        self._settings = replace(self._settings, **fields)  # type: ignore[arg-type]
        if self._preferences is not None:
            self._preferences.change(online=self._settings)


def _usable(own: Sequence[OwnBasemap]) -> tuple[Basemap, ...]:
    usable = []
    for each in own:
        try:
            usable.append(own_basemap(each))
        except BasemapUnusable as exc:  # Somebody edited the settings.
            logger.warning("the basemap %s is not offered: %s", each.id, exc.reason)
    return tuple(usable)
