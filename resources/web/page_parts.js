// Small parts that the page around an exported map is made of. Texts are set as text, never as markup.
"use strict";

var jjjmap = jjjmap || {};

(function () {
  jjjmap.button = function (className, text, onclick) {
    const made = jjjmap.element("button", className, text);
    made.type = "button";
    made.onclick = onclick;
    return made;
  };

  // A sentence with its named holes filled.
  jjjmap.filled = (template, holes) => template.replace(/\{(\w+)\}/g, (hole, name) => String(holes[name] ?? hole));

  // A folded part with a heading and how much is in it.
  jjjmap.fold = function (title, count, open) {
    const made = jjjmap.element("details", "fold");
    made.open = open;
    const summary = jjjmap.element("summary", "", title + " ");
    summary.append(jjjmap.element("span", "count", String(count)));
    made.append(summary);
    return made;
  };

  // The value of a key that the object itself has: a file may call something "constructor".
  jjjmap.own = (object, key) => (Object.prototype.hasOwnProperty.call(object, key) ? object[key] : null);
})();
