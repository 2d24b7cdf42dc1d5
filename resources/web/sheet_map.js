// The map on a sheet of paper: the window's layers, marks and names, drawn by the window's own code, for a view of its own.
"use strict";

var jjjmap = jjjmap || {};

(function () {
  const TILE_PX = 256;
  const GROUND = "#f1f1ee"; // As in map.css.
  const CLIP_PX = 24; // Outlines end so far outside the frame, where nobody sees it.
  const TOLERANCE_PX = 0.15;
  const METRES_ROUND = 40075016.686;

  // What the frame shows, in pixels of the world at a zoom.
  jjjmap.SheetView = class {
    constructor(zoom, left, top, width, height) {
      Object.assign(this, { zoom, left, top, width, height, side: TILE_PX * 2 ** zoom });
    }

    // In pixels from the frame's upper left corner.
    project(lat, lng) {
      const sine = Math.sin((Math.max(-85.0511, Math.min(85.0511, lat)) * Math.PI) / 180);
      const x = lng / 360 + 0.5, y = 0.5 - Math.log((1 + sine) / (1 - sine)) / (4 * Math.PI);
      return [x * this.side - this.left, y * this.side - this.top];
    }

    unproject(x, y) {
      const turn = Math.PI * (1 - (2 * (y + this.top)) / this.side);
      return [(Math.atan(Math.sinh(turn)) * 180) / Math.PI, ((x + this.left) / this.side - 0.5) * 360];
    }

    // [west, south, east, north]
    get box() {
      const [north, west] = this.unproject(0, 0), [south, east] = this.unproject(this.width, this.height);
      return [west, south, east, north];
    }

    // As boxes of users' layers: in units of the world, of which it has 2 to the 32 a side.
    get units() {
      const toUnits = 4294967296 / this.side;
      return {
        min: { x: this.left * toUnits, y: this.top * toUnits },
        max: { x: (this.left + this.width) * toUnits, y: (this.top + this.height) * toUnits },
      };
    }

    get metresPerPx() {
      const [lat] = this.unproject(this.width / 2, this.height / 2);
      return (METRES_ROUND * Math.cos((lat * Math.PI) / 180)) / this.side;
    }

    // Whether something may reach into the frame or a little beside it, by its box.
    nearly(box) {
      if (!this.around) {
        const [north, west] = this.unproject(-CLIP_PX, -CLIP_PX), [south, east] = this.unproject(this.width + CLIP_PX, this.height + CLIP_PX);
        this.around = L.latLngBounds([south, west], [north, east]);
      }
      return this.around.intersects(box);
    }

    touches([west, south, east, north]) {
      const box = this.box;
      return west <= box[2] && east >= box[0] && south <= box[3] && north >= box[1];
    }
  };

  function ringsOf(latLngs) {
    if (!latLngs.length) return [];
    return Array.isArray(latLngs[0]) ? latLngs.flatMap(ringsOf) : [latLngs];
  }

  function piecesOf(points, bounds) {
    const pieces = [];
    let piece = null;
    for (let i = 0; i + 1 < points.length; i++) {
      const segment = L.LineUtil.clipSegment(points[i], points[i + 1], bounds, i > 0);
      if (!segment) continue;
      if (!piece) pieces.push((piece = [segment[0]]));
      piece.push(segment[1]);
      if (segment[1] !== points[i + 1]) piece = null;
    }
    return pieces;
  }

  // Traces a line or polygon of Leaflet's; says whether any of it is in the frame.
  function trace(context, path, view) {
    if (!view.nearly(path.getBounds())) return false;
    const bounds = L.bounds([-CLIP_PX, -CLIP_PX], [view.width + CLIP_PX, view.height + CLIP_PX]), isClosed = path instanceof L.Polygon;
    context.beginPath();
    let isSeen = false;
    for (const ring of ringsOf(path.getLatLngs())) {
      const points = L.LineUtil.simplify(ring.map(({ lat, lng }) => L.point(view.project(lat, lng))), TOLERANCE_PX);
      const parts = isClosed ? [L.PolyUtil.clipPolygon(points, bounds)] : piecesOf(points, bounds);
      for (const part of parts) {
        if (part.length < 2) continue;
        part.forEach(({ x, y }, i) => context[i ? "lineTo" : "moveTo"](x, y));
        if (isClosed) context.closePath();
        isSeen = true;
      }
    }
    return isSeen;
  }

  function drawPath(context, path, view) {
    const { options } = path;
    if (path instanceof L.CircleMarker) {
      const { lat, lng } = path.getLatLng(), [x, y] = view.project(lat, lng), radius = path.getRadius();
      if (x < -radius || y < -radius || x > view.width + radius || y > view.height + radius) return;
      context.beginPath();
      context.arc(x, y, radius, 0, 2 * Math.PI);
      jjjmap.paintPath(context, options.look ? options : lookOfCircle(options));
      jjjmap.writeCount(context, x, y, radius, options);
    } else if (trace(context, path, view)) jjjmap.paintPath(context, options);
  }

  // A circle that was made with Leaflet's own words.
  function lookOfCircle({ color, weight, fillColor, fillOpacity }) {
    const look = { fill: fillColor, fill_opacity: fillOpacity, stroke: color, width_px: weight, dash: [] };
    return { look, layerOpacity: 1, fill: true, stroke: true };
  }

  function drawPin(context, { lat, lng }, view) {
    const [x, y] = view.project(lat, lng);
    for (const [radius, fill] of [[12, "rgba(255,255,255,0.8)"], [9, "#1a1a1a"], [7, "#ffe14d"]]) {
      context.beginPath();
      context.arc(x, y, radius, 0, 2 * Math.PI);
      context.fillStyle = fill;
      context.fill();
    }
  }

  // The origin of the context is the frame's corner. Leaves out no layer that the window shows, and keeps their order.
  // Returns the ids of the layers that had to become pictures.
  jjjmap.drawSheetMap = async function (context, page, view) {
    const drawn = page._drawn(), users = new Map(), rastered = [];
    for (const layer of drawn)
      if (layer.drawing) {
        const made = await jjjmap.drawingOnSheet(layer.drawing, view);
        users.set(layer, made);
        if (made.isRaster) rastered.push(layer.id);
      }
    const paths = (name, found, opacity = 1) =>
      context.group({ name, opacity }, () => found.forEach((path) => drawPath(context, path, view)));
    context.globalAlpha = 1;
    context.fillStyle = GROUND;
    context.fillRect(0, 0, view.width, view.height);
    for (const layer of drawn) paths("areas-" + layer.id, layer.paths);
    paths("neat-line", [page.neatLine]);
    const counted = page.tally.group.getLayers(), isCircle = (path) => path instanceof L.CircleMarker;
    paths("counted-areas", counted.filter((path) => !isCircle(path)), 0.75);
    paths("highlighted", page.highlighted.getLayers());
    paths("selected", page.marked.getLayers());
    for (const [layer, { draw, drawMarks }] of users) {
      context.group({ name: layer.id, opacity: layer.opacity }, () => draw(context));
      if (layer.geometry !== "point") context.group({ opacity: Math.max(layer.opacity, 0.5) }, () => drawMarks(context));
    }
    context.save();
    context.translate(-view.left, -view.top);
    for (const [layer, { drawNames }] of users)
      context.group({ name: "names-" + layer.id, opacity: Math.max(0.35, layer.opacity) }, () => drawNames(context, page.overlay.takenBoxes()));
    context.group({ name: "symbols-and-names" }, () =>
      page.overlay.paint(context, L.point(view.left, view.top), L.point(view.width, view.height), 0));
    context.restore();
    for (const [layer, { drawMarks }] of users)
      if (layer.geometry === "point") context.group({ opacity: Math.max(layer.opacity, 0.5) }, () => drawMarks(context));
    paths("counted-places", counted.filter(isCircle));
    if (page.pin) context.group({ name: "pin" }, () => drawPin(context, page.pin.getLatLng(), view));
    return rastered;
  };
})();
