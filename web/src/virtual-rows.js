/* A list of any number of rows of one height, of which only those in view are in the page. */

import { el } from "./dom.js";

const OVERSCAN = 8;
// Browsers cannot lay out much more; a longer list scrolls faster than its rows are high.
const MAX_PIXELS = 8_000_000;

export class VirtualRows {
  /**
   * @param {HTMLElement} container
   * @param {(index: number) => HTMLElement} render Gives the element of a row.
   */
  constructor(container, render) {
    this.container = container;
    this.render = render;
    this.count = 0;
    /** @type {number | null} */
    this.measured = null;
    /** @type {number | null} */
    this.frame = null;
    this.force = false;
    this.space = el("div", { class: "rows-space", role: "none" });
    this.window = el("div", { class: "rows-window", role: "none" });
    this.space.append(this.window);
    container.append(this.space);
    container.addEventListener("scroll", () => this.schedule(), { passive: true });
    new ResizeObserver(() => this.schedule(true)).observe(container);
    this.first = 0;
    this.last = -1;
  }

  get rowHeight() {
    this.measured ??= parseFloat(getComputedStyle(this.container).getPropertyValue("--row-pixels")) || 26;
    return this.measured;
  }

  get scale() {
    const whole = this.count * this.rowHeight;
    const height = this.container.clientHeight;
    return whole > MAX_PIXELS ? (whole - height) / (MAX_PIXELS - height) : 1;
  }

  /** @param {number} count */
  setCount(count) {
    this.count = count;
    this.space.style.height = `${Math.min(count * this.rowHeight, MAX_PIXELS)}px`;
    this.draw(true);
  }

  schedule(force = false) {
    this.force ||= force;
    this.frame ??= requestAnimationFrame(() => {
      this.frame = null;
      const forced = this.force;
      this.force = false;
      this.draw(forced);
    });
  }

  /** @param {boolean} force */
  draw(force) {
    const { container, rowHeight, scale } = this;
    const top = container.scrollTop * scale;
    const first = Math.max(0, Math.floor(top / rowHeight) - OVERSCAN);
    const last = Math.min(this.count, Math.ceil((top + container.clientHeight) / rowHeight) + OVERSCAN);
    if (!force && first === this.first && last === this.last) {
      return;
    }
    this.first = first;
    this.last = last;
    const rows = [];
    for (let index = first; index < last; index += 1) {
      rows.push(this.render(index));
    }
    // Where the list is scaled the rows stay with what is seen.
    const offset = scale === 1 ? first * rowHeight : container.scrollTop - (top - first * rowHeight);
    this.window.style.transform = `translateY(${offset}px)`;
    this.window.replaceChildren(...rows);
  }

  /** @param {number} index */
  reveal(index) {
    const { container, rowHeight, scale } = this;
    const top = container.scrollTop * scale;
    const above = index * rowHeight;
    if (above < top) {
      container.scrollTop = above / scale;
    } else if (above + rowHeight > top + container.clientHeight) {
      container.scrollTop = (above + rowHeight - container.clientHeight) / scale;
    }
    this.draw(true);
  }
}
