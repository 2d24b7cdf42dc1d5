// A drawing context that writes SVG instead of pixels: the map's own drawing code draws into it, and lines stay lines and texts
// stay texts. Of the canvas it has what the map needs; the matrix may move, turn and scale alike in both directions.
"use strict";

var jjjmap = jjjmap || {};

(function () {
  // Stands for what makes the ids of one sheet its own, as several sheets may come to stand in one document. No text holds it.
  const ID_MARK = "\u0001";
  const STEPS = 100; // A pixel.
  const CURVE_PARTS = 8;
  const KEPT = ["fillStyle", "strokeStyle", "lineWidth", "lineCap", "lineJoin", "globalAlpha", "font", "letterSpacing", "textAlign",
    "textBaseline", "matrix", "dash", "clipId"];
  const UNWRITABLE = /[\u0000-\u0008\u000b\u000c\u000e-\u001f\u007f-\u009f\ufffe\uffff]|[\ud800-\udbff](?![\udc00-\udfff])|(?<![\ud800-\udbff])[\udc00-\udfff]/g;
  const ENTITIES = { "&": "&amp;", "<": "&lt;", ">": "&gt;", '"': "&quot;", "'": "&#39;" };

  // The one way for any text into the SVG.
  jjjmap.escaped = (text) => String(text).replace(UNWRITABLE, "").replace(/[&<>"']/g, (sign) => ENTITIES[sign]);

  const number = (value) => String(Math.round(value * STEPS) / STEPS);

  // A colour and how opaque it is. Whatever else stands in a style, an address for one, is black.
  function colorOf(style) {
    const text = String(style).trim();
    const parts = /^rgba?\(\s*([\d.]+)[\s,]+([\d.]+)[\s,]+([\d.]+)(?:[\s,/]+([\d.]+))?\s*\)$/.exec(text);
    if (parts) {
      const hex = parts.slice(1, 4).map((part) => Math.min(255, Math.round(Number(part))).toString(16).padStart(2, "0"));
      return { color: "#" + hex.join(""), alpha: parts[4] === undefined ? 1 : Math.min(1, Number(parts[4])) };
    }
    return { color: /^#(?:[0-9a-f]{3}|[0-9a-f]{6})$/i.test(text) ? text : "#000000", alpha: 1 };
  }

  function paintOf(name, style, opacity) {
    const { color, alpha } = colorOf(style), whole = alpha * opacity;
    return ` ${name}="${color}"` + (whole < 1 ? ` ${name}-opacity="${number(whole)}"` : "");
  }

  const measuring = document.createElement("canvas").getContext("2d");
  const drops = new Map();

  // How far below the line at which a text was asked for its letters stand.
  function dropOf(font, baseline) {
    if (baseline === "alphabetic") return 0;
    const key = baseline + font;
    if (!drops.has(key)) {
      measuring.font = font;
      const ascents = [baseline, "alphabetic"].map((line) => {
        measuring.textBaseline = line;
        return measuring.measureText("国").actualBoundingBoxAscent;
      });
      drops.set(key, ascents[1] - ascents[0]);
    }
    return drops.get(key);
  }

  jjjmap.SvgContext = class SvgContext {
    // `shared` is what the drawings of one sheet have in common.
    constructor(shared = { defs: [], known: new Map(), count: 0 }) {
      this.shared = shared;
      this.parts = [];
      this.stack = [];
      Object.assign(this, {
        fillStyle: "#000000", strokeStyle: "#000000", lineWidth: 1, lineCap: "butt", lineJoin: "miter", globalAlpha: 1,
        font: "400 10px sans-serif", letterSpacing: "0px", textAlign: "start", textBaseline: "alphabetic",
        matrix: [1, 0, 0, 1, 0, 0], dash: [], clipId: "",
      });
      this.beginPath();
    }

    get markup() { return this.parts.join(""); }
    get defs() { return this.shared.defs.join(""); }
    newId() { return `s${ID_MARK}-${++this.shared.count}`; }

    // ---- state ----

    save() { this.stack.push(KEPT.map((name) => this[name])); }
    restore() {
      const kept = this.stack.pop();
      if (kept) KEPT.forEach((name, i) => { this[name] = kept[i]; });
    }
    setLineDash(dash) { this.dash = [...dash]; }
    getLineDash() { return [...this.dash]; }
    setTransform(a, b, c, d, e, f) { this.matrix = [a, b, c, d, e, f]; }
    transform(a, b, c, d, e, f) {
      const [A, B, C, D, E, F] = this.matrix;
      this.matrix = [A * a + C * b, B * a + D * b, A * c + C * d, B * c + D * d, A * e + C * f + E, B * e + D * f + F];
    }
    translate(x, y) { this.transform(1, 0, 0, 1, x, y); }
    scale(x, y = x) { this.transform(x, 0, 0, y, 0, 0); }
    rotate(turn) { this.transform(Math.cos(turn), Math.sin(turn), -Math.sin(turn), Math.cos(turn), 0, 0); }
    get size() { return Math.sqrt(Math.abs(this.matrix[0] * this.matrix[3] - this.matrix[1] * this.matrix[2])); }
    at(x, y) {
      const [a, b, c, d, e, f] = this.matrix;
      return [a * x + c * y + e, b * x + d * y + f];
    }

    // ---- paths ----

    beginPath() {
      this.path = []; // of [letter, numbers in pixels of the sheet …]
      this.written = null;
    }
    _add(letter, ...numbers) {
      if (!numbers.every(Number.isFinite)) return; // As on a canvas.
      this.path.push([letter, ...numbers]);
      this.written = null;
    }
    moveTo(x, y) { this._add("M", ...this.at(x, y)); }
    lineTo(x, y) { this._add(this.path.length ? "L" : "M", ...this.at(x, y)); }
    closePath() { if (this.path.length) this._add("Z"); }
    rect(x, y, width, height) {
      this.moveTo(x, y);
      for (const [px, py] of [[x + width, y], [x + width, y + height], [x, y + height]]) this.lineTo(px, py);
      this.closePath();
    }
    quadraticCurveTo(cx, cy, x, y) { this._add("Q", ...this.at(cx, cy), ...this.at(x, y)); }
    bezierCurveTo(ax, ay, bx, by, x, y) { this._add("C", ...this.at(ax, ay), ...this.at(bx, by), ...this.at(x, y)); }
    arc(x, y, radius, from, to, isBackward = false) {
      const full = 2 * Math.PI;
      let turn = isBackward ? from - to : to - from;
      const isWhole = turn >= full;
      turn = isWhole ? full : ((turn % full) + full) % full;
      const way = isBackward ? -1 : 1, onCircle = (angle) => [x + radius * Math.cos(angle), y + radius * Math.sin(angle)];
      this.lineTo(...onCircle(from));
      const sweep = (this.matrix[0] * this.matrix[3] - this.matrix[1] * this.matrix[2] < 0) === isBackward ? 1 : 0;
      // In two halves: SVG does not know an arc that ends where it begins.
      for (const part of [0.5, 1])
        this._add("A", radius * this.size, radius * this.size, 0, 0, sweep, ...this.at(...onCircle(from + way * turn * part)));
      if (isWhole) this.closePath();
    }

    // As text: corners are written as steps from the last one, which is half as long.
    _d() {
      if (this.written !== null) return this.written;
      const out = [];
      let x = 0, y = 0, startX = 0, startY = 0, letterBefore = "";
      for (const [letter, ...numbers] of this.path) {
        if (letter === "Z") {
          out.push("Z");
          [x, y] = [startX, startY];
        } else {
          const toX = Math.round(numbers[numbers.length - 2] * STEPS), toY = Math.round(numbers[numbers.length - 1] * STEPS);
          if (letter === "L") {
            // What does not move is seen only if it is all there is.
            if (toX !== x || toY !== y || letterBefore === "M")
              out.push(letterBefore === "L" ? " " : "l", String((toX - x) / STEPS), " ", String((toY - y) / STEPS));
            else continue;
          } else out.push(letter, numbers.map(number).join(" "));
          [x, y] = [toX, toY];
          if (letter === "M") [startX, startY] = [x, y];
        }
        letterBefore = letter;
      }
      return (this.written = out.join(""));
    }

    _clip() { return this.clipId ? ` clip-path="url(#${this.clipId})"` : ""; }

    fill(rule) {
      const d = this._d();
      if (!d || !(this.globalAlpha > 0)) return;
      if (this.fillStyle.hatch) {
        this._hatch(this.fillStyle);
        return;
      }
      const paint = paintOf("fill", this.fillStyle, this.globalAlpha) + (rule === "evenodd" ? ' fill-rule="evenodd"' : "") + this._clip();
      this.filled = { d, paint, at: this.parts.length };
      this.parts.push(`<path${paint} d="${d}"/>`);
    }

    stroke() {
      const d = this._d();
      if (!d || !(this.globalAlpha > 0) || !(this.lineWidth > 0)) return;
      const { filled, parts } = this;
      // What was just filled gets its outline in the same element.
      const isSame = filled && filled.at === parts.length - 1 && filled.d === d;
      const paint = (isSame ? filled.paint : ' fill="none"' + this._clip()) + this._strokePaint();
      if (isSame) parts.pop();
      parts.push(`<path${paint} d="${d}"/>`);
      this.filled = null;
    }

    _strokePaint() {
      const { dash, lineCap, lineJoin, size } = this;
      return paintOf("stroke", this.strokeStyle, this.globalAlpha) + ` stroke-width="${number(this.lineWidth * size)}"` +
        (lineCap === "butt" ? "" : ` stroke-linecap="${lineCap}"`) + (lineJoin === "miter" ? "" : ` stroke-linejoin="${lineJoin}"`) +
        (dash.length ? ` stroke-dasharray="${dash.map((length) => number(length * size)).join(" ")}"` : "");
    }

    fillRect(x, y, width, height) { this._apart(() => { this.rect(x, y, width, height); this.fill(); }); }
    strokeRect(x, y, width, height) { this._apart(() => { this.rect(x, y, width, height); this.stroke(); }); }
    _apart(paint) {
      const { path, written } = this;
      this.beginPath();
      paint();
      Object.assign(this, { path, written });
    }

    clip(rule) {
      const id = this.newId();
      const before = this._clip(), how = rule === "evenodd" ? ' clip-rule="evenodd"' : "";
      this.shared.defs.push(`<clipPath id="${id}"${before}><path${how} d="${this._d()}"/></clipPath>`);
      this.clipId = id;
    }

    // ---- hatching ----

    // A paint for `fill`: lines across, each cut at the outline. A pattern would become a picture when it is printed.
    hatch(color, gap) { return { hatch: color, gap }; }

    _rings() {
      const rings = [];
      let ring = null;
      for (const [letter, ...numbers] of this.path) {
        if (letter === "M" || !ring) rings.push((ring = []));
        if (letter === "Z") continue;
        const to = numbers.slice(-2);
        const from = ring.length ? ring[ring.length - 1] : to;
        if (letter === "Q" || letter === "C")
          for (let part = 1; part < CURVE_PARTS; part++) {
            const t = part / CURVE_PARTS, u = 1 - t, [ax, ay, bx, by] = numbers;
            ring.push([0, 1].map((i) => letter === "Q"
              ? u * u * from[i] + 2 * u * t * [ax, ay][i] + t * t * to[i]
              : u * u * u * from[i] + 3 * u * u * t * [ax, ay][i] + 3 * u * t * t * [bx, by][i] + t * t * t * to[i]));
          }
        if (letter === "A") ring.push(...arcPoints(from, to, numbers[0], numbers[4]));
        ring.push(to);
      }
      return rings;
    }

    _hatch({ hatch, gap }) {
      const step = gap * this.size, crossings = new Map();
      for (const ring of this._rings())
        for (let i = 0; i < ring.length; i++) {
          const [ax, ay] = ring[i], [bx, by] = ring[(i + 1) % ring.length];
          const low = Math.min(ax + ay, bx + by) / step, high = Math.max(ax + ay, bx + by) / step;
          for (let line = Math.ceil(low); line < high; line++) {
            const share = (line * step - ax - ay) / (bx + by - ax - ay);
            if (!crossings.has(line)) crossings.set(line, []);
            crossings.get(line).push(ax + share * (bx - ax));
          }
        }
      const out = [];
      for (const [line, xs] of crossings) {
        xs.sort((a, b) => a - b);
        for (let i = 0; i + 1 < xs.length; i += 2) {
          const long = number(xs[i + 1] - xs[i]);
          if (long !== "0") out.push(`M${number(xs[i])} ${number(line * step - xs[i])}l${long} -${long}`);
        }
      }
      const paint = paintOf("stroke", hatch, this.globalAlpha) + ` stroke-width="${number(this.size)}"`;
      if (out.length) this.parts.push(`<path fill="none"${paint}${this._clip()} d="${out.join("")}"/>`);
    }

    // ---- texts ----

    measureText(text) {
      measuring.font = this.font;
      measuring.letterSpacing = this.letterSpacing;
      const measured = measuring.measureText(text);
      measuring.letterSpacing = "0px";
      return measured;
    }
    fillText(text, x, y) { this._write(text, x, y, paintOf("fill", this.fillStyle, this.globalAlpha)); }
    // Below a text that is filled: it is there for the eye alone, and is not selected a second time.
    // Its corners are bevelled whatever was asked for: around letters round ones are not seen, and a page that is printed from
    // the sheet would be twice as large.
    strokeText(text, x, y) {
      const { lineJoin } = this;
      this.lineJoin = "bevel";
      this._write(text, x, y, ` aria-hidden="true" style="user-select:none" fill="none"${this._strokePaint()}`);
      this.lineJoin = lineJoin;
    }
    _write(text, x, y, paint) {
      const words = jjjmap.escaped(text).replace(/\s+/g, " ").trim();
      const font = /^(italic )?(?:(\w+) )?([\d.]+)px/.exec(this.font);
      if (!words || !font || !(this.globalAlpha > 0)) return;
      const [, italic, weight, px] = font, [a, b, c, d] = this.matrix, isTurned = Math.abs(b) + Math.abs(c) > 1e-9;
      const low = y + dropOf(this.font, this.textBaseline);
      const [atX, atY] = isTurned ? [x, low] : this.at(x, low), size = isTurned ? 1 : this.size;
      const anchor = { center: "middle", right: "end", end: "end" }[this.textAlign], spread = parseFloat(this.letterSpacing);
      this.parts.push(`<text x="${number(atX)}" y="${number(atY)}" font-size="${number(Number(px) * size)}"` +
        (weight === "700" || weight === "bold" ? ' font-weight="700"' : "") + (italic ? ' font-style="italic"' : "") +
        (anchor ? ` text-anchor="${anchor}"` : "") + (spread ? ` letter-spacing="${number(spread * size)}"` : "") + paint +
        (isTurned ? ` transform="matrix(${[a, b, c, d, this.matrix[4], this.matrix[5]].map((value) => +value.toFixed(5)).join(" ")})"` : "") +
        `${this._clip()}>${words}</text>`);
    }

    // ---- pictures, repeated drawings, groups ----

    drawImage(canvas, x, y, width = canvas.width, height = canvas.height) {
      const [left, top] = this.at(x, y), alpha = this.globalAlpha < 1 ? ` opacity="${number(this.globalAlpha)}"` : "";
      this.parts.push(`<image x="${number(left)}" y="${number(top)}" width="${number(width * this.size)}" height="${number(height * this.size)}"` +
        `${alpha}${this._clip()} preserveAspectRatio="none" xlink:href="${canvas.toDataURL("image/png")}"/>`);
    }

    // Draws the same thing at many places: written once, and then referred to. `draw(context)` draws it at 0, 0.
    repeat(key, x, y, draw) {
      const { shared, size } = this, name = `${number(size)}/${key}`;
      if (!shared.known.has(name)) {
        const inner = new SvgContext(shared);
        inner.scale(size);
        inner.repeat = null; // One level of references is what every program understands.
        draw(inner);
        const id = this.newId();
        shared.defs.push(`<symbol id="${id}" overflow="visible">${inner.markup}</symbol>`);
        shared.known.set(name, id);
      }
      const [left, top] = this.at(x, y), alpha = this.globalAlpha < 1 ? ` opacity="${number(this.globalAlpha)}"` : "";
      this.parts.push(`<use xlink:href="#${shared.known.get(name)}" x="${number(left)}" y="${number(top)}"${alpha}${this._clip()}/>`);
    }

    // What `paint` draws, as one group: `name` for whoever opens it in a drawing program, `opacity` of the whole, `clip` a box
    // [x, y, width, height] beyond which nothing is seen.
    group({ name = "", opacity = 1, clip = null }, paint) {
      const outer = this.parts;
      this.parts = [];
      paint();
      const inner = this.markup;
      this.parts = outer;
      if (!inner) return;
      let attributes = name ? ` id="s${ID_MARK}-${String(name).replace(/[^\w-]/g, "_")}"` : "";
      if (opacity < 1) attributes += ` opacity="${number(opacity)}"`;
      if (clip) {
        const id = this.newId(), [x, y, width, height] = clip, [left, top] = this.at(x, y);
        const box = `x="${number(left)}" y="${number(top)}" width="${number(width * this.size)}" height="${number(height * this.size)}"`;
        this.shared.defs.push(`<clipPath id="${id}"><rect ${box}/></clipPath>`);
        attributes += ` clip-path="url(#${id})"`;
      }
      this.parts.push(`<g${attributes}>${inner}</g>`);
    }
  };

  function arcPoints([ax, ay], [bx, by], radius, sweep) {
    const midX = (ax + bx) / 2, midY = (ay + by) / 2, half = Math.hypot(bx - ax, by - ay) / 2;
    if (!half || !radius) return [];
    const away = Math.sqrt(Math.max(0, radius * radius - half * half)) * (sweep ? 1 : -1);
    const x = midX - ((by - ay) / 2 / half) * away, y = midY + ((bx - ax) / 2 / half) * away;
    const from = Math.atan2(ay - y, ax - x);
    let turn = Math.atan2(by - y, bx - x) - from;
    if (sweep && turn < 0) turn += 2 * Math.PI;
    if (!sweep && turn > 0) turn -= 2 * Math.PI;
    return Array.from({ length: CURVE_PARTS - 1 }, (_part, i) => {
      const angle = from + (turn * (i + 1)) / CURVE_PARTS;
      return [x + radius * Math.cos(angle), y + radius * Math.sin(angle)];
    });
  }

  // Gives the ids of a finished sheet what makes them its own: the same sheet always the same.
  jjjmap.withOwnIds = function (svg) {
    let sum = 0x811c9dc5;
    for (let i = 0; i < svg.length; i++) sum = Math.imul(sum ^ svg.charCodeAt(i), 0x01000193) >>> 0;
    return svg.replaceAll(ID_MARK, sum.toString(36));
  };
})();
