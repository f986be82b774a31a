/* Small tools that all parts of the report share.  Text reaches the page as text alone. */

(() => {
  "use strict";

  const app = (window.artifactStream ??= {});
  const ASSETS_URL = new URL(".", document.currentScript.src).href;
  const libraries = new Map();

  // An element with properties ("class", "text", "on*", attributes) and children.
  app.el = (tag, properties = {}, ...children) => {
    const element = document.createElement(tag);
    for (const [name, value] of Object.entries(properties)) {
      if (value === null || value === undefined || value === false) {
        continue;
      }
      if (name === "text") {
        element.textContent = value;
      } else if (name.startsWith("on")) {
        element.addEventListener(name.slice(2), value);
      } else {
        element.setAttribute(name, value === true ? "" : value);
      }
    }
    element.append(...children.filter((child) => child !== null && child !== undefined));
    return element;
  };

  app.button = (text, onclick, properties = {}) =>
    app.el("button", { type: "button", class: "button", text, onclick, ...properties });

  app.count = (number) => number.toLocaleString("en-US");

  app.plural = (number, one, many = `${one}s`) => `${app.count(number)} ${number === 1 ? one : many}`;

  app.size = (bytes) => {
    if (bytes < 1024) {
      return `${bytes} B`;
    }
    let value = bytes / 1024;
    for (const unit of ["KiB", "MiB", "GiB"]) {
      if (value < 1023.95) {
        return `${value.toFixed(1)} ${unit}`;
      }
      value /= 1024;
    }
    return `${value.toFixed(1)} TiB`;
  };

  // What cannot be seen, or would reorder the text around it, is shown as U+FFFD.
  app.printable = (text) =>
    text.replace(/[\u0000-\u0008\u000a-\u001f\u007f-\u009f\u061c\u200b-\u200f\u2028-\u202e\u2060-\u206f\ufeff]/g, "\ufffd");

  // The payload as it may be shown: half characters stand for bytes that were no UTF-8.
  app.wellFormed = (text) => text.replace(/[\ud800-\udfff]/gu, "\ufffd");

  // The bytes of a payload: \udc80 to \udcff are bytes that were no UTF-8.
  app.bytesOf = (text) => {
    const encoder = new TextEncoder();
    const parts = [];
    let done = 0;
    for (const match of text.matchAll(/[\udc80-\udcff]/gu)) {
      parts.push(encoder.encode(text.slice(done, match.index)));
      parts.push(Uint8Array.of(match[0].charCodeAt(0) - 0xdc00));
      done = match.index + 1;
    }
    parts.push(encoder.encode(text.slice(done)));
    return parts;
  };

  // Pages opened from disk may have no clipboard, or one that refuses.
  app.copyText = async (text) => {
    try {
      await navigator.clipboard.writeText(text);
      return true;
    } catch {
      const area = app.el("textarea", { class: "clipboard", readonly: true });
      area.value = text;
      document.body.append(area);
      area.select();
      const copied = document.execCommand("copy");
      area.remove();
      return copied;
    }
  };

  // Loads a script of ours, such as the highlighter, when it is first needed.
  app.library = (file, name) => {
    if (!libraries.has(file)) {
      libraries.set(
        file,
        new Promise((resolve, reject) => {
          const script = document.createElement("script");
          script.src = ASSETS_URL + file;
          script.onload = () => resolve(window[name]);
          script.onerror = () => reject(new Error(`${file} cannot be loaded`));
          document.head.append(script);
        }),
      );
    }
    return libraries.get(file);
  };

  // Lets the browser paint and take input in the middle of long work.
  app.breathe = () => new Promise((resolve) => setTimeout(resolve, 0));

  app.notice = (text, kind = "notice") =>
    app.el("p", { class: kind, role: kind === "alarm" ? "alert" : "note", text });

  app.announce = (text) => {
    const place = document.getElementById("announcement");
    if (place !== null) {
      place.textContent = text;
    }
  };
})();
