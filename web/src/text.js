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

/**
 * What cannot be seen, or would reorder the text around it, is shown as U+FFFD.
 *
 * @param {string} text
 */
export const printable = (text) =>
  // eslint-disable-next-line no-control-regex
  text.replace(/[\u0000-\u0008\u000a-\u001f\u007f-\u009f\u061c\u200b-\u200f\u2028-\u202e\u2060-\u206f\ufeff]/g, "\ufffd");

/**
 * The payload as it may be shown: half characters stand for bytes that were no UTF-8.
 *
 * @param {string} text
 */
export const wellFormed = (text) => text.replace(/[\ud800-\udfff]/gu, "\ufffd");
