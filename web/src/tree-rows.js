/* What is in each row of the list at the side.  No DOM. */

/** @import { Group, Trace } from "./trace.js" */

const ALL_OPEN_ROWS = 500;

/**
 * A compile id; with `heading` one of its kinds, with `row` one of its entries.
 *
 * @typedef {{ group: Group, heading?: undefined, row?: undefined }
 *   | { group: Group, heading: string, count: number, row?: undefined }
 *   | { group: Group, row: number, heading?: undefined }} Item
 */

/** Which rows there are: compile ids, headings of kinds, artifacts. */
export class Rows {
  /** @param {Trace} trace */
  constructor(trace) {
    this.trace = trace;
    /** @type {Set<number>} */
    this.toggled = new Set();
    this.allOpen = trace.head.rows <= ALL_OPEN_ROWS;
    /** @type {number[] | null} */
    this.found = null;
    /** @type {Float64Array | null} */
    this.sums = null;
  }

  changed() {
    this.sums = null;
  }

  /** @param {Group} group */
  isOpen(group) {
    return this.found !== null || this.allOpen !== this.toggled.has(group.number);
  }

  /** @param {Group} group */
  headings(group) {
    return group.kinds.reduce((sum, count) => sum + (count > 0 ? 1 : 0), 0);
  }

  /** @param {Group} group */
  bodyLength(group) {
    return this.isOpen(group) ? group.count + this.headings(group) : 0;
  }

  get starts() {
    if (this.sums !== null) {
      return this.sums;
    }
    const groups = this.trace.groups;
    const sums = new Float64Array(groups.length + 1);
    for (let number = 0; number < groups.length; number += 1) {
      sums[number + 1] = sums[number] + 1 + this.bodyLength(groups[number]);
    }
    this.sums = sums;
    return sums;
  }

  get length() {
    return this.found === null ? this.starts[this.trace.groups.length] : this.found.length;
  }

  /**
   * What is in a row; undefined where there is none.
   *
   * @param {number} index
   * @returns {Item | undefined}
   */
  at(index) {
    const { groups } = this.trace;
    if (!(index >= 0 && index < this.length)) {
      return undefined;
    }
    if (this.found !== null) {
      const item = this.found[index];
      return item < 0 ? { group: groups[-1 - item] } : { group: this.trace.groupOfRow(item), row: item };
    }
    const starts = this.starts;
    let low = 0;
    let high = groups.length - 1;
    while (low < high) {
      const middle = (low + high + 1) >> 1;
      if (starts[middle] <= index) {
        low = middle;
      } else {
        high = middle - 1;
      }
    }
    const group = groups[low];
    let rest = index - starts[low] - 1;
    if (rest < 0) {
      return { group };
    }
    let row = group.start;
    for (let kind = 0; kind < group.kinds.length; kind += 1) {
      const count = group.kinds[kind];
      if (count > 0) {
        if (rest === 0) {
          return { group, heading: this.trace.kinds[kind].title, count };
        }
        if (rest <= count) {
          return { group, row: row + rest - 1 };
        }
        rest -= count + 1;
        row += count;
      }
    }
    return { group };
  }

  /**
   * Where a compile id or one of its rows stands; -1 if it is not shown.
   *
   * @param {Group} group
   * @param {number | null} row
   */
  indexOf(group, row = null) {
    if (this.found !== null) {
      return this.found.indexOf(row ?? -1 - group.number);
    }
    const start = this.starts[group.number];
    if (row === null) {
      return start;
    }
    if (!this.isOpen(group)) {
      return -1;
    }
    const kind = this.trace.kindOfRow(row, group);
    const headings = group.kinds.slice(0, kind + 1).filter((count) => count > 0).length;
    return start + headings + (row - group.start) + 1;
  }

  /**
   * @param {Group} group
   * @param {boolean} open
   */
  setOpen(group, open) {
    if (this.isOpen(group) !== open && this.found === null) {
      if (!this.toggled.delete(group.number)) {
        this.toggled.add(group.number);
      }
      this.changed();
    }
  }

  /** @param {boolean} open */
  setAllOpen(open) {
    this.allOpen = open;
    this.toggled.clear();
    this.changed();
  }
}
