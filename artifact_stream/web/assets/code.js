/* Made of web/src by `make web`: do not edit. */
"use strict";
(() => {
  // src/code-lines.js
  function parseRange(hash) {
    const match = /^#L([1-9]\d*)(?:(?:-|%2[Dd])L?([1-9]\d*))?$/.exec(hash);
    if (match === null) {
      return null;
    }
    const first = Number(match[1]);
    const last = Number(match[2] ?? first);
    return { first: Math.min(first, last), last: Math.max(first, last) };
  }
  function formatRange({ first, last }) {
    return first === last ? `#L${first}` : `#L${first}-L${last}`;
  }
  function splitLines(html) {
    const open = [];
    return html.split("\n").map((line) => {
      const reopened = line === "" ? "" : open.join("");
      for (const [tag] of line.matchAll(/<[^>]*>/g)) {
        if (tag === "</span>") {
          open.pop();
        } else {
          open.push(tag);
        }
      }
      return line === "" ? "" : reopened + line + "</span>".repeat(open.length);
    });
  }

  // src/dom.js
  var ASSETS_URL = new URL(
    ".",
    /** @type {HTMLScriptElement} */
    document.currentScript.src
  ).href;
  var libraries = /* @__PURE__ */ new Map();
  var el = (tag, properties = {}, ...children) => {
    const element = document.createElement(tag);
    for (const [name, value] of Object.entries(properties)) {
      if (value === null || value === void 0 || value === false) {
        continue;
      }
      if (typeof value === "function") {
        element.addEventListener(name.slice(2), value);
      } else if (name === "text") {
        element.textContent = String(value);
      } else {
        element.setAttribute(name, value === true ? "" : String(value));
      }
    }
    element.append(...children.filter((child) => child !== null && child !== void 0));
    return element;
  };
  var byId = (id) => {
    const found = document.getElementById(id);
    if (found === null) {
      throw new Error(`The page has no element ${id}.`);
    }
    return found;
  };
  var firstElement = (selector, parent = document) => {
    const found = parent.querySelector(selector);
    if (found === null) {
      throw new Error(`The page has no element ${selector}.`);
    }
    return found;
  };
  var elementOf = ({ target }) => target instanceof Element ? target : null;
  var copyText = async (text) => {
    try {
      await navigator.clipboard.writeText(text);
      return true;
    } catch {
      const area = el("textarea", { class: "clipboard", readonly: true });
      area.value = text;
      document.body.append(area);
      area.select();
      const copied = document.execCommand("copy");
      area.remove();
      return copied;
    }
  };
  var library = (file, name) => {
    const known = (
      /** @type {Promise<Libraries[K]> | undefined} */
      libraries.get(file)
    );
    if (known !== void 0) {
      return known;
    }
    const loading = new Promise((resolve, reject) => {
      const script = document.createElement("script");
      script.src = ASSETS_URL + file;
      script.onload = () => {
        const made = (
          /** @type {Partial<Libraries>} */
          window[name]
        );
        if (made === void 0) {
          reject(new Error(`${file} is there but damaged`));
        } else {
          resolve(made);
        }
      };
      script.onerror = () => reject(new Error(`${file} cannot be loaded`));
      document.head.append(script);
    });
    libraries.set(file, loading);
    return loading;
  };

  // src/theme-choice.js
  function applyTheme(theme2) {
    if (theme2 === "light" || theme2 === "dark") {
      document.documentElement.dataset.theme = theme2;
    } else {
      delete document.documentElement.dataset.theme;
    }
  }

  // src/code.js
  var KERNEL_LIMIT = 1e6;
  var KERNEL_MARGIN = "600px 0px";
  var PAGE_KEYS = /* @__PURE__ */ new Set(["/", "j", "k", "t", "?", "Escape"]);
  var scroller = firstElement("pre.code");
  var code = firstElement("code", scroller);
  var status = byId("status");
  var markedLines = [];
  function clearMarks() {
    markedLines.forEach((line) => line.classList.remove("marked"));
    markedLines = [];
  }
  function markRange({ first, last }) {
    clearMarks();
    for (let number = first; number <= last; number += 1) {
      const line = document.getElementById(`L${number}`);
      if (line === null) {
        break;
      }
      line.classList.add("marked");
      markedLines.push(line);
    }
  }
  function followHash() {
    clearMarks();
    status.textContent = "";
    const range = parseRange(location.hash);
    if (range === null) {
      return;
    }
    markRange(range);
    if (markedLines.length > 0) {
      markedLines[0].scrollIntoView();
    } else {
      const count = code.getElementsByTagName("a").length;
      status.textContent = `There is no line ${range.first}: the last one is ${count}.`;
    }
  }
  function onLineClick(event) {
    const line = elementOf(event)?.closest("a[id]") ?? null;
    if (line === null || event.ctrlKey || event.metaKey || event.altKey) {
      return;
    }
    event.preventDefault();
    const clicked = Number(line.id.slice(1));
    const pivot = event.shiftKey ? parseRange(location.hash)?.first ?? clicked : clicked;
    const range = { first: Math.min(pivot, clicked), last: Math.max(pivot, clicked) };
    history.pushState(null, "", formatRange(range));
    status.textContent = "";
    markRange(range);
  }
  async function onCopyClick() {
    const copied = await copyText(code.textContent ?? "");
    copyButton.focus();
    status.textContent = copied ? "Copied" : "Copying failed: select the text instead.";
  }
  function anchorsByLine(part) {
    const anchors = /* @__PURE__ */ new Map();
    const walker = document.createTreeWalker(part, NodeFilter.SHOW_ELEMENT | NodeFilter.SHOW_TEXT);
    let line = 0;
    while (walker.nextNode()) {
      const node = walker.currentNode;
      if (node.nodeType === Node.TEXT_NODE) {
        line += (node.textContent ?? "").split("\n").length - 1;
      } else if (node instanceof Element && node.matches("a[id]")) {
        anchors.set(line, node);
      }
    }
    return anchors;
  }
  function parseFragment(html) {
    const template = document.createElement("template");
    template.innerHTML = html;
    return template.content;
  }
  function weave(lines, anchors) {
    const woven = document.createDocumentFragment();
    lines.forEach((line, number) => {
      if (number > 0) {
        woven.append("\n");
      }
      const anchor = anchors.get(number);
      if (anchor !== void 0) {
        woven.append(anchor);
      }
      woven.append(line);
    });
    return woven;
  }
  var pageLanguage = /(?:^| )language-(?!python\b|text\b)(\S+)/.exec(code.className)?.[1] ?? null;
  function colour(part, hljs) {
    const text = part.textContent ?? "";
    const language = part.getAttribute("data-language") ?? pageLanguage;
    if (language === null || text.length > KERNEL_LIMIT || hljs.getLanguage(language) === void 0) {
      return;
    }
    const lines = splitLines(hljs.highlight(text, { language, ignoreIllegals: true }).value);
    const fragments = lines.map(parseFragment);
    if (fragments.map((fragment) => fragment.textContent).join("\n") === text) {
      part.replaceChildren(weave(fragments, anchorsByLine(part)));
    }
  }
  function onApproach(entries, observer) {
    const near = entries.filter((entry) => entry.isIntersecting).map((entry) => entry.target);
    if (near.length === 0) {
      return;
    }
    near.forEach((part) => observer.unobserve(part));
    library("highlight.min.js", "hljs").then(
      (hljs) => near.forEach((part) => colour(part, hljs)),
      () => observer.disconnect()
    );
  }
  function colourInView() {
    const observer = new IntersectionObserver(onApproach, {
      root: scroller,
      rootMargin: KERNEL_MARGIN
    });
    code.querySelectorAll(pageLanguage === null ? ".kernel" : ".chunk").forEach((part) => observer.observe(part));
  }
  function onFramedKey(event) {
    if (PAGE_KEYS.has(event.key) && !(event.ctrlKey || event.metaKey || event.altKey || event.defaultPrevented)) {
      event.preventDefault();
      window.parent.postMessage({ key: event.key }, "*");
    }
  }
  var theme = /^theme-(light|dark)$/.exec(window.name);
  if (theme !== null) {
    applyTheme(theme[1]);
  }
  document.documentElement.classList.add("scripted");
  var copyButton = byId("copy");
  copyButton.hidden = false;
  copyButton.addEventListener("click", onCopyClick);
  code.addEventListener("click", onLineClick);
  window.addEventListener("hashchange", followHash);
  followHash();
  if (window.parent === window) {
    scroller.focus({ preventScroll: true });
  } else {
    document.addEventListener("keydown", onFramedKey);
    window.addEventListener("message", (event) => {
      if (event.source === window.parent && typeof event.data?.theme === "string") {
        applyTheme(event.data.theme);
      }
    });
  }
  colourInView();
})();
