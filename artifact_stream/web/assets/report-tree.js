/* The list at the side: compile ids, and below each its artifacts by kind. */

(() => {
  "use strict";

  const app = (window.artifactStream ??= {});
  const ALL_OPEN_ROWS = 500;
  // What tells two artifacts apart stands at the end of a name.
  const NAME_END = /(?:_\d{1,6})?\.[a-z]{1,8}$/;

  // A name that gives way in its middle where it is too long.
  function nameParts(name) {
    const at = name.search(NAME_END);
    if (at <= 0) {
      return [name];
    }
    const end = app.el("span", { class: "name-end", text: name.slice(at) });
    const start = app.el("span", { class: "name-start", text: name.slice(0, at) });
    start.style.setProperty("--end", String(name.length - at));
    return [start, end];
  }

  // Which rows there are: compile ids, headings of kinds, artifacts.
  class Rows {
    constructor(trace) {
      this.trace = trace;
      this.toggled = new Set();
      this.allOpen = trace.head.rows <= ALL_OPEN_ROWS;
      this.found = null;
      this.changed();
    }

    changed() {
      this.sums = null;
    }

    isOpen(group) {
      return this.found !== null || this.allOpen !== this.toggled.has(group.number);
    }

    headings(group) {
      return group.kinds.reduce((sum, count) => sum + (count > 0 ? 1 : 0), 0);
    }

    bodyLength(group) {
      return this.isOpen(group) ? group.count + this.headings(group) : 0;
    }

    get starts() {
      if (this.sums === null) {
        const groups = this.trace.groups;
        this.sums = new Float64Array(groups.length + 1);
        for (let number = 0; number < groups.length; number += 1) {
          this.sums[number + 1] = this.sums[number] + 1 + this.bodyLength(groups[number]);
        }
      }
      return this.sums;
    }

    get length() {
      return this.found === null ? this.starts.at(-1) : this.found.length;
    }

    // What is in a row; undefined where there is none.
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
            return { group, heading: this.trace.kinds[kind], count };
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

    // Where a compile id or one of its rows stands; -1 if it is not shown.
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

    setOpen(group, open) {
      if (this.isOpen(group) !== open && this.found === null) {
        if (!this.toggled.delete(group.number)) {
          this.toggled.add(group.number);
        }
        this.changed();
      }
    }

    setAllOpen(open) {
      this.allOpen = open;
      this.toggled.clear();
      this.changed();
    }
  }

  app.Tree = class Tree {
    // `onopen(entry)` is called when an artifact is chosen.
    constructor(trace, container, { onopen }) {
      this.trace = trace;
      this.container = container;
      this.onopen = onopen;
      this.rows = new Rows(trace);
      this.active = 0;
      this.shown = null;
      this.list = new app.VirtualRows(container, (index) => this.renderRow(index));
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

    renderRow(index) {
      const item = this.rows.at(index);
      const row = app.el("div", { class: "row", id: `row-${index}`, "data-index": index });
      if (item.heading !== undefined) {
        row.setAttribute("aria-hidden", "true");
        row.classList.add("heading-row");
        row.append(app.el("span", { text: `${item.heading} ${app.count(item.count)}` }));
        return row;
      }
      row.setAttribute("role", "treeitem");
      row.setAttribute("aria-selected", String(index === this.active));
      row.classList.toggle("active", index === this.active);
      if (item.row === undefined) {
        this.fillGroup(row, item.group);
      } else {
        this.fillEntry(row, item);
      }
      return row;
    }

    fillGroup(row, group) {
      const open = this.rows.isOpen(group);
      row.classList.add("group-row");
      row.setAttribute("aria-level", "1");
      row.setAttribute("aria-setsize", String(this.trace.groups.length));
      row.setAttribute("aria-posinset", String(group.number + 1));
      row.setAttribute("aria-expanded", String(open));
      row.append(
        app.el("span", { class: "twisty", "aria-hidden": "true", text: open ? "▾" : "▸" }),
        app.el("span", { class: "name", text: app.printable(group.shown), title: app.printable(group.key) }),
        app.el("span", { class: "meta", text: `${app.count(group.count)} · ${app.size(group.bytes)}` }),
      );
    }

    fillEntry(row, item) {
      row.setAttribute("aria-level", "2");
      row.setAttribute("aria-setsize", String(item.group.count));
      row.setAttribute("aria-posinset", String(item.row - item.group.start + 1));
      const entry = this.trace.entry(item.row, item.group);
      if (entry === null) {
        row.append(app.el("span", { class: "name muted", text: "Loading…" }));
        this.load(item.row);
        return;
      }
      row.classList.toggle("shown", item.row === this.shown);
      if (entry.isLink) {
        this.fillLink(row, entry);
        return;
      }
      row.append(
        app.el("a", {
          class: "name",
          href: app.hrefOf(entry),
          tabindex: "-1",
          title: app.printable(entry.originalName ?? entry.name),
          "aria-label": app.printable(entry.name),
        }, ...nameParts(app.printable(entry.name))),
      );
      // The number in a name says that it is repeated.
      const flags = entry.flags.filter((flag) => flag !== "repeated");
      if (flags.length > 0) {
        const text = flags.length === 1 ? flags[0] : `${flags.length} notes`;
        row.append(app.el("span", { class: "flag", text, title: flags.join(", ") }));
      }
      const isOnlyRank = entry.rank === this.trace.head.rank;
      row.append(app.el("span", { class: "meta", text: isOnlyRank ? app.entrySize(entry) : app.entryMeta(entry) }));
    }

    fillLink(row, entry) {
      const name = app.printable(entry.name || entry.url);
      const properties = { class: "name", text: name, title: app.printable(entry.url) };
      row.append(
        entry.isWeb
          ? app.el("a", { ...properties, href: entry.url, rel: "noopener noreferrer", target: "_blank", tabindex: "-1" })
          : app.el("span", properties),
        app.el("span", { class: "meta", text: entry.isWeb ? "link ↗" : "not a web address" }),
      );
    }

    load(row) {
      const loading = this.trace.shard(Math.floor(row / this.trace.head.shard_rows));
      loading.then(
        () => this.list.schedule(true),
        (error) => this.onerror?.(error),
      );
    }

    onclick(event) {
      const row = event.target.closest(".row");
      if (row === null || row.getAttribute("aria-hidden") === "true") {
        return;
      }
      this.setActive(Number(row.dataset.index));
      const onLink = event.target.closest("a") !== null;
      if (!onLink || !(event.ctrlKey || event.metaKey || event.shiftKey)) {
        this.activate(onLink ? event : null);
      }
    }

    // Opens or closes a compile id, opens an artifact, follows a link.
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
        this.container.querySelector(".row.active a")?.click();
      }
    }

    toggle(group, open = !this.rows.isOpen(group)) {
      this.rows.setOpen(group, open);
      this.active = this.rows.indexOf(group);
      this.redraw();
    }

    setActive(index) {
      this.active = index;
      this.list.reveal(index);
      this.pointToActive();
    }

    move(step) {
      let index = this.active + step;
      while (this.rows.at(index)?.heading !== undefined && index > 0 && index < this.rows.length - 1) {
        index += Math.sign(step);
      }
      if (index >= 0 && index < this.rows.length) {
        this.setActive(index);
      }
    }

    onkeydown(event) {
      const item = this.rows.length > 0 ? this.rows.at(this.active) : null;
      const steps = { ArrowDown: 1, ArrowUp: -1, PageDown: 20, PageUp: -20 };
      if (item === null || event.ctrlKey || event.metaKey || event.altKey) {
        return;
      }
      if (event.key in steps) {
        const step = steps[event.key];
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

    // Marks the artifact that is shown, and brings it into view.
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

    showGroup(group) {
      this.rows.setOpen(group, true);
      this.list.setCount(this.rows.length);
      this.setActive(this.rows.indexOf(group));
      this.container.scrollTop = (this.active * this.list.rowHeight) / this.list.scale;
    }

    setFound(found) {
      this.rows.found = found;
      this.redraw();
    }
  };

  // Lines of JSON are those of the file, which the run has laid out anew: they say little.
  app.entrySize = (entry) => {
    const lines = entry.lines > 0 && !entry.name.endsWith(".json") ? `${app.plural(entry.lines, "line")} · ` : "";
    return lines + app.size(entry.textBytes);
  };

  app.entryMeta = (entry) => {
    const rank = entry.rank === null ? "" : `rank ${entry.rank} · `;
    return rank + app.entrySize(entry);
  };

  app.hrefOf = (entry) => `#/${entry.id}`;
})();
