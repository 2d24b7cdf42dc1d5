// Points that share a position, drawn round it: where, jjjmap/maps/drawing/fanning.py says.
"use strict";

var jjjmap = jjjmap || {};

(function () {
  const PARTS_A_PIXEL = 8;

  const taken = (from, places) => {
    const made = new from.constructor(places.length);
    for (let i = 0; i < places.length; i++) made[i] = from[places[i]];
    return made;
  };

  jjjmap.Fan = class {
    // All points of a layer, and the arrays of its rows, among which those of a fan are.
    constructor(points, { cls, flags, fan, fan_dx, fan_dy }, isCrowded) {
      this.partsAPixel = PARTS_A_PIXEL;
      this.places = fan;
      this.dx = fan_dx;
      this.dy = fan_dy;
      this.isCrowded = isCrowded;
      this.points = new jjjmap.MortonPoints(taken(points.x, fan), taken(points.y, fan));
      this.rows = { cls: taken(cls, fan), flags: taken(flags, fan).map((value) => value & ~jjjmap.FANNED_ROW) };
      this.reach = 0;
      const { x, y } = this.points, first = [];
      for (let i = 0; i < fan.length; i++) {
        this.reach = Math.max(this.reach, Math.hypot(fan_dx[i], fan_dy[i]));
        if (!i || x[i] !== x[i - 1] || y[i] !== y[i - 1]) first.push(i);
      }
      // The positions themselves.
      this.hubs = new jjjmap.MortonPoints(taken(x, first), taken(y, first));
    }

    // Where a point is drawn beside where it is, in pixels for symbols at their full size.
    offsetOf(place) {
      const slot = this.places.indexOf(place);
      return slot < 0 ? [0, 0] : [this.dx[slot] / PARTS_A_PIXEL, this.dy[slot] / PARTS_A_PIXEL];
    }

    // Whether any of the positions lies in a box (units of the world).
    isWithin(west, north, east, south) {
      const { x, y } = this.hubs;
      let isIn = false;
      this.hubs.runs(west, north, east, south, (a, b) => {
        for (let i = a; i < b && !isIn; i++) isIn = x[i] >= west && x[i] <= east && y[i] >= north && y[i] <= south;
      });
      return isIn;
    }
  };
})();
