// Arrays inside an exported file: as jjjmap/export/page/users/blocks.py splits them; and the form in which pages are given arrays.
"use strict";

var jjjmap = jjjmap || {};

(function () {
  const WORLD = 4294967296;
  const KINDS = new Map([[Uint8Array, "u1"], [Int16Array, "i2"], [Uint32Array, "u4"], [Int32Array, "i4"], [Float64Array, "f8"]]);
  const ALIGNMENT = 8;

  const unfolded = (folded) => (folded % 2 ? -(folded + 1) / 2 : folded / 2);

  // Bytes that stand apart, the lowest of all numbers first, put together again.
  function numbersOf(planes, count) {
    const numbers = new Float64Array(count);
    for (let from = planes.length - count; from >= 0 && count; from -= count)
      for (let i = 0; i < count; i++) numbers[i] = numbers[i] * 256 + planes[from + i];
    return numbers;
  }

  function floatsOf(planes, count) {
    const bytes = new Uint8Array(count * 8);
    for (let plane = 0; plane < 8; plane++) for (let i = 0; i < count; i++) bytes[i * 8 + plane] = planes[plane * count + i];
    const view = new DataView(bytes.buffer);
    const numbers = new Float64Array(count);
    for (let i = 0; i < count; i++) numbers[i] = view.getFloat64(i * 8, true);
    return numbers;
  }

  // No wider than they are: a column of few texts stays a byte a row.
  function wholesOf(planes, count) {
    const width = count ? planes.length / count : 1;
    if (width === 1) return planes;
    const numbers = new (width === 2 ? Uint16Array : width <= 4 ? Uint32Array : Float64Array)(count);
    for (let from = planes.length - count; from >= 0 && count; from -= count)
      for (let i = 0; i < count; i++) numbers[i] = numbers[i] * 256 + planes[from + i];
    return numbers;
  }

  const READERS = {
    u: wholesOf,
    z(planes, count) {
      const numbers = numbersOf(planes, count);
      for (let i = 0; i < count; i++) numbers[i] = unfolded(numbers[i]);
      return numbers;
    },
    d(planes, count) {
      const numbers = numbersOf(planes, count);
      let sum = 0;
      for (let i = 0; i < count; i++) numbers[i] = sum += unfolded(numbers[i]);
      return numbers;
    },
    f: floatsOf,
  };

  // Facts and arrays of a block; `plain` are bytes.
  jjjmap.wideArrays = function (bytes) {
    const { facts, arrays } = jjjmap.unpackArrays(bytes.buffer);
    const wide = arrays.plain ? { plain: arrays.plain } : {};
    for (const [name, [kind, count]] of Object.entries(facts.wide)) wide[name] = READERS[kind](arrays[name], count);
    return { facts, arrays: wide };
  };

  // The other half of jjjmap.unpackArrays.
  jjjmap.packArrays = function (facts, arrays) {
    const listed = Object.entries(arrays).map(([name, array]) => [name, KINDS.get(array.constructor), array.length]);
    let text = new TextEncoder().encode(JSON.stringify({ ...facts, arrays: listed }));
    const room = (length) => Math.ceil(length / ALIGNMENT) * ALIGNMENT;
    const head = room(8 + text.length), all = Object.values(arrays);
    const bytes = new Uint8Array(head + all.reduce((sum, array) => sum + room(array.byteLength), 0)).fill(32, 8, head);
    const view = new DataView(bytes.buffer);
    view.setUint32(0, 0x4a4a4631, false);
    view.setUint32(4, head - 8, true);
    bytes.set(text, 8);
    let at = head;
    for (const array of all) {
      bytes.set(new Uint8Array(array.buffer, array.byteOffset, array.byteLength), at);
      at += room(array.byteLength);
    }
    return bytes.buffer;
  };

  // ---- the square world of jjjmap/maps/drawing/mercator.py ----

  jjjmap.unitAt = function (lon, lat) {
    const turned = Math.sin((Math.min(Math.max(lat, -85.0511287798), 85.0511287798) * Math.PI) / 180);
    return [((lon + 180) / 360) * WORLD, (0.5 - Math.atanh(turned) / (2 * Math.PI)) * WORLD];
  };

  jjjmap.degreesAt = (x, y) => [(x / WORLD) * 360 - 180, (Math.atan(Math.sinh(Math.PI * (1 - (2 * y) / WORLD))) * 180) / Math.PI];

  jjjmap.pxPerUnit = (zoom) => (256 * 2 ** zoom) / WORLD;

  // To the nearest whole number, halves to the even one, as numpy does.
  jjjmap.rint = function (value) {
    const up = Math.round(value);
    return up - value === 0.5 && up % 2 ? up - 1 : up;
  };
})();
