/* What the pages use of the libraries beside them, and the one global of their own. */

import type { Loaders } from "./loaders.js";
import type { DataFiles } from "./shapes.js";

export interface Highlighter {
  getLanguage(name: string | undefined): object | undefined;
  highlight(text: string, options: { language: string; ignoreIllegals: boolean }): { value: string };
}

/** A stretch that both sides have, or one alone. */
export interface Change {
  count: number;
  added?: boolean;
  removed?: boolean;
}

export interface Differ {
  /** Gives the callback no changes where it has run out of time. */
  diffArrays(
    before: string[],
    after: string[],
    options: { timeout: number; callback: (changes: Change[] | undefined) => void },
  ): void;
  diffWordsWithSpace(before: string, after: string): (Change & { value: string })[];
}

/** The globals that the libraries make once they are loaded. */
export interface Libraries {
  hljs: Highlighter;
  Diff: Differ;
}

/** What data files call. */
export type Receivers = { [K in keyof DataFiles]: (...values: DataFiles[K]) => void };

declare global {
  interface Window extends Partial<Libraries> {
    artifactStream: Receivers & Loaders;
  }
}
