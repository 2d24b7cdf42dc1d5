// Texts on a sheet of paper: as wide as they are drawn, and broken into lines where Chinese and English may be broken.
"use strict";

var jjjmap = jjjmap || {};

(function () {
  const NEVER_FIRST = "、。，．；：！？）〕】》〉」』”’…·～,.;:!?)]}%％°";
  const NEVER_LAST = "（〔【《〈「『“‘([{";
  const WORD = /[\p{Script=Latin}\p{Script=Cyrillic}\p{Script=Greek}\p{M}\d_\-./@#&+'’]+\s*|\s+|./gsu;
  const LINE_HEIGHT = 1.35;

  // What may not be torn apart: words, and signs with what they must stand beside.
  function pieces(text) {
    const found = [];
    for (const piece of text.match(WORD) || []) {
      const last = found[found.length - 1];
      if (last !== undefined && (NEVER_FIRST.includes(piece.trim()[0]) || NEVER_LAST.includes(last[last.length - 1]) || !piece.trim()))
        found[found.length - 1] += piece;
      else found.push(piece);
    }
    return found;
  }

  jjjmap.SheetPen = class {
    constructor(context, family) {
      this.context = context;
      this.family = family;
      this.widths = new Map();
    }

    fontOf({ size, bold = false }) { return `${bold ? "700" : "400"} ${size}px ${this.family}`; }

    widthOf(text, look) {
      const font = this.fontOf(look), key = font + "|" + text;
      if (!this.widths.has(key)) {
        this.context.font = font;
        this.context.letterSpacing = "0px";
        this.widths.set(key, this.context.measureText(text).width);
      }
      return this.widths.get(key);
    }

    // The lines of a text that may be so wide; of more than `most` the last ends with an ellipsis.
    lines(text, width, look, most = Infinity) {
      const found = [];
      for (const part of String(text).split(/\r?\n/)) {
        let line = "";
        const put = (piece) => {
          if (this.widthOf((line + piece).trimEnd(), look) <= width) line += piece;
          else if (line) {
            found.push(line.trimEnd());
            line = "";
            put(piece);
          } else if ([...piece].length > 1) for (const sign of piece) put(sign);
          else line = piece; // Wider than the paper: it stands alone.
          return found.length > most;
        };
        if (pieces(part).some(put)) break;
        found.push(line.trimEnd());
      }
      if (found.length <= most) return found;
      let last = found[most - 1];
      while (last && this.widthOf(last + "…", look) > width) last = [...last].slice(0, -1).join("");
      return [...found.slice(0, most - 1), last + "…"];
    }

    static heightOf(lines, { size }) { return lines.length * size * LINE_HEIGHT; }

    // Writes lines from a point at the upper left (or upper middle, or upper right) corner; returns where the next would begin.
    write(lines, x, y, { size, bold = false, color = "#1f2327", align = "left" }) {
      const { context } = this;
      context.font = this.fontOf({ size, bold });
      context.letterSpacing = "0px";
      context.fillStyle = color;
      context.globalAlpha = 1;
      context.textAlign = align;
      context.textBaseline = "middle";
      lines.forEach((line, i) => context.fillText(line, x, y + (i + 0.5) * size * LINE_HEIGHT));
      return y + lines.length * size * LINE_HEIGHT;
    }
  };
})();
