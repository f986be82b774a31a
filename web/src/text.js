/* How numbers and texts are written.  No DOM. */

/**
 * What to tell people of something that was thrown.
 *
 * @param {unknown} error
 */
export const messageOf = (error) => (error instanceof Error ? error.message : String(error));

/** @param {number} number */
export const formatCount = (number) => number.toLocaleString("en-US");

/**
 * @param {number} number
 * @param {string} one
 * @param {string} many
 */
export const plural = (number, one, many = `${one}s`) => `${formatCount(number)} ${number === 1 ? one : many}`;

/** @param {number} bytes */
export const formatSize = (bytes) => {
  if (bytes < 1024) {
    return `${bytes} B`;
  }
  let value = bytes / 1024;
  for (const unit of ["KiB", "MiB", "GiB"]) {
    if (value < 1023.95) {
      return `${value.toFixed(1)} ${unit}`;
    }
    value /= 1024;
  }
  return `${value.toFixed(1)} TiB`;
};

// As in names.py: what a font has nothing to show for, what reorders the text around it, letters and
// symbols that are blank, and spaces that look like the ordinary one.
const INVISIBLE =
  // eslint-disable-next-line no-control-regex
  /[\u{16fe4}\u0000-\u0008\u000a-\u001f\u007f-\u009f\p{DI}\u2028-\u202e\ufff9-\ufffb\u{13430}-\u{1343f}\u2800\u{1d159}\u00a0\u1680\u2000-\u200a\u202f\u205f\u3000]/gu;

/**
 * What cannot be seen, or would reorder the text around it, is shown as U+FFFD.
 *
 * @param {string} text
 */
export const printable = (text) =>
  text.replace(INVISIBLE, "\ufffd");

/**
 * The payload as it may be shown: half characters stand for bytes that were no UTF-8.
 *
 * @param {string} text
 */
export const wellFormed = (text) => text.replace(/[\ud800-\udfff]/gu, "\ufffd");
