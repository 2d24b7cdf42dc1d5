// Names that may be written beside users' features in an exported file: jjjmap/maps/drawing/labels.py.
"use strict";

var jjjmap = jjjmap || {};

(function () {
  const WORLD = 4294967296;
  const PATCH_PX = [96, 24];
  const MAX_ASIDE_PATCHES = 64;
  const MAX_TEXT_CHARS = 60;
  const MAX_CANDIDATES = 50000;

  // Where the name of each line or polygon belongs, in units of the world.
  jjjmap.anchorsOf = function (outlines) {
    const x = new Uint32Array(outlines.length), y = new Uint32Array(outlines.length), anchor = outlines.closed ? inside : halfway;
    for (let i = 0; i < outlines.length; i++) [x[i], y[i]] = anchor(outlines, i);
    return { x, y };
  };

  // The middle corner of the longest strand.
  function halfway({ x, y, strandAt, cornerAt }, feature) {
    let longest = strandAt[feature];
    for (let s = longest; s < strandAt[feature + 1]; s++)
      if (cornerAt[s + 1] - cornerAt[s] >= cornerAt[longest + 1] - cornerAt[longest]) longest = s;
    const middle = cornerAt[longest] + Math.floor((cornerAt[longest + 1] - cornerAt[longest]) / 2);
    return [x[middle], y[middle]];
  }

  // The middle of the widest stretch at half the height of the largest part.
  function inside({ x, y, strandAt, cornerAt }, feature) {
    let most = -1, middleX = 0, middleY = 0;
    for (let s = strandAt[feature]; s < strandAt[feature + 1]; s++) {
      let west = Infinity, north = Infinity, east = -Infinity, south = -Infinity;
      for (let c = cornerAt[s]; c < cornerAt[s + 1]; c++) {
        west = Math.min(west, x[c]);
        east = Math.max(east, x[c]);
        north = Math.min(north, y[c]);
        south = Math.max(south, y[c]);
      }
      const size = (east - west) * (south - north);
      if (size < most) continue;
      most = size;
      middleX = (west + east) / 2;
      middleY = Math.floor((north + south) / 2) + 0.5; // Half a unit off, so that no corner lies on the line.
    }
    const crossed = [];
    for (let s = strandAt[feature]; s < strandAt[feature + 1]; s++)
      for (let c = cornerAt[s]; c < cornerAt[s + 1]; c++) {
        const after = c + 1 < cornerAt[s + 1] ? c + 1 : cornerAt[s];
        if (y[c] > middleY !== y[after] > middleY) crossed.push(x[c] + ((middleY - y[c]) / (y[after] - y[c])) * (x[after] - x[c]));
      }
    crossed.sort((a, b) => a - b);
    let widest = -1;
    for (let i = 0; i + 1 < crossed.length; i += 2)
      if (crossed[i + 1] - crossed[i] >= widest) {
        widest = crossed[i + 1] - crossed[i];
        middleX = (crossed[i] + crossed[i + 1]) / 2;
      }
    return [middleX, middleY];
  }

  const line = (text) => {
    const letters = Array.from(text.split(/\s+/).filter(Boolean).join(" "));
    return letters.length <= MAX_TEXT_CHARS ? letters.join("") : letters.slice(0, MAX_TEXT_CHARS - 1).join("") + "…";
  };

  // One name for each patch: [row, x, y, text] and perhaps its offset in pixels. `placesIn(west, north, east, south)` gives places
  // of x and y; `rowOf(place)`, `asideOf(place)` and `textOf(row)` say the rest.
  jjjmap.labelTile = function ({ x, y }, placesIn, rowOf, asideOf, textOf, [zoom, column, tileRow], symbolScale) {
    const side = WORLD / 2 ** zoom, west = column * side, north = tileRow * side, scale = jjjmap.pxPerUnit(zoom);
    const all = placesIn(west, north, west + side - 1, north + side - 1), step = Math.max(1, Math.ceil(all.length / MAX_CANDIDATES));
    const found = all.filter((_, i) => i % step === 0).sort((a, b) => rowOf(a) - rowOf(b));
    const width = Math.ceil((256 * 2 ** zoom) / PATCH_PX[0] + 1 + 2 * MAX_ASIDE_PATCHES), taken = new Set(), labels = [];
    for (const place of found) {
      const [dx, dy] = asideOf(place);
      const across = Math.floor((x[place] * scale + dx * symbolScale) / PATCH_PX[0]) + MAX_ASIDE_PATCHES;
      const patch = Math.floor((y[place] * scale + dy * symbolScale) / PATCH_PX[1]) * width + across;
      if (taken.has(patch)) continue;
      taken.add(patch);
      const text = line(textOf(rowOf(place)));
      if (text) labels.push([rowOf(place), x[place], y[place], text, ...(dx || dy ? [dx, dy] : [])]);
    }
    return labels;
  };
})();
