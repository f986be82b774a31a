/* Small tools that all parts of the report share.  Text reaches the page as text alone. */

const ASSETS_URL = new URL(".", /** @type {HTMLScriptElement} */ (document.currentScript).src).href;
const libraries = new Map();

// An element with properties ("class", "text", "on*", attributes) and children.
export const el = (tag, properties = {}, ...children) => {
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

export const makeButton = (text, onclick, properties = {}) =>
  el("button", { type: "button", class: "button", text, onclick, ...properties });

// Pages opened from disk may have no clipboard, or one that refuses.
export const copyText = async (text) => {
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

// Loads a script of ours, such as the highlighter, when it is first needed.
export const library = (file, name) => {
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

export const notice = (text, kind = "notice") =>
  el("p", { class: kind, role: kind === "alarm" ? "alert" : "note", text });

export const announce = (text) => {
  const place = document.getElementById("announcement");
  if (place !== null) {
    place.textContent = text;
  }
};
