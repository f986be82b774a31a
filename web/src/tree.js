/* The list at the side: compile ids, and below each its artifacts by kind. */

/** @import { Entry, Group, Trace } from "./trace.js" */

import { el, elementOf } from "./dom.js";
import { entryMeta, entrySize, hrefOf, splitName } from "./entries.js";
import { formatCount, formatSize, printable } from "./text.js";
import { Rows } from "./tree-rows.js";
import { VirtualRows } from "./virtual-rows.js";

// How many rows a key goes.
const STEPS = new Map([["ArrowDown", 1], ["ArrowUp", -1], ["PageDown", 20], ["PageUp", -20]]);

/**
 * A name that gives way in its middle where it is too long.
 *
 * @param {string} name
 */
function nameParts(name) {
  const [first, last] = splitName(name);
  if (last === "") {
    return [name];
  }
  const start = el("span", { class: "name-start", text: first });
  start.style.setProperty("--end", String(last.length));
  return [start, el("span", { class: "name-end", text: last })];
}

export class Tree {
  /**
   * @param {Trace} trace
   * @param {HTMLElement} container
   * @param {object} actions
   * @param {(entry: Entry) => void} actions.onopen Is called when an artifact is chosen.
   * @param {(error: unknown) => void} actions.onerror Is called when rows cannot be loaded.
   */
  constructor(trace, container, { onopen, onerror }) {
    this.trace = trace;
    this.container = container;
    this.onopen = onopen;
    this.onerror = onerror;
    this.rows = new Rows(trace);
    this.active = 0;
    /** @type {number | null} */
    this.shown = null;
    this.list = new VirtualRows(container, (index) => this.renderRow(index));
    trace.onoutline = () => this.refresh();
    container.addEventListener("click", (event) => this.onclick(event));
    container.addEventListener("keydown", (event) => this.onkeydown(event));
    this.refresh();
  }

  refresh() {
    this.rows.changed();
    this.redraw();
  }

  redraw() {
    this.active = Math.max(0, Math.min(this.active, this.rows.length - 1));
    this.list.setCount(this.rows.length);
    this.pointToActive();
  }

  pointToActive() {
    const row = this.container.querySelector(".row.active");
    if (row === null) {
      this.container.removeAttribute("aria-activedescendant");
    } else {
      this.container.setAttribute("aria-activedescendant", row.id);
    }
  }

  /** @param {number} index */
  renderRow(index) {
    const item = this.rows.at(index);
    const row = el("div", { class: "row", id: `row-${index}`, "data-index": index });
    if (item === undefined) {
      return row;
    }
    if (item.heading !== undefined) {
      row.setAttribute("aria-hidden", "true");
      row.classList.add("heading-row");
      row.append(el("span", { text: `${item.heading} ${formatCount(item.count)}` }));
      return row;
    }
    row.setAttribute("role", "treeitem");
    row.setAttribute("aria-selected", String(index === this.active));
    row.classList.toggle("active", index === this.active);
    if (item.row === undefined) {
      this.fillGroup(row, item.group);
    } else {
      this.fillEntry(row, item.group, item.row);
    }
    return row;
  }

  /**
   * @param {HTMLElement} row
   * @param {Group} group
   */
  fillGroup(row, group) {
    const open = this.rows.isOpen(group);
    row.classList.add("group-row");
    row.setAttribute("aria-level", "1");
    row.setAttribute("aria-setsize", String(this.trace.groups.length));
    row.setAttribute("aria-posinset", String(group.number + 1));
    row.setAttribute("aria-expanded", String(open));
    row.append(
      el("span", { class: "twisty", "aria-hidden": "true", text: open ? "▾" : "▸" }),
      el("span", { class: "name", text: printable(group.shown), title: printable(group.key) }),
      el("span", { class: "meta", text: `${formatCount(group.count)} · ${formatSize(group.bytes)}` }),
    );
  }

  /**
   * @param {HTMLElement} row
   * @param {Group} group
   * @param {number} number The row's in the trace.
   */
  fillEntry(row, group, number) {
    row.setAttribute("aria-level", "2");
    row.setAttribute("aria-setsize", String(group.count));
    row.setAttribute("aria-posinset", String(number - group.start + 1));
    const entry = this.trace.entry(number, group);
    if (entry === null) {
      row.append(el("span", { class: "name muted", text: "Loading…" }));
      this.load(number);
      return;
    }
    row.classList.toggle("shown", number === this.shown);
    if (entry.isLink) {
      this.fillLink(row, entry);
      return;
    }
    row.append(
      el("a", {
        class: "name",
        href: hrefOf(entry),
        tabindex: "-1",
        title: printable(entry.originalName ?? entry.name),
        "aria-label": printable(entry.name),
      }, ...nameParts(printable(entry.name))),
    );
    // The number in a name says that it is repeated.
    const flags = entry.flags.filter((flag) => flag !== "repeated");
    if (flags.length > 0) {
      const text = flags.length === 1 ? flags[0] : `${flags.length} notes`;
      row.append(el("span", { class: "flag", text, title: flags.join(", ") }));
    }
    const isOnlyRank = entry.rank === this.trace.head.rank;
    row.append(el("span", { class: "meta", text: isOnlyRank ? entrySize(entry) : entryMeta(entry) }));
  }

