// How a symbol class is drawn: the same strokes on the map and in the legend.
"use strict";

var jjjmap = jjjmap || {};

(function () {
  const HATCH_GAP_PX = 7;
  const ARROW_LENGTH_PX = 7, ARROW_LENGTH_A_WIDTH = 1.1, ARROW_BESIDE_PX = 3;
  const hatches = new Map();

  function hatchPattern(context, color) {
    if (context.hatch) return context.hatch(color, HATCH_GAP_PX); // A sheet of paper.
    if (!hatches.has(color)) {
      const tile = document.createElement("canvas");
      const ratio = 2; // Drawn at twice the size, so that the lines stay crisp on dense screens.
      tile.width = tile.height = HATCH_GAP_PX * ratio;
      const ink = tile.getContext("2d");
      ink.scale(ratio, ratio);
      ink.strokeStyle = color;
      ink.lineWidth = 1;
      ink.beginPath();
      for (const shift of [-HATCH_GAP_PX, 0, HATCH_GAP_PX]) {
        ink.moveTo(shift - 1, HATCH_GAP_PX + 1);
        ink.lineTo(shift + HATCH_GAP_PX + 1, -1);
      }
      ink.stroke();
      const pattern = context.createPattern(tile, "repeat");
      pattern.setTransform(new DOMMatrix().scale(1 / ratio));
      hatches.set(color, pattern);
    }
    return hatches.get(color);
  }

  // Unit outlines, y down, within a circle of radius 1.
  const OUTLINES = {
    square: [[-0.85, -0.85], [0.85, -0.85], [0.85, 0.85], [-0.85, 0.85]],
    diamond: [[0, -1.1], [1.1, 0], [0, 1.1], [-1.1, 0]],
    triangle: [[0, -1.1], [1.05, 0.8], [-1.05, 0.8]],
    hexagon: [[-0.5, -0.95], [0.5, -0.95], [1.05, 0], [0.5, 0.95], [-0.5, 0.95], [-1.05, 0]],
    pentagon: [[0, -1.05], [1, -0.32], [0.62, 0.85], [-0.62, 0.85], [-1, -0.32]],
    star: [[0, -1.1], [0.29, -0.36], [1.06, -0.31], [0.46, 0.18], [0.65, 0.92], [0, 0.5],
           [-0.65, 0.92], [-0.46, 0.18], [-1.06, -0.31], [-0.29, -0.36]],
    wedge: [[0, 1.1], [1.05, -0.8], [-1.05, -0.8]],
    cross: [[-0.35, -1], [0.35, -1], [0.35, -0.35], [1, -0.35], [1, 0.35], [0.35, 0.35],
            [0.35, 1], [-0.35, 1], [-0.35, 0.35], [-1, 0.35], [-1, -0.35], [-0.35, -0.35]],
    plane: [[0, -1], [0.16, -0.8], [0.18, -0.3], [1, 0.25], [1, 0.48], [0.18, 0.22], [0.14, 0.68],
            [0.4, 0.86], [0.4, 1.02], [0, 0.92], [-0.4, 1.02], [-0.4, 0.86], [-0.14, 0.68],
            [-0.18, 0.22], [-1, 0.48], [-1, 0.25], [-0.18, -0.3], [-0.16, -0.8]],
  };

  function traceOutline(context, shape, x, y, radius) {
    context.beginPath();
    const outline = OUTLINES[shape];
    if (!outline) {
      context.arc(x, y, radius, 0, 2 * Math.PI);
      return;
    }
    outline.forEach(([dx, dy], i) => context[i ? "lineTo" : "moveTo"](x + dx * radius, y + dy * radius));
    context.closePath();
  }

  function traceAnchor(context, x, y, radius) {
    context.beginPath();
    context.arc(x, y - 0.72 * radius, 0.24 * radius, 0.5 * Math.PI, 2.5 * Math.PI);
    context.moveTo(x, y - 0.48 * radius);
    context.lineTo(x, y + 0.95 * radius);
    context.moveTo(x - 0.45 * radius, y - 0.2 * radius);
    context.lineTo(x + 0.45 * radius, y - 0.2 * radius);
    context.moveTo(x - 0.85 * radius, y + 0.2 * radius);
    context.quadraticCurveTo(x - 0.7 * radius, y + 0.95 * radius, x, y + 0.95 * radius);
    context.quadraticCurveTo(x + 0.7 * radius, y + 0.95 * radius, x + 0.85 * radius, y + 0.2 * radius);
  }

  // How much of the fill is kept, by how well the position is known: full, half, none.
  const FILL_BY_PRECISION = { site: 1, town: 0.45 };

  jjjmap.drawSymbol = function (context, look, x, y, precision) {
    if (!context.repeat) return paintSymbol(context, look, x, y, precision);
    const { shape, fill, stroke, width_px, size_px, fill_opacity } = look;
    const key = [shape, fill, stroke, width_px, size_px, fill_opacity, precision].join();
    return context.repeat(key, x, y, (once) => paintSymbol(once, look, 0, 0, precision));
  };

  function paintSymbol(context, look, x, y, precision) {
    const radius = look.size_px / 2;
    context.save();
    if (look.shape === "anchor") {
      // An anchor is all lines: a light casing keeps it readable on any ground; an unsure one is paler.
      traceAnchor(context, x, y, radius);
      context.lineCap = context.lineJoin = "round";
      context.strokeStyle = "rgba(255,255,255,0.9)";
      context.lineWidth = Math.max(3.6, radius * 0.62);
      context.stroke();
      context.globalAlpha *= precision && precision !== "site" ? 0.6 : 1;
      context.strokeStyle = look.fill;
      context.lineWidth = Math.max(1.4, radius * 0.26);
      context.stroke();
      context.restore();
      return;
    }
    traceOutline(context, look.shape, x, y, radius);
    context.lineJoin = "round";
    context.strokeStyle = "rgba(255,255,255,0.85)";
    context.lineWidth = look.width_px + 2;
    context.stroke();
    context.fillStyle = "#ffffff";
    context.fill();
    const share = precision ? FILL_BY_PRECISION[precision] || 0 : 1;
    context.save();
    context.globalAlpha *= share * look.fill_opacity;
    context.fillStyle = look.fill;
    context.fill();
    context.restore();
    context.strokeStyle = look.shape === "plane" ? look.fill : look.stroke || look.fill;
    context.lineWidth = share ? look.width_px : look.width_px + 0.4;
    context.stroke();
    context.restore();
  }

  // How much room a row of the legend gives its symbol: one that is larger than most gets what it needs.
  jjjmap.swatchSize = function (look, geometry) {
    const room = geometry === "point" ? Math.ceil(look.size_px + look.width_px + 3) : 0;
    if (geometry === "line" && look.arrow) return { width: Math.ceil(22 + look.width_px), height: Math.max(15, Math.ceil(look.width_px + 7)) };
    return { width: Math.max(20, room), height: Math.max(15, room) };
  };

  jjjmap.drawSwatch = function (canvas, look, geometry, precision) {
    const ratio = window.devicePixelRatio || 1;
    const { width, height } = jjjmap.swatchSize(look, geometry);
    canvas.width = width * ratio;
    canvas.height = height * ratio;
    canvas.style.width = width + "px";
    canvas.style.height = height + "px";
    const context = canvas.getContext("2d");
    context.scale(ratio, ratio);
    jjjmap.paintSwatch(context, look, geometry, precision, width, height);
  };

  jjjmap.paintSwatch = function (context, look, geometry, precision, width, height) {
    if (geometry === "point") {
      jjjmap.drawSymbol(context, look, width / 2, height / 2, precision || (precision === undefined ? "site" : ""));
      return;
    }
    context.beginPath();
    const hasArrow = geometry === "line" && look.arrow, end = width - (hasArrow ? 2 + look.width_px : 1);
    if (geometry === "line") {
      context.moveTo(1, height / 2);
      context.lineTo(end, height / 2);
    } else {
      context.rect(2, 2, width - 4, height - 4);
      jjjmap.fillArea(context, look, 1);
    }
    if (look.stroke) {
      context.setLineDash(look.dash);
      context.strokeStyle = look.stroke;
      context.lineWidth = look.width_px;
      context.stroke();
      context.setLineDash([]);
      if (hasArrow) jjjmap.drawArrow(context, look, 1, height / 2, end, height / 2, 1);
    }
  };

  // The head of an arrow at the end of a line, as wide as the line asks for; its tip lies before the round end of the line.
  jjjmap.drawArrow = function (context, look, fromX, fromY, toX, toY, scale) {
    const away = Math.hypot(toX - fromX, toY - fromY);
    if (!away || !look.stroke) return;
    const alongX = (toX - fromX) / away, alongY = (toY - fromY) / away, width = look.width_px * scale;
    const tipX = toX + alongX * width, tipY = toY + alongY * width;
    const length = ARROW_LENGTH_PX * scale + ARROW_LENGTH_A_WIDTH * width, half = ARROW_BESIDE_PX * scale + width / 2;
    const baseX = tipX - alongX * length, baseY = tipY - alongY * length;
    context.beginPath();
    context.moveTo(tipX, tipY);
    context.lineTo(baseX - alongY * half, baseY + alongX * half);
    context.lineTo(baseX + alongY * half, baseY - alongX * half);
    context.closePath();
    context.fillStyle = look.stroke;
    context.fill();
  };

  jjjmap.fillArea = function (context, look, opacity) {
    if (!look.fill) return;
    context.save();
    context.globalAlpha = look.fill_opacity * opacity;
    context.fillStyle = look.fill;
    context.fill("evenodd");
    if (look.hatch) {
      context.globalAlpha = 0.4 * opacity;
      context.fillStyle = hatchPattern(context, look.stroke || look.fill);
      context.fill("evenodd");
    }
    context.restore();
  };

  jjjmap.classOf = function (layer, feature) {
    const classes = layer.style.classes;
    const value = layer.style.attribute ? String(feature.properties[layer.style.attribute] ?? "") : "*";
    return classes.find((look) => look.value === value || look.value === "*") || classes[classes.length - 1];
  };
})();
