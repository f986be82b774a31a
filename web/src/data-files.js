/* Loading what a run wrote.  Pages from a disk may not fetch, so data comes in scripts, each of which
   calls one of the functions below.  Which file a call belongs to is told by its script element:
   traces of one run have files of the same names. */

const receivers = new WeakMap();

// Data files are scripts, and call it by this name.
window.artifactStream = {};
for (const kind of ["head", "outline", "rows", "worth", "traces", "pack"]) {
  window.artifactStream[kind] = (...values) => receivers.get(document.currentScript)?.(kind, values);
}

// Loads a data file; gives the values that it hands over.
export const loadData = (url, kind) =>
  new Promise((resolve, reject) => {
    const script = document.createElement("script");
    let received = null;
    receivers.set(script, (sent, values) => {
      if (sent === kind) {
        received = values;
      }
    });
    script.onload = () => {
      script.remove();
      if (received === null) {
        reject(new Error(`${url} is there but damaged: it holds no ${kind}.`));
      } else {
        resolve(received);
      }
    };
    script.onerror = () => {
      script.remove();
      reject(new Error(`${url} is missing or cannot be read.`));
    };
    script.src = url;
    document.head.append(script);
  });