  /**
   * @param {HTMLElement} row
   * @param {Entry} entry
   */
  fillLink(row, entry) {
    const name = printable(entry.name || entry.url);
    const properties = { class: "name", text: name, title: printable(entry.url) };
    row.append(
      entry.isWeb
        ? el("a", { ...properties, href: entry.url, rel: "noopener noreferrer", target: "_blank", tabindex: "-1" })
        : el("span", properties),
      el("span", { class: "meta", text: entry.isWeb ? "link ↗" : "not a web address" }),
    );
  }

  /** @param {number} row */
  load(row) {
    const loading = this.trace.shard(Math.floor(row / this.trace.head.shard_rows));
    loading.then(
      () => this.list.schedule(true),
      (error) => this.onerror(error),
    );
  }

  /** @param {MouseEvent} event */
  onclick(event) {
    const row = elementOf(event)?.closest(".row");
    if (!(row instanceof HTMLElement) || row.getAttribute("aria-hidden") === "true") {
      return;
    }
    this.setActive(Number(row.dataset.index));
    const onLink = elementOf(event)?.closest("a") !== null;
    if (!onLink || !(event.ctrlKey || event.metaKey || event.shiftKey)) {
      this.activate(onLink ? event : null);
    }
  }

  /**
   * Opens or closes a compile id, opens an artifact, follows a link.
   *
   * @param {Event | null} event
   */
  activate(event = null) {
    const item = this.rows.at(this.active);
    if (item === undefined || this.rows.length === 0) {
      return;
    }
    if (item.row === undefined) {
      this.toggle(item.group);
      return;
    }
    const entry = this.trace.entry(item.row, item.group);
    if (entry !== null && !entry.isLink) {
      event?.preventDefault();
      this.onopen(entry);
    } else if (entry?.isWeb && event === null) {
      /** @type {HTMLElement | null} */
      const link = this.container.querySelector(".row.active a");
      link?.click();
    }
  }

  /**
   * @param {Group} group
   * @param {boolean} open
   */
  toggle(group, open = !this.rows.isOpen(group)) {
    this.rows.setOpen(group, open);
    this.active = this.rows.indexOf(group);
    this.redraw();
  }

  /** @param {number} index */
  setActive(index) {
    this.active = index;
    this.list.reveal(index);
    this.pointToActive();
  }

  /** @param {number} step */
  move(step) {
    let index = this.active + step;
    while (this.rows.at(index)?.heading !== undefined && index > 0 && index < this.rows.length - 1) {
      index += Math.sign(step);
    }
    if (index >= 0 && index < this.rows.length) {
      this.setActive(index);
    }
  }

  /** @param {KeyboardEvent} event */
  onkeydown(event) {
    const item = this.rows.at(this.active);
    if (item === undefined || event.ctrlKey || event.metaKey || event.altKey) {
      return;
    }
    const step = STEPS.get(event.key);
    if (step !== undefined) {
      const aim = Math.max(0, Math.min(this.rows.length - 1, this.active + step));
      this.move(aim - this.active);
    } else if (event.key === "Home" || event.key === "End") {
      this.setActive(event.key === "Home" ? 0 : this.rows.length - 1);
    } else if (event.key === "ArrowRight" && item.row === undefined) {
      this.toggle(item.group, true);
    } else if (event.key === "ArrowLeft") {
      if (item.row === undefined || this.rows.found === null) {
        this.toggle(item.group, false);
      }
      this.setActive(this.rows.indexOf(item.group));
    } else if (event.key === "Enter" || event.key === " ") {
      this.activate();
    } else {
      return;
    }
    event.preventDefault();
  }

  /**
   * Marks the artifact that is shown, and brings it into view.
   *
   * @param {Entry | null} entry
   */
  show(entry) {
    this.shown = entry?.number ?? null;
    if (entry !== null) {
      this.rows.setOpen(entry.group, true);
      const index = this.rows.indexOf(entry.group, entry.number);
      if (index >= 0) {
        this.list.setCount(this.rows.length);
        this.setActive(index);
        return;
      }
    }
    this.list.draw(true);
  }

  /** @param {Group} group */
  showGroup(group) {
    this.rows.setOpen(group, true);
    this.list.setCount(this.rows.length);
    this.setActive(this.rows.indexOf(group));
    this.container.scrollTop = (this.active * this.list.rowHeight) / this.list.scale;
  }

  /** @param {number[] | null} found */
  setFound(found) {
    this.rows.found = found;
    this.redraw();
  }
}
