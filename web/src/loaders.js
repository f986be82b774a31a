/* What the index names in `lazy_loader`: how a payload out of a pack is shown. */

/** @import { CodeOptions, View } from "./code-view.js" */
/** @import { Loaded } from "./texts.js" */

import { showCode } from "./code-view.js";
import { LOADERS } from "./shapes.js";
import { withText } from "./texts.js";

/** @typedef {(container: HTMLElement, entry: Loaded, options?: CodeOptions) => Promise<View | null>} Loader */
/** @typedef {{ loader: { [name: string]: Loader } }} Loaders */

/**
 * Shows the payload of a graph or of code, as it is.
 *
 * @type {Loader}
 */
const renderCode = (container, entry, options = {}) =>
  withText(container, entry, (text) => showCode(container, text, { language: entry.language ?? "python", ...options }));

// All loaders of today show code.
const known = new Map(LOADERS.map((name) => [/** @type {string} */ (name), renderCode]));

/**
 * The loader that an index line names; null for a name that is not known.
 *
 * @param {string | null} name
 */
export const loaderNamed = (name) => (name === null ? null : known.get(name) ?? null);

/**
 * The loaders where their names say that they are.
 *
 * @type {Loaders}
 */
export const loaders = { loader: {} };
for (const [name, show] of known) {
  loaders.loader[name.replace(/^loader\./, "")] = show;
}
