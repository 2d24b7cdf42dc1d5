"""Opens a project in QGIS by its own Python, does as it is told, and says what it found as JSON.

``look PROJECT`` tells layers, their styles and rows. ``edit PROJECT TABLE`` changes a row, deletes one and
adds a column, as a user would.
"""

import json
import sys

from qgis.core import QgsApplication, QgsField, QgsProject, QgsVectorLayer
from qgis.PyQt.QtCore import QVariant

act, path, *tables = sys.argv[1:]
program = QgsApplication([], False)
program.initQgis()
said = {}
if act == "look":
    storage = program.projectStorageRegistry().projectStorageFromType("geopackage")
    (name,) = storage.listProjects(f"geopackage:{path}")
    project = QgsProject.instance()
    said["is_read"] = project.read(f"geopackage:{path}?projectName={name}")
    said["name"] = name
    said["layers"] = {
        layer.name(): {
            "is_valid": layer.isValid(),
            "rows": layer.featureCount(),
            "symbols": [item.label() for item in layer.renderer().legendSymbolItems()]
            if layer.renderer()
            else [],
        }
        for layer in project.mapLayers().values()
    }
    whole = QgsVectorLayer(path, "all", "ogr")
    said["offered"] = sorted(each.split("!!::!!")[1] for each in whole.dataProvider().subLayers())
    alone = QgsVectorLayer(f"{path}|layername=企业", "企业", "ogr")
    said["alone"] = [item.label() for item in alone.renderer().legendSymbolItems()]
    project.clear()
else:
    (table,) = tables
    layer = QgsVectorLayer(f"{path}|layername={table}", table, "ogr")
    said["began"] = layer.startEditing()
    features = sorted(layer.getFeatures(), key=lambda feature: feature.id())
    layer.changeAttributeValue(features[0].id(), layer.fields().indexOf("名称"), "改名厂")
    layer.deleteFeature(features[1].id())
    layer.addAttribute(QgsField("备注", QVariant.String))
    said["done"] = layer.commitChanges()
    said["errors"] = layer.commitErrors()
    del layer
sys.stdout.write(json.dumps(said, ensure_ascii=False) + "\n")
