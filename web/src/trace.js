/* The artifacts and links of one trace, out of its data files.  No DOM. */

/** @import { DataFiles, Head, Kind, Row } from "./shapes.js" */

import { HEAD_FILE, OUTLINE_LINE, REPORT_VERSION, ROW, ROWS_CALL, ROW_MORE, outlineFile, rowsFile } from "./shapes.js";

/**
 * Gives the values that a data file hands over.
 *
 * @typedef {<K extends keyof DataFiles>(url: string, kind: K) => Promise<DataFiles[K]>} Load
 */

/**
 * A compile id, and which rows are its own.
 *
 * @typedef {object} Group
 * @property {number} number Its place among all, from 0.
 * @property {string} key
 * @property {string} shown
 * @property {string} folder Its URL below the trace's, with a slash at the end.
 * @property {string} address What it is asked for by: its folder, with one more slash for each group before it that has the same.
 * @property {number} bytes
 * @property {number[]} kinds How many entries it has of each of the trace's kinds.
 * @property {number} start Its first row.
 * @property {number} count Of its rows.
 * @property {string} [text] What the filter looks at, once it has.
 */

/**
 * The rows of one data file.
 *
 * @typedef {object} Shard
 * @property {Row[]} rows
 * @property {string[]} types
 * @property {string[][]} flags
 * @property {string[]} [lower] The names that the filter looks at, once it has.
 * @property {string[]} [typesLower] The types that the filter looks at, once it has.
 */

/**
 * An artifact or a link.
 *
 * @typedef {object} Entry
 * @property {Trace} trace
 * @property {string} base Leads to the trace's folder.
 * @property {number} number Its row.
 * @property {Group} group
 * @property {string} name
 * @property {string} type
 * @property {number | null} bytes Null for a link.
 * @property {number | null} lines
 * @property {number} line
 * @property {number | null} rank
 * @property {number | null} process Id of its process, where the trace has several; null if not known.
 * @property {string | null} subgraph The name of its subgraph.
 * @property {string} id Its compile id's folder and its name, percent-encoded.
 * @property {string} url Below the trace's folder; where a link goes.
 * @property {boolean} isLink
 * @property {boolean} isWeb A link that may be live.
 * @property {string[]} flags
 * @property {string | null} lazy_loader What shows it from a pack; null for a file.
 * @property {string | null} textUrl The text beside a page.
 * @property {number | null} textBytes Size of its text.
 * @property {string | null} originalName
 * @property {string | null} language Of code, where that is not Python.
 * @property {boolean} isCode Of a kind that packs may hold: a graph or code.
 */

/** The artifacts and links of one trace.  Rows are numbered through the whole trace. */
export class Trace {
  /**
   * `onoutline` is called for each part of the outline that has come.
   *
   * @param {Load} load
   * @param {string} base Leads to the trace's folder.
   */
  constructor(load, base = "") {
    this.load = load;
    this.base = base;
    /** @type {Head | null} */
    this.opened = null;
    /** @type {Promise<void>} */
    this.outline = Promise.resolve();
    /** @type {(() => void) | null} */
    this.onoutline = null;
    /** @type {Group[]} */
    this.groups = [];
    /** @type {Kind[]} */
    this.kinds = [];
    /** @type {Shard[]} */
    this.shards = [];
    /** @type {Map<number, Promise<Shard>>} */
    this.pendingShards = new Map();
    /** @type {Map<string, Group>} */
    this.groupOfAddress = new Map();
  }

  async open() {
    const [head] = await this.load(this.base + HEAD_FILE, "head");
    if (head.version !== REPORT_VERSION) {
      throw new Error("The report's data are of another version: run artifact-stream again.");
    }
    this.opened = head;
    this.kinds = head.kinds;
    this.outline = this.loadOutline();
    this.outline.catch(() => {});
  }

  /** What there is; only of a trace that has been opened. */
  get head() {
    if (this.opened === null) {
      throw new Error("The trace is not opened yet.");
    }
    return this.opened;
  }

  async loadOutline() {
    const parts = Math.ceil(this.head.groups / this.head.outline_groups);
    let start = 0;
    for (let part = 0; part < parts; part += 1) {
      const [lines] = await this.load(this.base + outlineFile(part), "outline");
      for (const line of lines) {
        const key = line[OUTLINE_LINE.key];
        const folder = line[OUTLINE_LINE.folder];
        const kinds = line[OUTLINE_LINE.kinds];
        const count = kinds.reduce((sum, number) => sum + number, 0);
        let address = folder;
        while (this.groupOfAddress.has(address)) {
          address += "/";
        }
        const group = {
          number: this.groups.length,
          key,
          shown: line[OUTLINE_LINE.shown] || key,
          folder,
          address,
          bytes: line[OUTLINE_LINE.bytes],
          kinds,
          start,
          count,
        };
        this.groups.push(group);
        this.groupOfAddress.set(address, group);
        start += count;
      }
      this.onoutline?.();
    }
  }

  get shardCount() {
    return Math.ceil(this.head.rows / this.head.shard_rows);
  }

