// In the program: calls and events travel over QWebChannel, layers and the first configuration over the scheme.
"use strict";

var jjjmap = jjjmap || {};

jjjmap.connect = function (map) {
  // Not by fetch: the older of the two browsers that we know closes it to schemes like ours.
  function answerTo(url, kind, signal) {
    return new Promise((resolve, reject) => {
      const request = new XMLHttpRequest(), refuse = () => reject(new Error(url + ": " + request.status));
      if (signal && signal.aborted) return reject(new DOMException(url, "AbortError"));
      request.open("GET", url);
      request.responseType = kind;
      request.onload = () => (request.status === 200 && request.response !== null ? resolve(request.response) : refuse());
      request.onerror = refuse;
      request.onabort = () => reject(new DOMException(url, "AbortError"));
      if (signal) signal.addEventListener("abort", () => request.abort(), { once: true });
      request.send();
    });
  }
  const fetchJson = (url) => answerTo(url, "json");
  const fetchBytes = (url, signal) => answerTo(url, "arraybuffer", signal);
  new QWebChannel(qt.webChannelTransport, (channel) => {
    const bridge = channel.objects.bridge;
    const say = (event) => bridge.say(JSON.stringify(event));
    const hear = jjjmap.start(map, (layer) => fetchJson(layer.url), say, fetchBytes);
    bridge.told.connect((text) => hear(JSON.parse(text)));
    fetchJson("/config.json")
      .then((config) => hear({ type: "Configure", config }))
      .then(() => requestAnimationFrame(() => say({ type: "PageReady", seq: 0 })))
      // Otherwise the program would wait for ever, and the user before an empty map.
      .catch((error) => say({ type: "PageFailed", seq: 0, reason: String(error && error.message).slice(0, 300) }));
  });
};
