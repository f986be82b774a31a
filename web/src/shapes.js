/* Names, positions and types of what the page loads.  No DOM.

   Made by `make web` of artifact_stream/report/shapes.py: do not edit. */

/**
 * One heading of the page.
 * @typedef {object} Kind
 * @property {string} name Of the kind of entries.
 * @property {string} title The heading.
 * @property {string | null} loader What shows its entries where they are in packs; null if they are files always.
 */

/**
 * What there is of one trace.
 * @typedef {object} Head
 * @property {number} version Of the format of all these files.
 * @property {string} title What the trace is called, as it may be shown.
 * @property {string} folder Its folder in the output; `.` for the output itself.
 * @property {number} groups How many compile ids there are.
 * @property {number} rows How many artifacts and links.
 * @property {number | null} rank The only one that entries name; null if they name none or several.
 * @property {boolean} lazy True if entries are in packs.
 * @property {number} shard_rows Rows in each `rows-N.js` but the last.
 * @property {number} outline_groups Compile ids in each `outline-N.js` but the last.
 * @property {Kind[]} kinds The headings, in the order of the page.
 * @property {number} [process] Of the first entry, where others are of other processes; 0 if not known.
 */

/**
 * What `head` takes.
 * @typedef {[head: Head]} HeadCall
 */

/**
 * One compile id.
 *   key: Its key in the directory index.
 *   shown: What people call it; 0 if that is the key.
 *   folder: The URL of its folder, relative to the trace's, with a slash at the end.
 *   bytes: Of its payloads.
 *   kinds: How many entries it has of each of the head's kinds.
 * @typedef {[key: string, shown: string | 0, folder: string, bytes: number, kinds: number[]]} OutlineLine
 */

/**
 * What `outline` takes.
 * @typedef {[lines: OutlineLine[]]} OutlineCall
 */

/**
 * What is not the usual of a row.
 * @typedef {object} RowMore
 * @property {string} [u] Where it is, if not below its compile id's folder by its name; where a link goes.
 * @property {1} [w] There for a link that may be live.
 * @property {number} [f] The place of its flags among those of the data file.
 * @property {number | string} [z] What shows it from its pack: the number, from 1, of the first kind that has this loader, or the loader's name where no kind has it.
 * @property {string} [t] The text beside a page.
 * @property {number} [b] Its size.
 * @property {string} [o] What the trace calls it.
 * @property {string} [s] Of which subgraph it is, if the log says so.
 * @property {number} [p] Id of the process that logged it, where that is not the head's; 0 if not known.
 * @property {string} [l] Of code, where it is not Python.
 */

/**
 * One artifact or link.
 *   name: Of the file, or of the link.
 *   type: The place of its entry type among those of the data file.
 *   bytes: Of the file, or of the payload in a pack; null for a link.
 *   lines: Of its text; null for a link.
 *   line: The entry's, in its source.
 *   rank: That the entry names; null if it names none.
 *   more: What it is.
 * @typedef {[name: string, type: number, bytes: number | null, lines: number | null, line: number, rank?: number | null, more?: RowMore]} Row
 */

/**
 * What `rows` takes.
 *   rows: In the order of the page.
 *   types: Entry types that rows name by their places here.
 *   flags: Sets of flags that rows name by their places here.
 * @typedef {[rows: Row[], types: string[], flags: string[][]]} RowsCall
 */

/**
 * Where an artifact is, or which compilation an entry without a file tells of.
 *   shown: What its compile id is called.
 *   id: Its folder and name, percent-encoded: its permalink on the page. Empty without a file.
 *   name: Of its file. Empty without a file.
 * @typedef {[shown: string, id: string, name: string]} Place
 */

/**
 * Why something happened, and how often.
 * @typedef {object} CountedReason
 * @property {string} title One line.
 * @property {string} place Where in the user's code, or empty.
 * @property {number} count How often.
 * @property {string[]} details More lines, a few of those that there were.
 * @property {Place[]} places The first of those that gave it.
 */

/**
 * Distinct reasons of one sort.
 * @typedef {object} Reasons
 * @property {number} entries How many events there were, which an entry each or several tell of.
 * @property {number} unread How many of them nothing readable gives a reason for.
 * @property {number} left_out How often there were further reasons than those kept.
 * @property {CountedReason[]} reasons The most frequent first.
 */

/**
 * Of which events it is known that there are no others than those told.
 * @typedef {object} Known
 * @property {boolean} failures Of failed compilations.
 * @property {boolean} graph_breaks Of graph breaks.
 * @property {boolean} recompiles Of recompilations.
 */

/**
 * One line of `problems.jsonl`.
 *   source: The file that it is about.
 *   line: In it.
 *   message: What is wrong.
 *   excerpt: The beginning of the line.
 * @typedef {[source: string, line: number, message: string, excerpt: string]} ProblemExample
 */

