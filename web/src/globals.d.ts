/** What data files call: each hands over its values to the page that has loaded it. */
type Receiver = (...values: unknown[]) => void;

interface Window {
  artifactStream: Record<string, Receiver>;
  loader: Record<string, (container: HTMLElement, entry: any, options?: object) => Promise<any>>;
}
