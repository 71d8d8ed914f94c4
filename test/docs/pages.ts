// The README and the pages under docs/, and what stands in them: headings, links, code.
import { existsSync, readdirSync, readFileSync } from "node:fs";
import { join, resolve } from "node:path";

export const ROOT = resolve(import.meta.dirname, "../..");

export interface Page {
  /** From the project's root. */
  readonly path: string;
  readonly text: string;
}

export interface Block {
  readonly page: string;
  readonly line: number;
  readonly language: string;
  readonly code: string;
  /** What stands in a comment right above it: how a part of a file is to be read. */
  readonly mark: string | undefined;
}

function pagesIn(folder: string): readonly string[] {
  return readdirSync(join(ROOT, folder))
    .filter((name) => name.endsWith(".md"))
    .map((name) => join(folder, name));
}

export const pages: readonly Page[] = ["README.md", "CONTRIBUTING.md", ...pagesIn("docs")].map((path) => ({
  path,
  text: readFileSync(join(ROOT, path), "utf8"),
}));

export function pageAt(path: string): Page {
  const page = pages.find((one) => one.path === path);
  if (page === undefined) throw new Error(`There is no page ${path}.`);
  return page;
}

const FENCED =
  /^(?:<!-- (?<mark>[^>]*) -->\n+)?(?<indent> *)```(?<language>\w*)\n(?<code>[^]*?)^\k<indent>```$/gm;

export function blocksOf({ path, text }: Page): readonly Block[] {
  return [...text.matchAll(FENCED)].map(({ index, groups = {} }) => {
    const { mark, language = "", code = "" } = groups;
    const line = text.slice(0, index).split("\n").length;
    return { page: path, line, language, code, mark };
  });
}

export const blocks: readonly Block[] = pages.flatMap(blocksOf);

/** Without what stands in blocks of code. */
export function proseOf({ text }: Page): string {
  return text.replaceAll(FENCED, "");
}

/** The words between single backticks. */
export function codeWordsOf(page: Page): readonly string[] {
  return [...proseOf(page).matchAll(/`([^`\n]+)`/g)].map(([, words = ""]) => words);
}

/** As GitHub names them. */
export function anchorsOf(page: Page): ReadonlySet<string> {
  const seen = new Map<string, number>();
  const names = headingsOf(page).map((heading) => {
    const name = heading
      .toLowerCase()
      .replaceAll(/[^\p{L}\p{N}\s_-]/gu, "")
      .replaceAll(/\s/g, "-");
    const times = seen.get(name) ?? 0;
    seen.set(name, times + 1);
    return times === 0 ? name : `${name}-${times}`;
  });
  return new Set(names);
}

export function headingsOf(page: Page): readonly string[] {
  return [...proseOf(page).matchAll(/^#{1,6} (.+)$/gm)].map(([, heading = ""]) => heading.trim());
}

/** What links and pictures lead to, as it is written. */
export function linksOf(page: Page): readonly string[] {
  const prose = proseOf(page);
  const links = [...prose.matchAll(/\]\(([^()\s]+)\)/g)].map(([, link = ""]) => link);
  const pictures = [...prose.matchAll(/<img src="([^"]+)"/g)].map(([, link = ""]) => link);
  return [...links, ...pictures];
}

export const isThere = (path: string): boolean => existsSync(join(ROOT, path));