  /**
   * The rows of one data file; loaded once.
   *
   * @param {number} number
   * @returns {Promise<Shard>}
   */
  shard(number) {
    if (this.shards[number] !== undefined) {
      return Promise.resolve(this.shards[number]);
    }
    const known = this.pendingShards.get(number);
    if (known !== undefined) {
      return known;
    }
    const loading = this.load(this.base + rowsFile(number), "rows").then((call) => {
      const shard = { rows: call[ROWS_CALL.rows], types: call[ROWS_CALL.types], flags: call[ROWS_CALL.flags] };
      this.shards[number] = shard;
      return shard;
    });
    this.pendingShards.set(number, loading);
    return loading;
  }

  /** @param {Group} group */
  async loadGroup(group) {
    const size = this.head.shard_rows;
    const last = Math.floor((group.start + group.count - 1) / size);
    for (let number = Math.floor(group.start / size); number <= last; number += 1) {
      await this.shard(number);
    }
  }

  /** @param {number} number */
  groupOfRow(number) {
    let low = 0;
    let high = this.groups.length - 1;
    while (low < high) {
      const middle = (low + high + 1) >> 1;
      if (this.groups[middle].start <= number) {
        low = middle;
      } else {
        high = middle - 1;
      }
    }
    return this.groups[low];
  }

  /**
   * The entry in a row; null while its data file is not loaded.
   *
   * @param {number} number
   * @param {Group} group
   * @returns {Entry | null}
   */
  entry(number, group = this.groupOfRow(number)) {
    const size = this.head.shard_rows;
    const shard = this.shards[Math.floor(number / size)];
    if (shard === undefined) {
      return null;
    }
    const row = shard.rows[number % size];
    const name = row[ROW.name];
    const bytes = row[ROW.bytes];
    const more = row[ROW.more] ?? {};
    const flags = more[ROW_MORE.flags];
    const id = `${group.folder}${encodeURIComponent(name)}`;
    return {
      trace: this,
      base: this.base,
      number,
      group,
      name,
      type: shard.types[row[ROW.type]],
      bytes,
      lines: row[ROW.lines],
      line: row[ROW.line],
      rank: row[ROW.rank] ?? null,
      process: (more[ROW_MORE.process] ?? this.head.process) || null,
      subgraph: more[ROW_MORE.subgraph_name] ?? null,
      id,
      url: more[ROW_MORE.url] ?? id,
      isLink: bytes === null,
      isWeb: more[ROW_MORE.web] === 1,
      flags: flags === undefined ? [] : shard.flags[flags],
      lazy_loader: this.loaderOf(more[ROW_MORE.loader]),
      textUrl: more[ROW_MORE.text_url] ?? null,
      textBytes: more[ROW_MORE.text_bytes] ?? bytes,
      language: more[ROW_MORE.language] ?? null,
      originalName: more[ROW_MORE.original_name] ?? null,
      isCode: (this.kinds[this.kindOfRow(number, group)]?.loader ?? null) !== null,
    };
  }

  /**
   * A loader's name, which a row gives by number where a kind has it.
   *
   * @param {number | string | undefined} given
   */
  loaderOf(given) {
    if (given === undefined) {
      return null;
    }
    return (typeof given === "number" ? this.kinds[given - 1]?.loader : null) ?? String(given);
  }

  /**
   * The place of a row's kind among those of the trace.
   *
   * @param {number} number
   * @param {Group} group
   */
  kindOfRow(number, group) {
    let rest = number - group.start;
    return group.kinds.findIndex((count) => (rest -= count) < 0);
  }

  /**
   * The entry with an id, which is a folder and a name, percent-encoded; null if there is none.
   *
   * @param {string} id
   * @returns {Promise<Entry | null>}
   */
  async find(id) {
    await this.outline;
    const cut = id.lastIndexOf("/") + 1;
    let name;
    try {
      name = decodeURIComponent(id.slice(cut));
    } catch {
      return null;
    }
    // Two compile ids can have been made to share a folder; a name in it is one's alone.
    for (let address = id.slice(0, cut); ; address += "/") {
      const group = this.groupOfAddress.get(address);
      const entry = group === undefined ? null : await this.entryOf(group, name);
      if (group === undefined || entry !== null) {
        return entry;
      }
    }
  }

  /**
   * The artifact of a compile id with a name; null if there is none.
   *
   * @param {Group} group
   * @param {string} name
   * @returns {Promise<Entry | null>}
   */
  async entryOf(group, name) {
    const size = this.head.shard_rows;
    for (let number = group.start; number < group.start + group.count; number += 1) {
      const { rows } = await this.shard(Math.floor(number / size));
      const end = Math.min(group.start + group.count, (Math.floor(number / size) + 1) * size);
      for (; number < end; number += 1) {
        const row = rows[number % size];
        if (row[ROW.name] === name && row[ROW.bytes] !== null) {
          return this.entry(number, group);
        }
      }
      number -= 1;
    }
    return null;
  }

  /**
   * All entries of a compile id.
   *
   * @param {Group} group
   */
  async entriesOf(group) {
    await this.loadGroup(group);
    const numbers = Array.from({ length: group.count }, (_, offset) => group.start + offset);
    return numbers.map((number) => this.entry(number, group)).filter((entry) => entry !== null);
  }
}
