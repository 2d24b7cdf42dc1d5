// Scale bar and north arrow of a sheet of paper.
"use strict";

var jjjmap = jjjmap || {};

(function () {
  const INK = "#1f2327";
  const PLATE = "rgba(255,255,255,0.86)";

  function plate(context, x, y, width, height) {
    context.globalAlpha = 1;
    context.setLineDash([]);
    context.fillStyle = PLATE;
    context.fillRect(x, y, width, height);
  }

  // The longest of 1, 2 and 5 times a power of ten that is no longer than `most`.
  function roundLength(most) {
    const power = 10 ** Math.floor(Math.log10(most));
    return power * [5, 2, 1].find((times) => times * power <= most);
  }
  jjjmap.roundLength = roundLength;

  // At the latitude of the frame's middle.
  jjjmap.sheetScaleBar = function (pen, view, texts, size) {
    const metres = roundLength(view.metresPerPx * Math.min(150, 0.3 * view.width)), length = metres / view.metresPerPx;
    const label = (value) => metres >= 1000
      ? texts.kilometres.replace("{n}", String(+(value / 1000).toPrecision(3))) : texts.metres.replace("{n}", String(+value.toPrecision(3)));
    const look = { size, color: INK, align: "center" }, end = label(metres), beyond = pen.widthOf(end, look) / 2 + 3;
    const before = pen.widthOf("0", look) / 2 + 4, thick = 0.42 * size;
    return {
      metres, width: before + length + beyond, height: 1.35 * size + thick + 8,
      draw(context, x, y) {
        plate(context, x, y, this.width, this.height);
        const left = x + before, top = y + 1.35 * size + 4;
        pen.write(["0"], left, y + 1, look);
        const half = label(metres / 2).replace(/[^\d.]/g, "");
        if (length / 2 > (pen.widthOf(half, look) + pen.widthOf(end, look)) / 2 + 5) pen.write([half], left + length / 2, y + 1, look);
        pen.write([end], left + length, y + 1, look);
        for (let part = 0; part < 4; part++) {
          context.fillStyle = part % 2 ? "#ffffff" : INK;
          context.fillRect(left + (part * length) / 4, top, length / 4, thick);
        }
        context.strokeStyle = INK;
        context.lineWidth = 0.7;
        context.lineJoin = "miter";
        context.strokeRect(left, top, length, thick);
      },
    };
  };

  // North is up: Mercator's meridians all are.
  jjjmap.sheetNorthArrow = function (pen, north, size) {
    const look = { size, bold: true, color: INK, align: "center" }, tall = 2 * size;
    const width = Math.max(1.3 * size, pen.widthOf(north, look)) + 8;
    return {
      width, height: 1.35 * size + tall + 7,
      draw(context, x, y) {
        plate(context, x, y, width, this.height);
        const middle = x + width / 2, top = y + 1.35 * size + 3;
        pen.write([north], middle, y + 1, look);
        for (const [side, fill] of [[-1, INK], [1, "#ffffff"]]) {
          context.beginPath();
          context.moveTo(middle, top);
          context.lineTo(middle + side * 0.55 * size, top + tall);
          context.lineTo(middle, top + 0.78 * tall);
          context.closePath();
          context.fillStyle = fill;
          context.fill();
          context.strokeStyle = INK;
          context.lineWidth = 0.8;
          context.lineJoin = "miter";
          context.stroke();
        }
      },
    };
  };
})();
