/* Small tools that all parts of the report share.  Text reaches the page as text alone. */

const ASSETS_URL = new URL(".", /** @type {HTMLScriptElement} */ (document.currentScript).src).href;
/** @import { Libraries } from "./libraries.js" */

/** @type {Map<string, Promise<unknown>>} */
const libraries = new Map();

/**
 * `text`, `class` and other attributes, and `on...` for what is to be called at an event.
 *
 * @typedef {{ [name: string]: string | number | boolean | null | undefined | ((event: Event) => unknown) }} Properties
 */

/**
 * An element with properties and children.
 *
 * @template {keyof HTMLElementTagNameMap} T
 * @param {T} tag
 * @param {Properties} properties
 * @param {(Node | string | null | undefined)[]} children
 */
export const el = (tag, properties = {}, ...children) => {
  const element = document.createElement(tag);
  for (const [name, value] of Object.entries(properties)) {
    if (value === null || value === undefined || value === false) {
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
  element.append(...children.filter((child) => child !== null && child !== undefined));
  return element;
};

/**
 * The element with an id, which the page has.
 *
 * @param {string} id
 */
export const byId = (id) => {
  const found = document.getElementById(id);
  if (found === null) {
    throw new Error(`The page has no element ${id}.`);
  }
  return found;
};

/**
 * The first element that a selector finds; the page has one.
 *
 * @param {string} selector
 * @param {ParentNode} parent
 * @returns {HTMLElement}
 */
export const firstElement = (selector, parent = document) => {
  /** @type {HTMLElement | null} */
  const found = parent.querySelector(selector);
  if (found === null) {
    throw new Error(`The page has no element ${selector}.`);
  }
  return found;
};

/**
 * The element that an event happened in; null if it happened to none.
 *
 * @param {Event} event
 */
export const elementOf = ({ target }) => (target instanceof Element ? target : null);

/**
 * @param {string} text
 * @param {(event: Event) => unknown} onclick
 * @param {Properties} properties
 */
export const makeButton = (text, onclick, properties = {}) =>
  el("button", { type: "button", class: "button", text, onclick, ...properties });

/**
 * Pages opened from disk may have no clipboard, or one that refuses.
 *
 * @param {string} text
 */
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

/**
 * Loads a script of ours, such as the highlighter, when it is first needed.
 *
 * @template {keyof Libraries} K
 * @param {string} file
 * @param {K} name The global that it makes.
 * @returns {Promise<Libraries[K]>}
 */
export const library = (file, name) => {
  const known = /** @type {Promise<Libraries[K]> | undefined} */ (libraries.get(file));
  if (known !== undefined) {
    return known;
  }
  /** @type {Promise<Libraries[K]>} */
  const loading = new Promise((resolve, reject) => {
    const script = document.createElement("script");
    script.src = ASSETS_URL + file;
    script.onload = () => {
      const made = /** @type {Partial<Libraries>} */ (window)[name];
      if (made === undefined) {
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

/**
 * @param {string} text
 * @param {"notice" | "alarm"} kind
 */
export const notice = (text, kind = "notice") =>
  el("p", { class: kind, role: kind === "alarm" ? "alert" : "note", text });

/** @param {string} text */
export const announce = (text) => {
  const place = document.getElementById("announcement");
  if (place !== null) {
    place.textContent = text;
  }
};
