/* The artifacts and links of one trace, out of its data files.  No DOM. */

const VERSION = 1;

// The artifacts and links of one trace.  Rows are numbered through the whole trace.
export class Trace {
  /**
   * `onoutline` is called for each part of the outline that has come.
   *
   * @param {(url: string, kind: string) => Promise<any[]>} load Gives the values that a data file hands over.
   * @param {string} base Leads to the trace's folder.
   */
  constructor(load, base = "") {
    this.load = load;
    this.base = base;
    this.head = null;
    this.outline = null;
    this.onoutline = null;
    this.groups = [];
    this.kinds = [];
    this.shards = [];
    this.pendingShards = new Map();
    this.groupOfFolder = new Map();
  }

  async open() {
    [this.head] = await this.load(`${this.base}report/head.js`, "head");
    if (this.head.version !== VERSION) {
      throw new Error("The report's data are of another version: make the report anew.");
    }
    this.kinds = this.head.kinds;
    this.outline = this.loadOutline();
    this.outline.catch(() => {});
  }

  async loadOutline() {
    const parts = Math.ceil(this.head.groups / this.head.outline_groups);
    let start = 0;
    for (let part = 0; part < parts; part += 1) {
      const [lines] = await this.load(`${this.base}report/outline-${part}.js`, "outline");
      for (const [key, shown, folder, bytes, kinds] of lines) {
        const count = kinds.reduce((sum, number) => sum + number, 0);
        const group = { number: this.groups.length, key, shown: shown || key, folder, bytes, kinds, start, count };
        this.groups.push(group);
        this.groupOfFolder.set(folder, group);
        start += count;
      }
      this.onoutline?.();
    }
  }

  get shardCount() {
    return Math.ceil(this.head.rows / this.head.shard_rows);
  }

  // The rows of one data file; loaded once.
  shard(number) {
    if (this.shards[number] !== undefined) {
      return Promise.resolve(this.shards[number]);
    }
    if (!this.pendingShards.has(number)) {
      const loading = this.load(`${this.base}report/rows-${number}.js`, "rows");
      this.pendingShards.set(
        number,
        loading.then(([rows, types, flags]) => {
          this.shards[number] = { rows, types, flags };
          return this.shards[number];
        }),
      );
    }
    return this.pendingShards.get(number);
  }

  async loadGroup(group) {
    const size = this.head.shard_rows;
    const last = Math.floor((group.start + group.count - 1) / size);
    for (let number = Math.floor(group.start / size); number <= last; number += 1) {
      await this.shard(number);
    }
  }

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

  // The entry in a row; null while its data file is not loaded.
  entry(number, group = this.groupOfRow(number)) {
    const size = this.head.shard_rows;
    const shard = this.shards[Math.floor(number / size)];
    if (shard === undefined) {
      return null;
    }
    const [name, type, bytes, lines, line, rank = null, more = {}] = shard.rows[number % size];
    const id = `${group.folder}${encodeURIComponent(name)}`;
    return {
      trace: this,
      base: this.base,
      number,
      group,
      name,
      type: shard.types[type],
      bytes,
      lines,
      line,
      rank,
      id,
      url: more.u ?? id,
      isLink: bytes === null,
      isWeb: more.w === 1,
      flags: more.f === undefined ? [] : shard.flags[more.f],
      lazy_loader: more.z === undefined ? null : this.kinds[more.z - 1]?.loader ?? String(more.z),
      textUrl: more.t ?? null,
      textBytes: more.b ?? bytes,
      originalName: more.o ?? null,
      isCode: (this.kinds[this.kindOfRow(number, group)]?.loader ?? null) !== null,
    };
  }

  kindOfRow(number, group) {
    let rest = number - group.start;
    return group.kinds.findIndex((count) => (rest -= count) < 0);
  }

  // The entry with an id, which is a folder and a name, percent-encoded; null if there is none.
  async find(id) {
    await this.outline;
    const cut = id.lastIndexOf("/") + 1;
    const group = this.groupOfFolder.get(id.slice(0, cut));
    if (group === undefined) {
      return null;
    }
    let name;
    try {
      name = decodeURIComponent(id.slice(cut));
    } catch {
      return null;
    }
    const size = this.head.shard_rows;
    for (let number = group.start; number < group.start + group.count; number += 1) {
      const { rows } = await this.shard(Math.floor(number / size));
      const end = Math.min(group.start + group.count, (Math.floor(number / size) + 1) * size);
      for (; number < end; number += 1) {
        const row = rows[number % size];
        if (row[0] === name && row[2] !== null) {
          return this.entry(number, group);
        }
      }
      number -= 1;
    }
    return null;
  }

  async entriesOf(group) {
    await this.loadGroup(group);
    const numbers = Array.from({ length: group.count }, (_, offset) => group.start + offset);
    return numbers.map((number) => this.entry(number, group));
  }
};
