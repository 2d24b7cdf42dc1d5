// How often places are named, or anything else that is counted: units are filled, points get circles, both with the number in
// the tip, and the legend says what the colours mean.
"use strict";

var jjjmap = jjjmap || {};

(function () {
  const NUMBER_FROM_RADIUS_PX = 8;

  // The circles carry their numbers.
  const CircleCanvas = L.Canvas.extend({
    _updateCircle(layer) {
      L.Canvas.prototype._updateCircle.call(this, layer);
      if (this._drawing) jjjmap.writeCount(this._ctx, layer._point.x, layer._point.y, layer._radius, layer.options);
    },
  });

  jjjmap.writeCount = function (context, x, y, radius, { number, ink }) {
    if (!number || radius < NUMBER_FROM_RADIUS_PX) return;
    context.font = `700 ${radius > 11 ? 12 : 10.5}px ${getComputedStyle(document.body).fontFamily}`;
    context.textAlign = "center";
    context.textBaseline = "middle";
    context.globalAlpha = 1;
    context.fillStyle = ink;
    context.fillText(number, x, y + 0.5);
  };

  jjjmap.Tally = class {
    constructor(map) {
      for (const [name, level] of [["tally-areas", 360], ["tally-points", 460]]) {
        map.createPane(name).style.zIndex = level;
        map.getPane(name).style.pointerEvents = "none";
      }
      // As a whole: a county lies over its province, and the two colours must not mix.
      map.getPane("tally-areas").style.opacity = 0.75;
      this.map = map;
      this.canvas = this.circles = null; // Made with the first count: a canvas of the map's size takes memory.
      this.group = L.layerGroup().addTo(map);
      this.call = { title: "", classes: [], units: [], points: [] };
      this.words = new Map();
    }

    // `find` gives the feature of a unit, or null where no layer holds it.
    show(call, find) {
      this.call = call;
      this.words = new Map([...call.units, ...call.points].map(({ feature_id, words }) => [feature_id, words]));
      this.group.clearLayers();
      if (!this.canvas && call.title) {
        this.canvas = jjjmap.areaCanvas("tally-areas").addTo(this.map);
        this.circles = new CircleCanvas({ pane: "tally-points", padding: 0.35 }).addTo(this.map);
      }
      for (const { feature_id, class_index } of call.units) {
        const found = find(feature_id);
        if (found) this.group.addLayer(jjjmap.pathOf(found.feature, {
          pane: "tally-areas", renderer: this.canvas, fill: true, stroke: true, weight: 0.8, layerOpacity: 1,
          look: { fill: call.classes[class_index].color, fill_opacity: 1, stroke: "#ffffff", width_px: 0.8, dash: [] },
        }));
      }
      for (const { number, lon, lat, class_index } of call.points) {
        const { color, ink, radius_px } = call.classes[class_index];
        this.group.addLayer(L.circleMarker([lat, lon], {
          pane: "tally-points", renderer: this.circles, interactive: false, radius: radius_px, number, ink,
          color: "#ffffff", weight: 1.5, fillColor: color, fillOpacity: 0.88,
        }));
      }
    }

    // What the tip adds to the name of a place; empty if it was not counted.
    wordsOf(placeId) {
      return this.words.get(placeId) || "";
    }

    // What the legend says of it.
    legend() {
      const { title, classes, units } = this.call;
      if (!title) return null;
      const looks = classes.map(({ color, label, radius_px }) => units.length
        ? { geometry: "polygon", label, fill: color, fill_opacity: 0.8, stroke: "#8b9198", width_px: 0.8, dash: [] }
        : { geometry: "point", label, shape: "circle", fill: color, fill_opacity: 0.88, stroke: "#ffffff", width_px: 1, dash: [],
          size_px: Math.min(14, 2 * radius_px) });
      return { title, looks };
    }
  };
})();
