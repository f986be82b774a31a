/* Long work in slices.  No DOM. */

/**
 * Lets the browser paint and take input in the middle of long work.
 *
 * @returns {Promise<void>}
 */
export const breathe = () => new Promise((resolve) => setTimeout(resolve, 0));
