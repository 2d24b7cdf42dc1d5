// Lines and polygons on one tile, from the typed arrays of jjjmap/maps/drawing/vector_tiles.py.
"use strict";

var jjjmap = jjjmap || {};

(function () {
  const STEPS_A_TILE = 1024;
  const TILE_PX = 256;
  // A chosen area keeps its colour, which says something; a chosen line is yellow between black. Many are marked slightly.
  const chosenLooks = (closed, isMany, classes) => {
    const widest = Math.max(...classes.map(({ width_px }) => width_px)), hasArrow = classes.some(({ arrow }) => arrow);
    const strokes = closed
      ? [["#ffffff", isMany ? 3.4 : 5.5], ["#1a1a1a", isMany ? 1.5 : 2.4]]
      : [["#1a1a1a", widest + (isMany ? 2.4 : 4)], ["#ffe14d", widest + (isMany ? 0.4 : 1.2)]];
    return strokes.map(([stroke, width_px]) => ({ stroke, width_px, dash: [], fill: "", arrow: hasArrow }));
  };
  const PAUSE_AFTER = 8000; // Corners.
  const ARROW_FROM_PX = 6;

  function trace(context, { strand_at, corner_at, x, y }, feature, closed) {
    context.beginPath();
    for (let strand = strand_at[feature]; strand < strand_at[feature + 1]; strand++) {
      context.moveTo(x[corner_at[strand]], y[corner_at[strand]]);
      for (let i = corner_at[strand] + 1; i < corner_at[strand + 1]; i++) context.lineTo(x[i], y[i]);
      if (closed) context.closePath();
    }
  }

  // One feature, at so many steps a pixel.
  jjjmap.drawOutline = function (context, arrays, feature, look, closed, scale) {
    trace(context, arrays, feature, closed);
    draw(context, look, closed, scale);
    if (look.arrow && !closed) drawArrows(context, arrays, feature, look, scale);
  };
  jjjmap.chosenOutlines = chosenLooks;

  function draw(context, look, closed, scale) {
    if (closed && look.fill) jjjmap.fillArea(context, look, 1);
    const stroke = look.stroke || (closed ? "" : look.fill);
    if (!stroke || !(look.width_px > 0)) return;
    context.setLineDash(look.dash.map((length) => length * scale));
    context.lineWidth = look.width_px * scale;
    context.strokeStyle = stroke;
    context.stroke();
  }

  // At the end of each strand. Where a tile cuts a line off, that end lies so far outside that nothing of its arrow is seen.
  function drawArrows(context, { strand_at, corner_at, x, y }, feature, look, scale) {
    const reach = ARROW_FROM_PX * scale;
    for (let strand = strand_at[feature]; strand < strand_at[feature + 1]; strand++) {
      const first = corner_at[strand], last = corner_at[strand + 1] - 1;
      let from = last - 1;
      // Corners close to the end are on a grid: they hardly tell where the line comes from.
      while (from > first && Math.hypot(x[last] - x[from], y[last] - y[from]) < reach) from--;
      if (from >= first) jjjmap.drawArrow(context, look, x[from], y[from], x[last], y[last], scale);
    }
  }

  // Calls `take(row, isDrawn)` for each feature of a tile that is not hidden: of those smaller than a pixel, one is drawn in it.
  jjjmap.countOutlines = function ({ arrays }, { flags }, take) {
    const { rows, dot_rows, dot_x, dot_y, left_rows } = arrays, taken = new Uint8Array(TILE_PX * TILE_PX);
    const isShown = (row) => !(flags[row] & jjjmap.HIDDEN_ROW);
    for (const row of rows) if (isShown(row)) take(row, true);
    for (const row of left_rows) if (isShown(row)) take(row, false);
    for (let i = 0; i < dot_rows.length; i++) {
      if (!isShown(dot_rows[i])) continue;
      const spot = dot_y[i] * TILE_PX + dot_x[i];
      take(dot_rows[i], !taken[spot]);
      taken[spot] = 1;
    }
  };

  // Paints the features of a tile; pauses now and then. `rows` are classes and flags by row number.
  jjjmap.paintOutlines = function* (canvas, { facts, arrays }, { cls, flags, selected }, classes, isChosen, ratio) {
    const context = canvas.getContext("2d");
    const scale = STEPS_A_TILE / TILE_PX / (canvas.width / TILE_PX / ratio); // Steps a pixel of the screen.
    context.setTransform(1, 0, 0, 1, 0, 0);
    context.clearRect(0, 0, canvas.width, canvas.height);
    context.scale(canvas.width / STEPS_A_TILE, canvas.height / STEPS_A_TILE);
    // Bevelled: on thin lines nobody sees a round join, which takes twice the time.
    const isThick = isChosen || classes.some(({ width_px }) => width_px > 2);
    context.lineJoin = isThick ? "round" : "bevel";
    context.lineCap = isThick ? "round" : "butt";
    const { rows, corner_at, strand_at, dot_rows, dot_x, dot_y } = arrays;
    const isWanted = (row) =>
      !(flags[row] & jjjmap.HIDDEN_ROW) && (!isChosen || (flags[row] & jjjmap.SELECTED_ROW) !== 0);
    const lookOf = (row) => classes[Math.min(cls[row], classes.length - 1)];
    let painted = 0;
    for (const chosenLook of isChosen ? chosenLooks(facts.closed, selected > jjjmap.MANY_CHOSEN, classes) : [null])
      for (let feature = 0; feature < rows.length; feature++) {
        if (!isWanted(rows[feature])) continue;
        jjjmap.drawOutline(context, arrays, feature, chosenLook || lookOf(rows[feature]), facts.closed, scale);
        painted += corner_at[strand_at[feature + 1]] - corner_at[strand_at[feature]] + 40;
        if (painted > PAUSE_AFTER) {
          painted = 0;
          yield;
        }
      }
    const dot = STEPS_A_TILE / TILE_PX * (isChosen ? 3 : 1), taken = new Uint8Array(TILE_PX * TILE_PX);
    for (let i = 0; i < dot_rows.length; i++) {
      const spot = dot_y[i] * TILE_PX + dot_x[i];
      if (taken[spot] || !isWanted(dot_rows[i])) continue;
      taken[spot] = 1;
      const look = lookOf(dot_rows[i]);
      context.fillStyle = isChosen ? "#1a1a1a" : look.fill || look.stroke;
      context.fillRect((dot_x[i] * STEPS_A_TILE) / TILE_PX, (dot_y[i] * STEPS_A_TILE) / TILE_PX, dot, dot);
      if (i % 2048 === 2047) yield;
    }
    context.setTransform(1, 0, 0, 1, 0, 0);
  };
})();
