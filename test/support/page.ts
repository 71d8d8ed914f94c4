// The page as it is served, bundled once for each process of the test run: its source does not change under a test.
import { buildPage, type Page } from "../../src/local/page/bundle.ts";

let built: Promise<Page> | undefined;

/** The same page for every caller in one process. */
export function builtPage(): Promise<Page> {
  return (built ??= buildPage());
}
