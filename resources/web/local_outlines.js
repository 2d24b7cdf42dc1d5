// Lines and polygons as flat arrays, coarsened for a zoom and clipped to a box: what jjjmap/maps/drawing/outlines.py does in the
// program, with the same outcome.
"use strict";

var jjjmap = jjjmap || {};

(function () {
  const TOLERANCE_STEPS = 1.4;
  const TURNS = 5;
  const STEP_BITS = 3; // jjjmap/export/page/users/shapes.py

  const offsets = (counts) => {
    const at = new Uint32Array(counts.length + 1);
    for (let i = 0; i < counts.length; i++) at[i + 1] = at[i] + counts[i];
    return at;
  };

  class Outlines {
    constructor(rows, strandAt, cornerAt, x, y, closed) {
      Object.assign(this, { rows, strandAt, cornerAt, x, y, closed });
    }

    get length() { return this.rows.length; }

    get strandCount() { return this.cornerAt.length - 1; }

    cornersOf(feature) {
      return this.cornerAt[this.strandAt[feature + 1]] - this.cornerAt[this.strandAt[feature]];
    }

    // West, north, east, south of each feature, one after the other.
    boxes() {
      const boxes = new Float64Array(4 * this.length), { x, y } = this;
      for (let i = 0; i < this.length; i++) {
        let west = Infinity, north = Infinity, east = -Infinity, south = -Infinity;
        for (let c = this.cornerAt[this.strandAt[i]]; c < this.cornerAt[this.strandAt[i + 1]]; c++) {
          if (x[c] < west) west = x[c];
          if (x[c] > east) east = x[c];
          if (y[c] < north) north = y[c];
          if (y[c] > south) south = y[c];
        }
        boxes.set([west, north, east, south], 4 * i);
      }
      return boxes;
    }

    take(features) {
      let strands = 0, corners = 0;
      for (const i of features) {
        strands += this.strandAt[i + 1] - this.strandAt[i];
        corners += this.cornersOf(i);
      }
      const rows = new Uint32Array(features.length), strandAt = new Uint32Array(features.length + 1);
      const cornerAt = new Uint32Array(strands + 1), x = new this.x.constructor(corners), y = new this.y.constructor(corners);
      let n = 0, strand = 0, corner = 0;
      for (const i of features) {
        rows[n++] = this.rows[i];
        for (let s = this.strandAt[i]; s < this.strandAt[i + 1]; s++) {
          const from = this.cornerAt[s], to = this.cornerAt[s + 1];
          x.set(this.x.subarray(from, to), corner);
          y.set(this.y.subarray(from, to), corner);
          cornerAt[++strand] = corner += to - from;
        }
        strandAt[n] = strand;
      }
      return new Outlines(rows, strandAt, cornerAt, x, y, this.closed);
    }

    // Without some corners, and without strands that keep fewer than `least`; a feature may be left with none.
    keepCorners(kept, least) {
      const strandAt = new Uint32Array(this.length + 1), cornerAt = [0];
      const x = new this.x.constructor(this.x.length), y = new this.y.constructor(this.y.length);
      let corner = 0;
      for (let i = 0; i < this.length; i++) {
        for (let s = this.strandAt[i]; s < this.strandAt[i + 1]; s++) {
          const begun = corner;
          for (let c = this.cornerAt[s]; c < this.cornerAt[s + 1]; c++)
            if (kept[c]) {
              x[corner] = this.x[c];
              y[corner++] = this.y[c];
            }
          if (corner - begun >= least) cornerAt.push(corner);
          else corner = begun;
        }
        strandAt[i + 1] = cornerAt.length - 1;
      }
      return new Outlines(this.rows, strandAt, Uint32Array.from(cornerAt), x.slice(0, corner), y.slice(0, corner), this.closed);
    }

    // On a grid whose step is 2^bits units, without corners that say nothing there; shared borders stay shared.
    coarsened(bits) {
      const least = this.closed ? 3 : 2;
      const onGrid = new Outlines(
        this.rows, this.strandAt, this.cornerAt, this.x.map((value) => value >>> bits), this.y.map((value) => value >>> bits), this.closed,
      );
      let shape = onGrid.keepCorners(onGrid._differs(), least);
      for (let turn = 0; turn < TURNS; turn++) shape = shape.keepCorners(shape._bends(), least);
      return shape;
    }

    _differs() {
      const { x, y, cornerAt } = this, kept = new Uint8Array(x.length);
      for (let s = 0; s < this.strandCount; s++)
        for (let c = cornerAt[s]; c < cornerAt[s + 1]; c++)
          kept[c] = c === cornerAt[s] || x[c] !== x[c - 1] || y[c] !== y[c - 1] ? 1 : 0;
      return kept;
    }

    // Of neighbours only one goes at a time, and which is told by where it lies: so a border that two features share stays one.
    _bends() {
      const { x, y, cornerAt, closed } = this, count = x.length, kept = new Uint8Array(count), lot = new Uint16Array(count);
      for (let c = 0; c < count; c++) lot[c] = (Math.imul(x[c], 73856093) ^ Math.imul(y[c], 19349663)) & 0xffff;
      for (let s = 0; s < this.strandCount; s++) {
        const first = cornerAt[s], last = cornerAt[s + 1] - 1;
        for (let c = first; c <= last; c++) {
          const before = c > first ? c - 1 : closed ? last : c, after = c < last ? c + 1 : closed ? first : c;
          const ax = x[c] - x[before], ay = y[c] - y[before], bx = x[after] - x[c], by = y[after] - y[c];
          const length = Math.sqrt((ax + bx) ** 2 + (ay + by) ** 2);
          kept[c] = Math.abs(ax * by - ay * bx) > TOLERANCE_STEPS * length
            || (ax * bx + ay * by < 0 && length < Math.sqrt(ax * ax + ay * ay))
            || lot[c] < lot[before] || lot[c] < lot[after] || (!closed && (c === first || c === last)) ? 1 : 0;
        }
      }
      return kept;
    }

    // What of it lies in a box: rings cut along its sides, lines in pieces that may stick out.
    clipped(west, north, east, south) {
      if (!this.closed) return this._pieces(west, north, east, south);
      return this._cut("x", west, 1)._cut("x", east, -1)._cut("y", north, 1)._cut("y", south, -1);
    }

    _cut(axis, limit, sign) {
      const along = this[axis], { x, y, cornerAt } = this, newX = [], newY = [];
      if (along.every((value) => (value - limit) * sign >= 0)) return this;
      const strandAt = new Uint32Array(this.length + 1), newAt = [0];
      for (let i = 0; i < this.length; i++) {
        for (let s = this.strandAt[i]; s < this.strandAt[i + 1]; s++) {
          const begun = newX.length;
          for (let c = cornerAt[s]; c < cornerAt[s + 1]; c++) {
            const after = c + 1 < cornerAt[s + 1] ? c + 1 : cornerAt[s];
            const isIn = (along[c] - limit) * sign >= 0, isNextIn = (along[after] - limit) * sign >= 0;
            if (isIn) {
              newX.push(x[c]);
              newY.push(y[c]);
            }
            if (isIn === isNextIn) continue;
            const share = (limit - along[c]) / (along[after] - along[c]);
            newX.push(x[c] + share * (x[after] - x[c]));
            newY.push(y[c] + share * (y[after] - y[c]));
          }
          if (newX.length - begun >= 3) newAt.push(newX.length);
          else newX.length = newY.length = begun;
        }
        strandAt[i + 1] = newAt.length - 1;
      }
      return new Outlines(this.rows, strandAt, Uint32Array.from(newAt), Float64Array.from(newX), Float64Array.from(newY), true);
    }

    _pieces(west, north, east, south) {
      const { x, y, cornerAt } = this, newX = [], newY = [], newAt = [0], strandAt = new Uint32Array(this.length + 1);
      for (let i = 0; i < this.length; i++) {
        for (let s = this.strandAt[i]; s < this.strandAt[i + 1]; s++) {
          let isDrawing = false;
          for (let c = cornerAt[s]; c < cornerAt[s + 1] - 1; c++) {
            const touches = Math.max(x[c], x[c + 1]) >= west && Math.min(x[c], x[c + 1]) <= east
              && Math.max(y[c], y[c + 1]) >= north && Math.min(y[c], y[c + 1]) <= south;
            if (touches && !isDrawing) {
              newX.push(x[c]);
              newY.push(y[c]);
            }
            if (touches) {
              newX.push(x[c + 1]);
              newY.push(y[c + 1]);
            } else if (isDrawing) newAt.push(newX.length);
            isDrawing = touches;
          }
          if (isDrawing) newAt.push(newX.length);
        }
        strandAt[i + 1] = newAt.length - 1;
      }
      return new Outlines(this.rows, strandAt, Uint32Array.from(newAt), Float64Array.from(newX), Float64Array.from(newY), false);
    }
  }

  // Shapes as jjjmap/export/page/users/shapes.py tells them: by arcs, each of which is told once.
  jjjmap.outlinesOf = function ({ rows, strands, arcs, new: ahead, back, corners, x: stepsX, y: stepsY }, closed) {
    const arcFrom = offsets(corners), arcX = new Uint32Array(stepsX.length), arcY = new Uint32Array(stepsY.length);
    let startX = 0, startY = 0;
    for (let arc = 0; arc < corners.length; arc++) {
      let x = startX, y = startY;
      for (let c = arcFrom[arc]; c < arcFrom[arc + 1]; c++) {
        arcX[c] = x += stepsX[c];
        arcY[c] = y += stepsY[c];
        if (c === arcFrom[arc]) [startX, startY] = [x, y];
      }
    }
    const number = new Uint32Array(ahead.length);
    let nextNew = 0, total = 0;
    for (let i = 0; i < ahead.length; i++) {
      number[i] = nextNew - ahead[i];
      if (!ahead[i]) nextNew++;
      total += corners[number[i]] - 1;
    }
    if (!closed) total += arcs.length;
    const x = new Uint32Array(total), y = new Uint32Array(total), cornerAt = new Uint32Array(arcs.length + 1);
    let at = 0, i = 0;
    for (let strand = 0; strand < arcs.length; strand++) {
      for (let n = 0; n < arcs[strand]; n++, i++) {
        const from = arcFrom[number[i]], count = corners[number[i]];
        // Where one arc ends the next begins, and where a ring ends, it begins: that corner is taken once.
        const taken = closed || n < arcs[strand] - 1 ? count - 1 : count;
        for (let c = 0; c < taken; c++, at++) {
          const corner = back[i] ? from + count - 1 - c : from + c;
          x[at] = arcX[corner] * 2 ** STEP_BITS;
          y[at] = arcY[corner] * 2 ** STEP_BITS;
        }
      }
      cornerAt[strand + 1] = at;
    }
    return new Outlines(Uint32Array.from(rows), offsets(strands), cornerAt, x, y, closed);
  };
})();
