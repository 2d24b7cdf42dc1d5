"""What is read in the program itself: settings, records of layers, styles."""

import json
import shutil
from collections.abc import Sequence
from pathlib import Path

from jjjmap.errors import RowsUnreadable
from jjjmap.i18n import Language
from jjjmap.layers.feature_table import FeatureTable
from jjjmap.layers.layer import LayerView
from jjjmap.layers.stored_layer import StoredLayer
from jjjmap.layers.style import Shape
from jjjmap.layers.styling.qml import to_qml
from jjjmap.layers.styling.qml_reader import read_qml
from jjjmap.layers.styling.sld import to_sld
from jjjmap.layers.styling.style_json import style_from_json, style_to_json
from jjjmap.layers.styling.user_style import CategoryLook, Scheme, StyleMode, UserStyle
from jjjmap.layers.styling.written_styles import AppliedStyle
from jjjmap.layers.user_layer import as_layer, stored_rows, with_usable_filter
from jjjmap.layers.user_layer_store import RECORD
from jjjmap.maps.config import page_config
from jjjmap.maps.snapshot import MapSnapshot
from jjjmap.settings import (
    ExportSettings,
    LayerSetting,
    OnlineSettings,
    OwnBasemap,
    Settings,
    load_settings,
    save_settings,
)
from jjjmap.ui.messages import settings_finding
from tests.fuzzing.mutations import Family
from tests.fuzzing.promises import Fault, check_error, check_findings, untouched
from tests.fuzzing.trial import Trial
from tests.project.made_projects import AREAS, FIRMS, areas, firms, made_home

STYLES = (
    UserStyle(
        color="#d55e00", stroke="#111111", width_px=1.5, shape=Shape.STAR, size_px=9.0, label_column="名称"
    ),
    UserStyle(
        StyleMode.CATEGORISED,
        "行业",
        class_count=3,
        categories=(CategoryLook("氢能", "#112233", "氢", Shape.SQUARE),),
    ),
    UserStyle(StyleMode.GRADUATED, "产值", Scheme.MANUAL, class_count=3, breaks=(1.0, 9.5)),
)


def check_style(style: UserStyle, tables: Sequence[FeatureTable]) -> None:
    """See that a style can be drawn, kept and written."""
    if style_from_json(json.loads(json.dumps(style_to_json(style), allow_nan=False))) != style:
        raise Fault("a style that is another after it was kept")
    for table in tables:
        applied = AppliedStyle.on(table, style)
        to_qml(applied)
        to_sld(applied, "甲")


class SettingsFile(Trial):
    family = Family.JSON
    suite_mutants = 400

    def made_seeds(self) -> Sequence[bytes]:
        path = self.folder / "settings.json"
        full = Settings(
            "en", (115.0, 38.0, 118.0, 41.0), (LayerSetting("counties", True, 0.5),), "/a", "/b",
            (("甲", "WGS-84"),), ExportSettings(columns_kept_home=(("user-0000000a", ("名称", "电话")),)),
            ("/a/甲.jjj.gpkg",),
            OnlineSettings(
                True, "osm", False, (OwnBasemap("own-0000000a", "甲", "https://a.example/{z}/{x}/{y}.png"),)
            ),
        )  # fmt: skip
        save_settings(path, Settings())
        first = path.read_bytes()
        save_settings(path, full)
        return [path.read_bytes(), first]

    def run(self, data: bytes) -> str:
        folder = self.folder / "config"
        folder.mkdir()
        path = folder / "settings.json"
        path.write_bytes(data)
        try:
            return self._tried(path, data)
        finally:
            shutil.rmtree(folder)

    @staticmethod
    def _tried(path: Path, data: bytes) -> str:
        settings, trouble = load_settings(path)
        if trouble is not None:
            check_findings([settings_finding(trouble)])
            if path.with_name(trouble.kept_as).read_bytes() != data:
                raise Fault("what was set aside is not what was there")
            return "set-aside"
        if path.read_bytes() != data:
            raise Fault("settings are changed by reading")
        save_settings(path, settings)
        if load_settings(path) != (settings, None):
            raise Fault("settings that cannot be kept")
        return "read"


class LayerRecord(Trial):
    """``layer.json`` of one of two layers."""

    family = Family.JSON
    suite_mutants = 60

    def made_seeds(self) -> Sequence[bytes]:
        self._home = made_home(self.folder / "home")
        self._home.store.load()  # It takes away what making the layers left.
        return [(self._home.root / "layers" / layer / RECORD).read_bytes() for layer in (FIRMS, AREAS)]

    def run(self, data: bytes) -> str:
        store = self._home.store
        (self._home.root / "layers" / FIRMS / RECORD).write_bytes(data)
        with untouched(self._home.root):
            layers, findings = store.load()
            check_findings(findings)
            if len(layers) + len(findings) != 4:
                raise Fault(f"{len(layers)} layers and {len(findings)} findings of four")
            stored = next((layer for layer in layers if layer.id == FIRMS), None)
            if stored is None:
                return "refused"
            outcome = self._used(stored)
        store.save(stored)
        if stored not in store.load()[0]:
            raise Fault("a record that cannot be kept")
        return outcome

    def _used(self, layer: StoredLayer) -> str:
        """Do with a layer what the window does with it."""
        stored, told = with_usable_filter(layer)
        check_findings(told)
        snapshot = MapSnapshot((LayerView(as_layer(stored), True, 1.0),), Language.ZH)
        json.dumps(page_config(snapshot), allow_nan=False).encode("ascii")
        try:
            rows = stored_rows(self._home.store, stored)
        except RowsUnreadable as exc:
            check_error(exc)
            return "other-rows"
        check_style(stored.style, [rows.table])
        return "read"


class StyleJson(Trial):
    family = Family.JSON
    suite_mutants = 250

    def made_seeds(self) -> Sequence[bytes]:
        self._tables = (firms(), areas())
        return [json.dumps(style_to_json(style)).encode() for style in STYLES]

    def run(self, data: bytes) -> str:
        try:
            style = style_from_json(json.loads(data))
        except (ValueError, RecursionError):
            return "refused"
        check_style(style, self._tables)
        return "read"


class Qml(Trial):
    family = Family.XML
    suite_mutants = 300

    def made_seeds(self) -> Sequence[bytes]:
        self._tables = (firms(), areas())
        return [to_qml(AppliedStyle.on(firms(), style)).data for style in STYLES]

    def run(self, data: bytes) -> str:
        answer = read_qml(data)
        check_findings(answer.findings)
        if answer.style is None:
            return answer.findings[0].code
        check_style(answer.style, self._tables)
        return "read"
