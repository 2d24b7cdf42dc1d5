// Points as how many there are: hexagons with counts from the program, or heat.
"use strict";

var jjjmap = jjjmap || {};

(function () {
  const TILE_PX = 256;
  const HEX_OPACITY = 0.78;
  const CELL_PX = 4; // Of the grid in which heat is reckoned.
  const SPREAD_CELLS = 3; // Three means over 2 × 3 + 1 cells come close to a bell of some 14 pixels.
  const HEX_AREA_PX = 374; // Of jjjmap/maps/drawing/hexes.py.
  const HEAT = [[253, 231, 37, 0], [253, 231, 37, 130], [94, 201, 98, 175], [33, 145, 140, 200], [59, 82, 139, 215], [68, 1, 84, 225]];

  jjjmap.HEAT_COLORS = HEAT.slice(1).map(([r, g, b]) => `rgb(${r},${g},${b})`);

  function drawHex(context, x, y, radius, color) {
    context.beginPath();
    for (let k = 0; k < 6; k++) {
      const turn = (Math.PI / 3) * k + Math.PI / 6;
      context.lineTo(x + radius * Math.cos(turn), y + radius * Math.sin(turn));
    }
    context.closePath();
    context.fillStyle = color;
    context.fill();
    context.stroke();
  }
  jjjmap.drawHex = drawHex;
  jjjmap.HEX_OPACITY = HEX_OPACITY;

  // `hexes` as jjjmap/maps/drawing/hexes.py packs them.
  jjjmap.paintHexes = function* (canvas, coords, { facts, points, cls }) { // Of the nearest whole zoom.
    const side = canvas.width, context = canvas.getContext("2d");
    const px = side / TILE_PX, radius = facts.radius_px * px * 2 ** (coords.z - Math.round(coords.z));
    context.clearRect(0, 0, side, side);
    context.globalAlpha = HEX_OPACITY;
    context.strokeStyle = "#ffffff";
    context.lineWidth = 0.7 * px;
    const toPx = (side * 2 ** coords.z) / 4294967296;
    points.runs(...jjjmap.tileBox(coords, side, radius + 1), (a, b) => {
      for (let i = a; i < b; i++) {
        const x = points.x[i] * toPx - coords.x * side, y = points.y[i] * toPx - coords.y * side;
        if (x < -radius || y < -radius || x > side + radius || y > side + radius) continue;
        drawHex(context, x, y, radius, facts.colors[cls[i]]);
      }
    });
    context.globalAlpha = 1;
    yield;
  };

  function meanAlong(from, to, side, step, across) {
    const width = 2 * SPREAD_CELLS + 1;
    for (let line = 0; line < side; line++) {
      let sum = 0;
      const base = line * across;
      for (let i = -SPREAD_CELLS; i < side; i++) {
        if (i + SPREAD_CELLS < side) sum += from[base + (i + SPREAD_CELLS) * step];
        if (i - SPREAD_CELLS - 1 >= 0) sum -= from[base + (i - SPREAD_CELLS - 1) * step];
        if (i >= 0) to[base + i * step] = sum / width;
      }
    }
  }

  function heatColor(share) {
    const at = Math.min(1, share) * (HEAT.length - 1), low = Math.min(Math.floor(at), HEAT.length - 2), part = at - low;
    return HEAT[low].map((value, i) => Math.round(value + (HEAT[low + 1][i] - value) * part));
  }
  const HEAT_TABLE = Uint32Array.from({ length: 256 }, (_value, i) => {
    const [r, g, b, a] = heatColor(i / 255);
    return ((a << 24) | (b << 16) | (g << 8) | r) >>> 0;
  });

  // `most` points lie in the fullest hexagon of this zoom: that is where it is hottest.
  jjjmap.paintHeat = function* (canvas, coords, points, { flags }, most) {
    const margin = 3 * SPREAD_CELLS + 1, within = TILE_PX / CELL_PX, side = within + 2 * margin;
    let heat = new Float32Array(side * side), other = new Float32Array(side * side);
    const toCell = (within * 2 ** coords.z) / 4294967296, left = coords.x * within - margin, top = coords.y * within - margin;
    const found = [];
    points.runs(...jjjmap.tileBox(coords, within, margin), (a, b) => found.push([a, b]));
    let seen = 0;
    for (const [a, b] of found) {
      for (let i = a; i < b; i++) {
        if (flags[i] & jjjmap.HIDDEN_ROW) continue;
        const x = Math.floor(points.x[i] * toCell - left), y = Math.floor(points.y[i] * toCell - top);
        if (x >= 0 && y >= 0 && x < side && y < side) heat[y * side + x]++;
      }
      seen += b - a;
      if (seen > 50000) {
        seen = 0;
        yield;
      }
    }
    for (let pass = 0; pass < 3; pass++) {
      meanAlong(heat, other, side, 1, side);
      meanAlong(other, heat, side, side, 1);
    }
    const hottest = Math.max(1e-6, (most / HEX_AREA_PX) * CELL_PX * CELL_PX);
    const small = document.createElement("canvas");
    small.width = small.height = side;
    const ink = small.getContext("2d"), image = ink.createImageData(side, side), pixels = new Uint32Array(image.data.buffer);
    // By its root: a single centre would otherwise leave the rest of the map cold.
    for (let i = 0; i < pixels.length; i++) pixels[i] = HEAT_TABLE[Math.min(255, Math.round(255 * Math.sqrt(heat[i] / hottest)))];
    ink.putImageData(image, 0, 0);
    const context = canvas.getContext("2d");
    context.clearRect(0, 0, canvas.width, canvas.height);
    context.imageSmoothingEnabled = true;
    context.imageSmoothingQuality = "high";
    context.drawImage(small, margin, margin, within, within, 0, 0, canvas.width, canvas.height);
    yield;
  };
})();
