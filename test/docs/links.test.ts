// Whatever a page leads to or names is there.
import { dirname, join, normalize } from "node:path";
import { describe, expect, test } from "vitest";
import { anchorsOf, codeWordsOf, isThere, linksOf, type Page, pageAt, pages } from "./pages.ts";

/** Links that lead nowhere, of those that stay in the project. */
function brokenIn(page: Page): readonly string[] {
  return linksOf(page).filter((link) => {
    if (/^[a-z]+:/.test(link)) return false;
    const [file = "", anchor] = link.split("#");
    const path = file === "" ? page.path : normalize(join(dirname(page.path), file));
    if (!isThere(path)) return true;
    return anchor !== undefined && !anchorsOf(pageAt(path)).has(anchor);
  });
}

/** Files of the project that are named, and are not there. */
function missingIn(page: Page): readonly string[] {
  return codeWordsOf(page)
    .filter((words) => /^(src|test|infra|docs)\/[\w./-]+$/.test(words))
    .filter((path) => !isThere(path) && path !== WRITTEN_BY_READERS);
}

const WRITTEN_BY_READERS = "src/workflows/notice.ts";

test.each(pages)("every link of $path leads somewhere", (page) => {
  expect(brokenIn(page)).toEqual([]);
});

test.each(pages)("every file that $path names is there", (page) => {
  expect(missingIn(page)).toEqual([]);
});

test("every page is in the index, once", () => {
  const listed = linksOf(pageAt("docs/README.md")).filter((link) => /^[\w-]+\.md$/.test(link));
  const there = pages.map(({ path }) => path).filter((path) => /^docs\/(?!README)/.test(path));
  expect(listed.map((link) => `docs/${link}`).toSorted()).toEqual(there.toSorted());
});

describe("what looks for them", () => {
  const page = (text: string): Page => ({ path: "docs/x.md", text });

  test("finds a file that is not there, an anchor that no heading has, and a picture that is gone", () => {
    const text = '[a](none.md) [b](#nowhere) <img src="pictures/none.png"> [c](https://slack.com)';
    expect(brokenIn(page(text))).toEqual(["none.md", "#nowhere", "pictures/none.png"]);
  });

  test("names headings as GitHub does", () => {
    const text = "## What's `new`, and why\n## Twice\n## Twice\n```sh\n# no heading\n```\n";
    expect([...anchorsOf(page(text))]).toEqual(["whats-new-and-why", "twice", "twice-1"]);
  });

  test("finds a file that is named and is not there", () => {
    expect(missingIn(page("`src/none.ts` and `src/graph`"))).toEqual(["src/none.ts"]);
  });
});
