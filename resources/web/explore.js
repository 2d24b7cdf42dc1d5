// A table on a map in a notebook: what jjjmap/maps/exploring.py hands over. Data become text nodes and numbers, never markup.
"use strict";

var jjjmap = jjjmap || {};

(function () {
  const element = (tag, text, style) => {
    const made = document.createElement(tag);
    if (text !== undefined) made.textContent = text;
    if (style) made.style.cssText = style;
    return made;
  };

  function facts(columns, row) {
    const table = element("table", undefined, "border-collapse:collapse;font:12px sans-serif");
    columns.forEach((name, at) => {
      if (row[at] === null) return;
      const line = table.insertRow();
      line.append(element("th", name, "text-align:left;padding:1px 8px 1px 0;color:#555;font-weight:normal"));
      line.append(element("td", row[at], "padding:1px 0"));
    });
    return table;
  }

  const pathOf = (look) => ({
    color: look.stroke || look.fill, weight: look.stroke ? look.width_px : 0, stroke: Boolean(look.stroke),
    fillColor: look.fill || look.stroke, fillOpacity: look.fill ? look.fill_opacity : 0, dashArray: look.dash.length ? look.dash.join(" ") : null,
  });

  // The head of an arrow, turned to where the line goes on the screen, which does not change with the zoom.
  function arrow(corners, look) {
    const [from, to] = corners.slice(-2).map((corner) => L.CRS.EPSG3857.project(L.latLng(corner)));
    const degrees = (Math.atan2(from.y - to.y, to.x - from.x) * 180) / Math.PI, side = 8 + 1.6 * look.width_px;
    const head = element("div", undefined, `width:0;height:0;border:${side / 2}px solid transparent;border-right-width:0;` +
      `border-left:${side}px solid ${look.stroke};transform:translate(-${side / 2}px,-${side / 2}px) rotate(${degrees}deg);transform-origin:center`);
    return L.marker(corners[corners.length - 1], { interactive: false, keyboard: false, icon: L.divIcon({ html: head, className: "", iconSize: [0, 0] }) });
  }

  function shapeOf({ type, coordinates }, look) {
    const turned = (each) => (typeof each[0] === "number" ? [each[1], each[0]] : each.map(turned));
    const places = turned(coordinates);
    if (type === "Point") return L.circleMarker(places, { ...pathOf(look), radius: look.size_px / 2 });
    if (type.endsWith("Polygon")) return L.polygon(places, pathOf(look));
    const line = L.polyline(places, { ...pathOf(look), smoothFactor: 0.3 });
    if (!look.arrow) return line;
    const strands = type === "MultiLineString" ? places : [places];
    return L.featureGroup([line, ...strands.filter((strand) => strand.length > 1).map((strand) => arrow(strand, look))]);
  }

  // A control that holds what is made of text nodes.
  function show(map, position, box) {
    const control = L.control({ position });
    control.onAdd = () => {
      L.DomEvent.disableClickPropagation(box);
      return box;
    };
    control.addTo(map);
  }

  jjjmap.explore = function (map, { ground, imprint, title, note, columns, classes, features, bounds }) {
    map.getContainer().style.background = "#f6f7f8";
    map.createPane("ground").style.zIndex = 350;
    const lines = ground.map((line) => line.map(([lon, lat]) => [lat, lon]));
    L.polyline(lines, { pane: "ground", color: "#b9bec4", weight: 0.8, interactive: false }).addTo(map);
    for (const { geometry, cls, row } of features) {
      const shape = shapeOf(geometry, classes[cls]).addTo(map);
      shape.bindPopup(() => facts(columns, row), { maxWidth: 420, maxHeight: 320 });
      if (row.length) shape.bindTooltip(() => element("span", row.find((text) => text !== null) ?? ""));
    }
    if (bounds) map.fitBounds(bounds, { padding: [20, 20], maxZoom: 13 });
    show(map, "bottomright", element("div", imprint, "background:#fffc;padding:1px 6px;font:10px sans-serif;color:#555"));
    const box = element("div", undefined, "background:#fffd;padding:6px 9px;border-radius:4px;font:12px sans-serif;max-width:260px");
    box.append(element("div", title, "font-weight:bold;margin-bottom:3px"));
    for (const look of classes) {
      const line = element("div", undefined, "display:flex;align-items:center;gap:6px"), color = look.fill || look.stroke;
      const isLine = !look.fill, high = isLine ? Math.max(look.width_px, 1) : 10;
      line.append(element("span", undefined, `width:18px;height:${high}px;background:${color};flex:none;opacity:${isLine ? 1 : look.fill_opacity}`));
      line.append(element("span", look.label));
      box.append(line);
    }
    if (note) box.append(element("div", note, "color:#666;margin-top:4px;white-space:pre-line"));
    show(map, "topright", box);
  };
})();
