// In the program: calls and events travel over QWebChannel, layers and the first configuration over the scheme.
"use strict";

var jjjmap = jjjmap || {};

jjjmap.connect = function (map) {
  async function fetchJson(url) {
    const answer = await fetch(url);
    if (!answer.ok) throw new Error(url + ": " + answer.status);
    return answer.json();
  }
  async function fetchBytes(url, signal) {
    const answer = await fetch(url, { signal });
    if (!answer.ok) throw new Error(url + ": " + answer.status);
    return answer.arrayBuffer();
  }
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
