// What an exported file carries inside: JSON, deflated, in base64; and in it geometry whose shared borders are stored once.
// The other half is jjjmap/export/page/packing.py.
"use strict";

var jjjmap = jjjmap || {};

(function () {
  // The bytes that an element of the page carries.
  jjjmap.inflated = async function (elementId) {
    const letters = atob(document.getElementById(elementId).textContent.trim());
    // A plain loop: with a function for each letter this takes seconds where the mapmaker's layers have a million rows.
    const bytes = new Uint8Array(letters.length);
    for (let i = 0; i < letters.length; i++) bytes[i] = letters.charCodeAt(i);
    const stream = new Blob([bytes]).stream().pipeThrough(new DecompressionStream("deflate"));
    return new Uint8Array(await new Response(stream).arrayBuffer());
  };

  // Numbers whose lowest bytes come first, then the second ones, and so on; 0, 1, 2, 3 … stand for 0, -1, 1, -2 …
  function unfolded(planes) {
    const count = planes.length / 4;
    const number = (i) => planes[i] + planes[i + count] * 2 ** 8 + planes[i + 2 * count] * 2 ** 16 + planes[i + 3 * count] * 2 ** 24;
    return Float64Array.from({ length: count }, (_, i) => {
      const folded = number(i);
      return folded % 2 ? -(folded + 1) / 2 : folded / 2;
    });
  }

  function arcsOf({ scale, arc_sizes }, steps) {
    let i = 0, startX = 0, startY = 0;
    return arc_sizes.map((size) => {
      const points = [];
      let x = startX, y = startY;
      for (let n = 0; n < size; n++) {
        x += steps[i++];
        y += steps[i++];
        if (!n) [startX, startY] = [x, y];
        points.push([x / scale, y / scale]);
      }
      return points;
    });
  }

  // Returns a function: layer id -> GeoJSON FeatureCollection.
  jjjmap.unpacked = function (packed, planes) {
    const { point_scale: scale, layers } = packed;
    const forwards = arcsOf(packed, unfolded(planes));
    const arc = (number) => (number >= 0 ? forwards[number] : [...forwards[-1 - number]].reverse());
    // Where one arc ends the next begins: that point is taken once.
    const line = (numbers) => numbers.flatMap((number, i) => (i ? arc(number).slice(1) : arc(number)));
    const point = ([x, y]) => [x / scale, y / scale];
    const READERS = {
      Point: point,
      MultiPoint: (points) => points.map(point),
      LineString: line,
      MultiLineString: (lines) => lines.map(line),
      Polygon: (rings) => rings.map(line),
      MultiPolygon: (polygons) => polygons.map((rings) => rings.map(line)),
    };

    return (layerId) => ({
      type: "FeatureCollection",
      features: layers[layerId].map(([id, properties, type, packed]) => ({
        type: "Feature", id, properties, geometry: { type, coordinates: READERS[type](packed) },
      })),
    });
  };
})();
