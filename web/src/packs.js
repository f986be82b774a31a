/* Texts out of packs, of which a few are kept.  No DOM. */

/** @import { Load } from "./trace.js" */

import { PACK_CALL } from "./shapes.js";
import { printable } from "./text.js";

const PLACE = /^(packs\/([\w-]+)\.js)#(\d+)$/;

/**
 * Where a text is, as the index names it.
 *
 * @param {string} url
 */
export function placeInPack(url) {
  const match = PLACE.exec(url);
  if (match === null) {
    throw new Error(`The index names no place in a pack: ${printable(url.slice(0, 200))}`);
  }
  const [, path, name, position] = match;
  return { path, name, position: Number(position) };
}

/** Loads packs, and keeps those that were asked for last. */
export class Packs {
  /**
   * @param {Load} load
   * @param {number} kept How many.
   */
  constructor(load, kept) {
    this.load = load;
    this.kept = kept;
    /** @type {Map<string, Promise<string[]>>} */
    this.texts = new Map();
  }

  /**
   * The text in a place of a pack.
   *
   * @param {string} url The pack's.
   * @param {string} name What it calls itself.
   * @param {number} position From 0.
   */
  async text(url, name, position) {
    const texts = await this.pack(url, name);
    const text = texts[position];
    if (typeof text !== "string") {
      throw new Error(`Pack ${name} holds no entry ${position}: it has ${texts.length}.`);
    }
    return text;
  }

  /**
   * @param {string} url
   * @param {string} name
   */
  pack(url, name) {
    const loading = this.texts.get(url) ?? this.loaded(url, name);
    this.texts.delete(url);
    this.texts.set(url, loading);
    loading.catch(() => this.texts.delete(url));
    const [oldest] = this.texts.keys();
    if (this.texts.size > this.kept) {
      this.texts.delete(oldest);
    }
    return loading;
  }

  /**
   * @param {string} url
   * @param {string} name
   */
  async loaded(url, name) {
    const call = await this.load(url, "pack");
    const texts = call[PACK_CALL.texts];
    if (call[PACK_CALL.name] !== name || !Array.isArray(texts)) {
      throw new Error(`${url} is there but damaged: it is not pack ${name}.`);
    }
    return texts;
  }
}
