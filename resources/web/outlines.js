// Lines and polygons on one tile, from the typed arrays of jjjmap/maps/drawing/vector_tiles.py.
"use strict";

var jjjmap = jjjmap || {};

(function () {
  const STEPS_A_TILE = 1024;
  const TILE_PX = 256;
  const CHOSEN = [
    { stroke: "#ffffff", width_px: 5.5, dash: [], fill: "" },
    { stroke: "#1a1a1a", width_px: 2.4, dash: [], fill: "#ffe14d", fill_opacity: 0.22 },
  ];
  const PAUSE_AFTER = 8000; // Corners.

  function trace(context, { strand_at, corner_at, x, y }, feature, closed) {
    context.beginPath();
    for (let strand = strand_at[feature]; strand < strand_at[feature + 1]; strand++) {
      context.moveTo(x[corner_at[strand]], y[corner_at[strand]]);
      for (let i = corner_at[strand] + 1; i < corner_at[strand + 1]; i++) context.lineTo(x[i], y[i]);
      if (closed) context.closePath();
    }
  }

  function draw(context, look, closed, scale) {
    if (closed && look.fill) jjjmap.fillArea(context, look, 1);
    const stroke = look.stroke || (closed ? "" : look.fill);
    if (!stroke || !(look.width_px > 0)) return;
    context.setLineDash(look.dash.map((length) => length * scale));
    context.lineWidth = look.width_px * scale;
    context.strokeStyle = stroke;
    context.stroke();
  }

  // Paints the features of a tile; pauses now and then. `rows` are classes and flags by row number.
  jjjmap.paintOutlines = function* (canvas, { facts, arrays }, { cls, flags }, classes, isChosen, ratio) {
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
    for (const chosenLook of isChosen ? CHOSEN : [null])
      for (let feature = 0; feature < rows.length; feature++) {
        if (!isWanted(rows[feature])) continue;
        trace(context, arrays, feature, facts.closed);
        draw(context, chosenLook || lookOf(rows[feature]), facts.closed, scale);
        painted += corner_at[strand_at[feature + 1]] - corner_at[strand_at[feature]] + 40;
        if (painted > PAUSE_AFTER) {
          painted = 0;
          yield;
        }
      }
    const dot = STEPS_A_TILE / TILE_PX * (isChosen ? 3 : 1);
    for (let i = 0; i < dot_rows.length; i++) {
      if (!isWanted(dot_rows[i])) continue;
      const look = lookOf(dot_rows[i]);
      context.fillStyle = isChosen ? CHOSEN[1].stroke : look.fill || look.stroke;
      context.fillRect((dot_x[i] * STEPS_A_TILE) / TILE_PX, (dot_y[i] * STEPS_A_TILE) / TILE_PX, dot, dot);
      if (i % 2048 === 2047) yield;
    }
    context.setTransform(1, 0, 0, 1, 0, 0);
  };
})();
