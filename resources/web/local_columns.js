// One column of a user's layer in an exported file: jjjmap/export/page/users/columns.py. Texts are made when they are asked for.
"use strict";

var jjjmap = jjjmap || {};

(function () {
  const LARGE = 1e15, SMALL = 1e-6; // jjjmap/layers/tables/cells.py

  const withoutZeros = (text) => (text.includes(".") ? text.replace(/0+$/, "").replace(/\.$/, "") : text);

  // Python's exponents have two digits at least.
  const exponential = (value, digits) => {
    const [mantissa, exponent] = value.toExponential(digits - 1).split("e");
    return `${withoutZeros(mantissa)}e${exponent[0]}${exponent.slice(1).padStart(2, "0")}`;
  };

  const unending = (value) => (Number.isNaN(value) ? "nan" : value > 0 ? "inf" : "-inf");

  // As `{value:.10g}`.
  function general(value) {
    if (!Number.isFinite(value)) return unending(value);
    const exponent = value ? Number(value.toExponential(9).split("e")[1]) : 0;
    return exponent < -4 || exponent >= 10 ? exponential(value, 10) : withoutZeros(value.toFixed(Math.max(0, 9 - exponent)));
  }

  const grouped = (text) => text.replace(/^(-?\d+)/, (whole) => whole.replace(/\B(?=(\d{3})+$)/g, ","));

  function numberText(value, { whole, grouped: isQuantity }) {
    if (!Number.isFinite(value)) return unending(value);
    const isApart = isQuantity && !(value >= 1800 && value <= 2200);
    if (!whole && (Math.abs(value) >= LARGE || (value && Math.abs(value) < SMALL))) return exponential(value, 6);
    const text = whole ? String(value) : withoutZeros(value.toFixed(6));
    return isApart ? grouped(text) : text;
  }

  class Texts {
    constructor({ code, lengths, plain = new Uint8Array(0) }) {
      this.code = code;
      this.at = new Float64Array(lengths.length + 1);
      for (let i = 0; i < lengths.length; i++) this.at[i + 1] = this.at[i] + lengths[i];
      this.bytes = plain;
      this.decoder = new TextDecoder();
    }

    get isText() { return true; }

    text(row) { return this._distinct(this.code[row]); }

    plainText(row) { return this.text(row); }

    // Rows whose text holds all words, in small letters. The texts are looked through as one.
    *rowsHolding(words) {
      const { all, starts } = this._joined(), passes = new Uint8Array(this.at.length);
      for (let i = 0, at = all.indexOf(words[0]); at >= 0; at = all.indexOf(words[0], starts[i])) {
        while (starts[i] <= at) i++;
        const text = all.slice(starts[i - 1], starts[i]);
        if (words.every((word) => text.includes(word))) passes[i] = 1;
        if (i === this.at.length - 1) break;
      }
      for (let row = 0; row < this.code.length; row++) if (passes[this.code[row]]) yield row;
    }

    // All texts in small letters, a zero after each, and where each begins; made when something is first looked for.
    _joined() {
      if (!this.joined) {
        const count = this.at.length - 1, bytes = new Uint8Array(this.bytes.length + count);
        for (let i = 0; i < count; i++) bytes.set(this.bytes.subarray(this.at[i], this.at[i + 1]), this.at[i] + i);
        const all = this.decoder.decode(bytes).toLowerCase(), starts = new Float64Array(count + 1);
        for (let i = 1; i <= count; i++) starts[i] = all.indexOf("\0", starts[i - 1]) + 1;
        this.joined = { all, starts };
      }
      return this.joined;
    }

    _distinct(code) {
      return code ? this.decoder.decode(this.bytes.subarray(this.at[code - 1], this.at[code])) : "";
    }
  }

  class Truths {
    constructor({ code }) { this.code = code; }

    get isText() { return false; }

    text(row, { yes, no }) { return ["", no, yes][this.code[row]]; }

    plainText(row, texts) { return this.text(row, texts); }
  }

  class Numbers {
    constructor(facts, { value, none }) {
      this.facts = facts;
      this.value = value;
      this.none = none;
      this.divisor = 10 ** (facts.decimals || 0);
    }

    get isText() { return false; }

    text(row) { return this._isNone(row) ? "" : numberText(this._number(row), this.facts); }

    // Without commas: in titles and labels.
    plainText(row) {
      return this._isNone(row) ? "" : this.facts.whole ? String(this._number(row)) : general(this._number(row));
    }

    _isNone(row) { return Boolean(this.none && this.none[row]); }

    _number(row) { return this.value[row] / this.divisor; }
  }

  jjjmap.columnOf = function (bytes) {
    const { facts, arrays } = jjjmap.wideArrays(bytes);
    if (facts.kind === "text") return new Texts(arrays);
    return facts.kind === "truth" ? new Truths(arrays) : new Numbers(facts, arrays);
  };
})();
