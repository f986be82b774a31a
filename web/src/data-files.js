/* Loading what a run wrote.  Pages from a disk may not fetch, so data comes in scripts, each of which
   calls one of the functions below.  Which file a call belongs to is told by its script element:
   traces of one run have files of the same names. */

/** @import { Receivers } from "./libraries.js" */
/** @import { DataFiles } from "./shapes.js" */

import { DATA_FUNCTIONS } from "./shapes.js";

/** @type {WeakMap<HTMLOrSVGScriptElement, (kind: keyof DataFiles, values: unknown[]) => void>} */
const waiting = new WeakMap();

/** @param {keyof DataFiles} kind */
const receiver = (kind) => (/** @type {unknown[]} */ ...values) => {
  const script = document.currentScript;
  if (script !== null) {
    waiting.get(script)?.(kind, values);
  }
};

/** What data files call. */
export const receivers = /** @type {Receivers} */ (
  Object.fromEntries(DATA_FUNCTIONS.map((kind) => [kind, receiver(kind)]))
);

/**
 * Loads a data file; gives the values that it hands over.
 *
 * @template {keyof DataFiles} K
 * @param {string} url
 * @param {K} kind
 * @returns {Promise<DataFiles[K]>}
 */
export const loadData = (url, kind) =>
  new Promise((resolve, reject) => {
    const script = document.createElement("script");
    /** @type {DataFiles[K] | null} */
    let received = null;
    waiting.set(script, (sent, values) => {
      if (sent === kind) {
        received = /** @type {DataFiles[K]} */ (values);
      }
    });
    script.onload = () => {
      script.remove();
      if (received === null) {
        reject(new Error(`${url} is there but damaged: it holds no ${kind}.`));
      } else {
        resolve(received);
      }
    };
    script.onerror = () => {
      script.remove();
      reject(new Error(`${url} is missing or cannot be read.`));
    };
    script.src = url;
    document.head.append(script);
  });
