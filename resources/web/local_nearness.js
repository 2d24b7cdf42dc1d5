// How far one place is from another, and in which direction: on the ellipsoid, as jjjmap/analysis/whereabouts.py says it.
"use strict";

var jjjmap = jjjmap || {};

(function () {
  const AXIS_M = 6378137, FLATTENING = 1 / 298.257223563, POLAR_M = AXIS_M * (1 - FLATTENING);
  const WINDS = ["n", "ne", "e", "se", "s", "sw", "w", "nw"];
  const NEAR_KM = 150;

  // Vincenty's inverse: metres, and degrees clockwise from north at the first point. Not for opposite ends of the earth.
  function geodesic(lon, lat, toLon, toLat) {
    const radians = Math.PI / 180, far = (toLon - lon) * radians;
    const [u1, u2] = [lat, toLat].map((value) => Math.atan((1 - FLATTENING) * Math.tan(value * radians)));
    const [sin1, cos1, sin2, cos2] = [Math.sin(u1), Math.cos(u1), Math.sin(u2), Math.cos(u2)];
    let lambda = far, azimuth = 0, sigma = 0, sinSigma = 0, cosSigma = 1, cosSqAlpha = 0, cosMiddle = 0;
    for (let turn = 0; turn < 50; turn++) {
      const east = cos2 * Math.sin(lambda), north = cos1 * sin2 - sin1 * cos2 * Math.cos(lambda);
      sinSigma = Math.hypot(east, north);
      if (!sinSigma) return { metres: 0, azimuth: 0 };
      cosSigma = sin1 * sin2 + cos1 * cos2 * Math.cos(lambda);
      sigma = Math.atan2(sinSigma, cosSigma);
      azimuth = Math.atan2(east, north) / radians;
      const sinAlpha = (cos1 * cos2 * Math.sin(lambda)) / sinSigma;
      cosSqAlpha = 1 - sinAlpha ** 2;
      cosMiddle = cosSqAlpha ? cosSigma - (2 * sin1 * sin2) / cosSqAlpha : 0;
      const c = (FLATTENING / 16) * cosSqAlpha * (4 + FLATTENING * (4 - 3 * cosSqAlpha)), before = lambda;
      const turned = cosMiddle + c * cosSigma * (2 * cosMiddle ** 2 - 1);
      lambda = far + (1 - c) * FLATTENING * sinAlpha * (sigma + c * sinSigma * turned);
      if (Math.abs(lambda - before) < 1e-12) break;
    }
    const square = (cosSqAlpha * (AXIS_M ** 2 - POLAR_M ** 2)) / POLAR_M ** 2;
    const a = 1 + (square / 16384) * (4096 + square * (-768 + square * (320 - 175 * square)));
    const b = (square / 1024) * (256 + square * (-128 + square * (74 - 47 * square)));
    const part = cosSigma * (2 * cosMiddle ** 2 - 1) - (b / 6) * cosMiddle * (4 * sinSigma ** 2 - 3) * (4 * cosMiddle ** 2 - 3);
    return { metres: POLAR_M * a * (sigma - b * sinSigma * (cosMiddle + (b / 4) * part)), azimuth };
  }

  // The nearest place of each kind, as [id, km, direction, is rough]; `places` are [id, kind, lon, lat, is rough].
  jjjmap.nearestOf = function (places, lon, lat) {
    const away = places.map(([id, kind, toLon, toLat, isRough]) => ({ id, kind, isRough, ...geodesic(lon, lat, toLon, toLat) }));
    const kinds = new Set(), near = [];
    for (const { id, kind, isRough, metres, azimuth } of away.sort((a, b) => a.metres - b.metres)) {
      if (metres / 1000 > NEAR_KM) break;
      if (kinds.has(kind)) continue;
      kinds.add(kind);
      near.push([id, metres / 1000, WINDS[(jjjmap.rint(azimuth / 45) + 8) % 8], isRough]);
    }
    return near;
  };
})();
