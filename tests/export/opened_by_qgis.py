"""Opens a GeoPackage in QGIS, by its own Python, and says what it found as JSON: ``GPKG PNG LON,LAT …``."""

import json
import sys

from qgis.core import (
    QgsApplication,
    QgsCoordinateReferenceSystem,
    QgsCoordinateTransform,
    QgsLayoutExporter,
    QgsMapRendererSequentialJob,
    QgsMapSettings,
    QgsPointXY,
    QgsProject,
    QgsVectorLayer,
)
from qgis.PyQt.QtCore import QSize

path, picture, *spots = sys.argv[1:]
program = QgsApplication([], False)
program.initQgis()
storage = program.projectStorageRegistry().projectStorageFromType("geopackage")
(name,) = storage.listProjects(f"geopackage:{path}")
project = QgsProject.instance()
is_read = project.read(f"geopackage:{path}?projectName={name}")
order = project.layerTreeRoot().layerOrder()

settings = QgsMapSettings()
settings.setLayers(order)
settings.setOutputDpi(96)
settings.setDestinationCrs(project.crs())
settings.setTransformContext(project.transformContext())
settings.setOutputSize(QSize(800, 800))
settings.setExtent(project.viewSettings().defaultViewExtent())
settings.setBackgroundColor(project.backgroundColor())
drawing = QgsMapRendererSequentialJob(settings)
drawing.start()
drawing.waitForFinished()
image = drawing.renderedImage()
image.save(picture)
onto = QgsCoordinateTransform(QgsCoordinateReferenceSystem("EPSG:4326"), project.crs(), project)
to_pixel = settings.mapToPixel()


def color_at(spot):
    at = to_pixel.transform(onto.transform(QgsPointXY(*map(float, spot.split(",")))))
    return image.pixelColor(round(at.x()), round(at.y())).name()


def legend_of(layer):
    return [item.label() for item in layer.renderer().legendSymbolItems()] if layer.renderer() else []


def alone(layer):
    """Open a layer without the project: its style comes from the file."""
    table = layer.source().split("layername=")[1]
    return QgsVectorLayer(f"{path}|layername={table}", table, "ogr")


layouts = project.layoutManager().layouts()
export = QgsLayoutExporter.ImageExportSettings()
export.dpi = 60
facts = {
    "read": is_read,
    "title": project.title(),
    "crs": project.crs().authid(),
    "order": [layer.name() for layer in order],
    "layers": {
        layer.name(): {
            "valid": layer.isValid(),
            "features": layer.featureCount(),
            "opacity": layer.opacity(),
            "labels": layer.labelsEnabled(),
            "renderer": layer.renderer().type() if layer.renderer() else "",
            "legend": legend_of(layer),
            "default": legend_of(alone(layer)),
        }
        for layer in project.mapLayers().values()
    },
    "colors": {spot: color_at(spot) for spot in spots},
    "errors": [error.message for error in drawing.errors()],
    "layouts": [layout.name() for layout in layouts],
    "printed": [QgsLayoutExporter(layout).exportToImage(picture + ".png", export) for layout in layouts],
}
sys.stdout.write(json.dumps(facts, ensure_ascii=False) + "\n")
program.exitQgis()
