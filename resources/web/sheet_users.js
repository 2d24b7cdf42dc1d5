// A user's layer on a sheet of paper: symbols and outlines as paths; only where there are too many of them a picture.
"use strict";

var jjjmap = jjjmap || {};

(function () {
  const TILE_PX = 256;
  const WORLD = 4294967296;
  const MOST_SYMBOLS = 20000;
  const RASTER_RATIO = 3; // Pixels of a picture for one of the sheet, …
  const MOST_PIXELS = 4e7; // … unless it would become too large.
  const STEPS_A_PIXEL = 4; // Of jjjmap/maps/drawing/vector_tiles.py.
  const MAX_LABEL_ZOOM = 22;
  const PATCH_MARGIN_PX = 8;

  // Lets the page hear what it is told. Not a timer: those of a page that is not seen wait for a second.
  const breathe = () => new Promise((resolve) => {
    const { port1, port2 } = new MessageChannel();
    port1.onmessage = resolve;
    port2.postMessage(0);
  });

  function tilesOf(view) {
    const tiles = [];
    for (let x = Math.floor(view.left / TILE_PX); x * TILE_PX < view.left + view.width; x++)
      for (let y = Math.floor(view.top / TILE_PX); y * TILE_PX < view.top + view.height; y++) tiles.push({ x, y, z: view.zoom });
    return tiles;
  }

  // One picture of the whole frame, from the tiles that the window would show. `paint(canvas, coords, ratio)` gives the steps
  // that paint a tile.
  async function rasterOf(view, paint) {
    const ratio = Math.min(RASTER_RATIO, Math.sqrt(MOST_PIXELS / (view.width * view.height)));
    const side = Math.max(1, Math.round(TILE_PX * ratio)), px = side / TILE_PX;
    const whole = document.createElement("canvas");
    whole.width = Math.ceil(view.width * px);
    whole.height = Math.ceil(view.height * px);
    const context = whole.getContext("2d");
    for (const coords of tilesOf(view)) {
      const tile = document.createElement("canvas");
      tile.width = tile.height = side;
      for (const _step of await paint(tile, coords, px)) { /* Each paints a little. */ }
      context.drawImage(tile, Math.round((coords.x * TILE_PX - view.left) * px), Math.round((coords.y * TILE_PX - view.top) * px));
      await breathe();
    }
    return (to) => to.drawImage(whole, 0, 0, whole.width / px, whole.height / px);
  }

  // ---- points ----

  // Those in the frame that are to be drawn: [place in the arrays, x, y, class, size] in pixels of the frame.
  function pointsIn(drawing, view, isChosen) {
    const { points, rows, fan, layer: { style: { classes } } } = drawing, { cls, flags, size } = rows;
    const scale = drawing.symbolScale(view.zoom), last = classes.length - 1, toPx = view.side / WORLD;
    const unwanted = jjjmap.HIDDEN_ROW | jjjmap.FANNED_ROW | (isChosen ? jjjmap.SELECTED_ROW : 0);
    const wanted = isChosen ? jjjmap.SELECTED_ROW : 0, found = [];
    const sizeOf = (i) => jjjmap.userSymbolPx(scale * (size ? size[i] : classes[Math.min(cls[i], last)].size_px));
    const far = (size ? 255 : Math.max(...classes.map((look) => look.size_px))) * scale + 12;
    const take = (i, x, y) => {
      if (x < -far || y < -far || x > view.width + far || y > view.height + far) return;
      found.push([i, x, y, Math.min(cls[i], last), sizeOf(i)]);
    };
    const { min, max } = view.units, reach = far / toPx;
    points.runs(min.x - reach, min.y - reach, max.x + reach, max.y + reach, (a, b) => {
      for (let i = a; i < b; i++)
        if ((flags[i] & unwanted) === wanted) take(i, points.x[i] * toPx - view.left, points.y[i] * toPx - view.top);
    });
    if (fan) {
      const toOffset = scale / fan.partsAPixel;
      for (let k = 0; k < fan.places.length; k++)
        if ((fan.rows.flags[k] & unwanted) === wanted)
          take(fan.places[k], fan.points.x[k] * toPx - view.left + fan.dx[k] * toOffset, fan.points.y[k] * toPx - view.top + fan.dy[k] * toOffset);
    }
    // Large symbols lie under small ones, which they would cover.
    if (size) found.sort(([i], [j]) => size[j] - size[i] || i - j);
    return found;
  }

  function drawSymbols(context, found, classes, chosen) {
    const seen = new Set();
    for (const [, x, y, cls, size] of found) {
      const key = `user/${cls}/${size}/${Math.min(chosen, jjjmap.MANY_CHOSEN + 1)}/${JSON.stringify(classes[cls])}`;
      const spot = `${cls}/${size}/${Math.round(x * 10)}/${Math.round(y * 10)}`;
      if (seen.has(spot)) continue; // A crowd of alike symbols on one spot looks like one of them.
      seen.add(spot);
      context.repeat(key, x, y, (once) => jjjmap.drawUserSymbol(once, classes[cls], size, 0, chosen));
    }
  }

  function drawHubs(context, { fan, layer, symbolScale: _scale }, view, largest) {
    if (!fan || !jjjmap.marksHubs(view.zoom, largest)) return;
    const toPx = view.side / WORLD;
    for (let k = 0; k < fan.hubs.x.length; k++) {
      const x = fan.hubs.x[k] * toPx - view.left, y = fan.hubs.y[k] * toPx - view.top;
      if (x > -4 && y > -4 && x < view.width + 4 && y < view.height + 4)
        jjjmap.drawSymbol(context, { ...jjjmap.HUB_LOOK, size_px: jjjmap.HUB_PX }, x, y, "");
    }
  }

  async function pointsOnSheet(drawing, view) {
    const { rows, layer: { style: { classes } } } = drawing, scale = drawing.symbolScale(view.zoom);
    const part = async (isChosen) => {
      const found = pointsIn(drawing, view, isChosen), chosen = isChosen ? rows.selected : 0;
      if (found.length <= MOST_SYMBOLS)
        return { isRaster: false, draw: (context) => drawSymbols(context, found, classes, chosen) };
      let stamps = null;
      const draw = await rasterOf(view, (canvas, coords, ratio) => {
        stamps = stamps || new jjjmap.Stamps(classes, ratio, chosen);
        return jjjmap.stampPoints(canvas, coords, drawing.points, rows, drawing.fan, stamps, scale);
      });
      return { isRaster: true, draw };
    };
    const all = drawing.isDensity() ? { isRaster: false, draw: await densityOnSheet(drawing, view) } : await part(false);
    const marks = rows.selected ? await part(true) : { isRaster: false, draw: () => {} };
    const largest = scale * Math.max(...classes.map((look) => look.size_px));
    const draw = (context) => {
      all.draw(context);
      if (!all.isRaster && !drawing.isDensity()) drawHubs(context, drawing, view, largest);
    };
    return { isRaster: all.isRaster || marks.isRaster, draw, drawMarks: marks.draw };
  }

  async function densityOnSheet(drawing, view) {
    const z = Math.round(view.zoom), { facts, points, cls } = await drawing.fetchDensity(z);
    // Heat has no outlines: it is a picture by its nature.
    if (drawing.rows.facts.density !== "hex")
      return rasterOf(view, (canvas, coords) => jjjmap.paintHeat(canvas, coords, drawing.points, drawing.rows, facts.most));
    const radius = facts.radius_px * 2 ** (view.zoom - z), toPx = view.side / WORLD;
    return (context) => {
      context.globalAlpha = jjjmap.HEX_OPACITY;
      context.strokeStyle = "#ffffff";
      context.lineWidth = 0.7;
      for (let i = 0; i < cls.length; i++) {
        const x = points.x[i] * toPx - view.left, y = points.y[i] * toPx - view.top;
        if (x > -radius && y > -radius && x < view.width + radius && y < view.height + radius)
          jjjmap.drawHex(context, x, y, radius, facts.colors[cls[i]]);
      }
      context.globalAlpha = 1;
    };
  }

  // ---- lines and polygons ----

  async function outlinesOnSheet(drawing, view) {
    const { rows, layer: { style: { classes } } } = drawing;
    const margin = PATCH_MARGIN_PX, left = Math.floor(view.left) - margin, top = Math.floor(view.top) - margin;
    const zoom = Math.round(view.zoom * 1000), size = [view.width, view.height].map((side) => Math.ceil(side) + 2 * margin);
    // In one piece: tiles would leave seams where they meet.
    const { facts, arrays } = jjjmap.unpackArrays(await drawing.fetchBytes(`patches/${zoom}/${left}/${top}/${size.join("/")}.bin`));
    if (arrays.left_rows.length) {
      const paint = (isChosen) => (canvas, coords, ratio) => drawing.fetchBytes(`tiles/${zoom}/${coords.x}/${coords.y}.bin`)
        .then((bytes) => jjjmap.paintOutlines(canvas, jjjmap.unpackArrays(bytes), rows, classes, isChosen, ratio));
      const draw = await rasterOf(view, paint(false));
      return { isRaster: true, draw, drawMarks: rows.selected ? await rasterOf(view, paint(true)) : () => {} };
    }
    const draw = (isChosen) => (context) => {
      context.save();
      context.translate(left - view.left, top - view.top);
      context.scale(1 / STEPS_A_PIXEL);
      const isThick = isChosen || classes.some(({ width_px }) => width_px > 2);
      context.lineJoin = isThick ? "round" : "bevel";
      context.lineCap = isThick ? "round" : "butt";
      const isWanted = (row) =>
        !(rows.flags[row] & jjjmap.HIDDEN_ROW) && (!isChosen || (rows.flags[row] & jjjmap.SELECTED_ROW) !== 0);
      const lookOf = (row) => classes[Math.min(rows.cls[row], classes.length - 1)];
      for (const look of isChosen ? jjjmap.chosenOutlines(facts.closed, rows.selected > jjjmap.MANY_CHOSEN, classes) : [null])
        arrays.rows.forEach((row, feature) => {
          if (isWanted(row)) jjjmap.drawOutline(context, arrays, feature, look || lookOf(row), facts.closed, STEPS_A_PIXEL);
        });
      context.globalAlpha = 1;
      const dot = STEPS_A_PIXEL * (isChosen ? 3 : 1), taken = new Set();
      arrays.dot_rows.forEach((row, i) => {
        const spot = arrays.dot_x[i] + "," + arrays.dot_y[i], look = lookOf(row);
        if (taken.has(spot) || !isWanted(row)) return;
        taken.add(spot);
        context.fillStyle = isChosen ? "#1a1a1a" : look.fill || look.stroke;
        context.fillRect(arrays.dot_x[i] * STEPS_A_PIXEL, arrays.dot_y[i] * STEPS_A_PIXEL, dot, dot);
      });
      context.restore();
    };
    return { isRaster: false, draw: draw(false), drawMarks: rows.selected ? draw(true) : () => {} };
  }

  // ---- names ----

  async function namesOnSheet(drawing, view) {
    const { label: look } = drawing.layer.style;
    if (!drawing.hasNames() || view.zoom < look.min_zoom) return () => {};
    const z = Math.min(MAX_LABEL_ZOOM, Math.max(0, Math.round(view.zoom))), side = TILE_PX * 2 ** (view.zoom - z), last = 2 ** z - 1;
    const within = (value) => Math.min(last, Math.max(0, Math.floor(value / side))), wanted = [];
    for (let x = within(view.left); x <= within(view.left + view.width); x++)
      for (let y = within(view.top); y <= within(view.top + view.height); y++) wanted.push(drawing.fetchNames(z, x, y));
    const labels = (await Promise.all(wanted)).flat();
    return (context, obstacles) => jjjmap.writeNames(context, labels, look, {
      toPx: view.side / WORLD, gap: drawing.nameGap(), scale: drawing.points ? drawing.symbolScale(view.zoom) : 1,
      saidRow: drawing.tell.saidRow(), obstacles, within: [view.left, view.top, view.left + view.width, view.top + view.height],
    });
  }

  // Fetches all that is needed; what it returns draws at once. `isRaster` says whether it is a picture for want of room.
  jjjmap.drawingOnSheet = async function (drawing, view) {
    const made = await (drawing.points ? pointsOnSheet(drawing, view) : outlinesOnSheet(drawing, view));
    return { ...made, drawNames: await namesOnSheet(drawing, view) };
  };

  // The classes of points that are in the frame; null where that is not known.
  jjjmap.classesInView = function (drawing, view) {
    if (!drawing.points || drawing.isDensity()) return null;
    const found = new Set([...pointsIn(drawing, view, false), ...pointsIn(drawing, view, true)].map(([, , , cls]) => cls));
    return drawing.layer.style.classes.filter((_look, i) => found.has(i));
  };
})();
