// Polygons and lines, all on one canvas, through Leaflet; their hit test is ours, because a click asks for all of them.
"use strict";

var jjjmap = jjjmap || {};

(function () {
  // Leaflet's canvas, with hatching and the opacity of the layer.
  const AreaCanvas = L.Canvas.extend({
    onAdd() {
      L.Canvas.prototype.onAdd.call(this);
      this._showIfUsed();
    },
    _initPath(path) {
      L.Canvas.prototype._initPath.call(this, path);
      this._showIfUsed();
    },
    _removePath(path) {
      L.Canvas.prototype._removePath.call(this, path);
      this._showIfUsed();
    },
    // An empty canvas of the map's size would cost time in every frame of a pan.
    _showIfUsed() {
      if (this._container) this._container.style.display = this._drawFirst ? "" : "none";
    },
    _fillStroke(context, path) {
      jjjmap.paintPath(context, path.options);
    },
  });

  // Fills and strokes the path that was traced, on whatever is drawn.
  jjjmap.paintPath = function (context, { look, layerOpacity, fill, stroke }) {
    if (fill) jjjmap.fillArea(context, look, layerOpacity);
    if (!stroke) return;
    context.setLineDash(look.dash);
    context.globalAlpha = layerOpacity;
    context.lineWidth = look.width_px;
    context.strokeStyle = look.stroke;
    context.lineCap = context.lineJoin = "round";
    context.stroke();
    context.setLineDash([]);
    context.globalAlpha = 1;
  };

  function swapped(coordinates) {
    return typeof coordinates[0] === "number" ? [coordinates[1], coordinates[0]] : coordinates.map(swapped);
  }

  jjjmap.pathOf = function (feature, options) {
    const { type, coordinates } = feature.geometry;
    // Leaflet would take it and fail when it draws, and with it the whole page.
    if (!/(Polygon|LineString)$/.test(type)) throw new Error("geometry of type " + type);
    const make = type.endsWith("Polygon") ? L.polygon : L.polyline;
    return make(swapped(coordinates), { interactive: false, smoothFactor: 0.8, ...options });
  };

  jjjmap.areaCanvas = (pane) => new AreaCanvas({ pane, padding: 0.35 });

  // The place that a feature is, or stands for.
  jjjmap.placeIdOf = ({ id, properties }) => String(properties.place_id ?? id);

  function ringsOf(geometry) {
    if (geometry.type === "Polygon") return [geometry.coordinates];
    return geometry.type === "MultiPolygon" ? geometry.coordinates : [];
  }

  // [west, south, east, north] of any geometry.
  jjjmap.boundsOf = function (geometry) {
    const box = [Infinity, Infinity, -Infinity, -Infinity];
    (function widen(coordinates) {
      if (typeof coordinates[0] === "number") {
        const [lon, lat] = coordinates;
        box[0] = Math.min(box[0], lon);
        box[1] = Math.min(box[1], lat);
        box[2] = Math.max(box[2], lon);
        box[3] = Math.max(box[3], lat);
      } else coordinates.forEach(widen);
    })(geometry.coordinates);
    return box;
  };

  function ringHolds(ring, lon, lat) {
    let inside = false;
    for (let i = 0, j = ring.length - 1; i < ring.length; j = i++) {
      const [xi, yi] = ring[i], [xj, yj] = ring[j];
      if (yi > lat !== yj > lat && lon < ((xj - xi) * (lat - yi)) / (yj - yi) + xi) inside = !inside;
    }
    return inside;
  }

  // How many pixels a line is away from a point of the map's container.
  jjjmap.lineAway = function (map, { geometry: { type, coordinates } }, point) {
    let nearest = Infinity;
    for (const line of type === "MultiLineString" ? coordinates : [coordinates]) {
      const corners = line.map(([lon, lat]) => map.latLngToContainerPoint([lat, lon]));
      for (let i = 1; i < corners.length; i++)
        nearest = Math.min(nearest, L.LineUtil.pointToSegmentDistance(point, corners[i - 1], corners[i]));
    }
    return nearest;
  };

  jjjmap.areaHolds = function (feature, lon, lat) {
    const [west, south, east, north] = feature.box;
    if (lon < west || lon > east || lat < south || lat > north) return false;
    return ringsOf(feature.geometry).some(
      ([shell, ...holes]) => ringHolds(shell, lon, lat) && !holes.some((hole) => ringHolds(hole, lon, lat)),
    );
  };
})();