/**
 * A sort of problem, and how often there was one.
 * @typedef {object} CountedProblem
 * @property {string} slug What it is.
 * @property {number} count How often.
 * @property {number} flagged How many artifacts have it as a flag.
 * @property {ProblemExample[]} examples The first ones.
 * @property {Place[]} places The first of those flagged.
 */

/**
 * Where a large artifact is.
 *   shown: What its compile id is called.
 *   id: Its folder and name, percent-encoded: its permalink on the page.
 *   name: Of its file.
 *   bytes: Of its payload.
 * @typedef {[shown: string, id: string, name: string, bytes: number]} SizedPlace
 */

/**
 * What most readers look for first.
 * @typedef {object} Worth
 * @property {Reasons} failures Why compilations failed.
 * @property {Reasons} graph_breaks Why there were any.
 * @property {Reasons} recompiles Why there were any.
 * @property {Known} known Which of these are all that there were.
 * @property {string[]} notes Why others may be missing, and how the log was read where it is no ordinary one; a sentence each.
 * @property {CountedProblem[]} problems The most frequent first.
 * @property {SizedPlace[]} largest The largest artifacts, the largest first.
 */

/**
 * What `worth` takes.
 * @typedef {[worth: Worth]} WorthCall
 */

/**
 * One trace of several.
 * @typedef {object} TraceLink
 * @property {string} name Of its folder.
 * @property {string} url Of its folder, relative to the output, with a slash at the end.
 * @property {string[]} sources What it was read from; the first of many.
 * @property {number | null} rank As its entries or its place say; None if that is not known.
 * @property {number[]} process_ids Those of its first entries.
 * @property {string} [host] Where it was written, if that is known.
 * @property {string[]} [copies] Files with the same bytes, which were not read, if there are any.
 */

/**
 * The traces of a run.
 * @typedef {object} Traces
 * @property {number} version Of the format of these files.
 * @property {TraceLink[]} traces In the order of the run.
 */

/**
 * What `traces` takes.
 * @typedef {[traces: Traces]} TracesCall
 */

/**
 * What `pack` takes.
 *   name: Of the pack, as its file has it.
 *   texts: The payloads.
 * @typedef {[name: string, texts: string[]]} PackCall
 */

/**
 * What the page's functions take: each data file is one call of one of them.
 * @typedef {object} DataFiles
 * @property {HeadCall} head
 * @property {OutlineCall} outline
 * @property {RowsCall} rows
 * @property {WorthCall} worth
 * @property {TracesCall} traces
 * @property {PackCall} pack
 */

/** Where the elements of `OutlineLine` stand. */
export const OUTLINE_LINE = /** @type {const} */ ({ key: 0, shown: 1, folder: 2, bytes: 3, kinds: 4 });

/** What the members of `RowMore` are called. */
export const ROW_MORE = /** @type {const} */ ({ url: "u", web: "w", flags: "f", loader: "z", text_url: "t", text_bytes: "b", original_name: "o", subgraph_name: "s", process: "p", language: "l" });

/** Where the elements of `Row` stand. */
export const ROW = /** @type {const} */ ({ name: 0, type: 1, bytes: 2, lines: 3, line: 4, rank: 5, more: 6 });

/** Where the elements of `RowsCall` stand. */
export const ROWS_CALL = /** @type {const} */ ({ rows: 0, types: 1, flags: 2 });

/** Where the elements of `Place` stand. */
export const PLACE = /** @type {const} */ ({ shown: 0, id: 1, name: 2 });

/** Where the elements of `ProblemExample` stand. */
export const PROBLEM_EXAMPLE = /** @type {const} */ ({ source: 0, line: 1, message: 2, excerpt: 3 });

/** Where the elements of `SizedPlace` stand. */
export const SIZED_PLACE = /** @type {const} */ ({ shown: 0, id: 1, name: 2, bytes: 3 });

/** Where the elements of `PackCall` stand. */
export const PACK_CALL = /** @type {const} */ ({ name: 0, texts: 1 });

/** The version of all files of `report/`. */
export const REPORT_VERSION = 1;

/** What a data file may call. */
export const DATA_FUNCTIONS = /** @type {const} */ (["head", "outline", "rows", "worth", "traces", "pack"]);

/** What the index names as `lazy_loader`. */
export const LOADERS = /** @type {const} */ (["loader.renderGraph", "loader.renderInductorCode"]);

// Relative to the trace's folder, but for that of several traces.
export const HEAD_FILE = "report/head.js";
export const WORTH_FILE = "report/worth.js";
export const TRACES_FILE = "report/traces.js";
export const INDEX_PAGE = "index.html";
/** @param {number} number From 0. */
export const outlineFile = (number) => `report/outline-${number}.js`;
/** @param {number} number From 0. */
export const rowsFile = (number) => `report/rows-${number}.js`;
