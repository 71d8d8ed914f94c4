// The code on the pages compiles as strictly as everything else, all of it at once.
import { expect, test } from "vitest";
import { mistakesInTexts } from "../support/compiler.ts";
import { type Block, blocks, ROOT } from "./pages.ts";
import { nameOf, wrapped } from "./wrapped.ts";

const code = blocks.filter(({ language }) => language === "ts");

/** As files of src/workflows/, which nobody writes. */
function texts(of: readonly Block[]): ReadonlyMap<string, string> {
  return new Map(
    of.map((block, n) => [`src/workflows/${nameOf(block) ?? `on-a-page-${n}.ts`}`, wrapped(block)]),
  );
}

function mistakes(of: readonly Block[]): readonly string[] {
  const where = [...texts(of).keys()];
  return mistakesInTexts(ROOT, texts(of)).map(({ file, text }) => {
    const { page, line } = of[where.indexOf(file)] ?? { page: file, line: 0 };
    return `${page}:${line}: ${text}`;
  });
}

const part = (mark: string, text: string): Block => ({
  ...{ page: "docs/x.md", line: 7, language: "ts", mark, code: text },
});

const WRONG = [
  part("as: field", "policy: { approvers: [], requesterMayApprove: 1 }"),
  part("as: statements", "await ops.post(3);\n"),
  part("as: file", 'import { none } from "../graph/index.ts";\n'),
];

test("what the pages show compiles, and what would not is found", () => {
  expect(code.length).toBeGreaterThan(15);
  const all = mistakes([...code, ...WRONG]);
  expect(all.filter((line) => !line.startsWith("docs/x.md"))).toEqual([]);
  expect(all.filter((line) => line.startsWith("docs/x.md")).length).toBeGreaterThanOrEqual(WRONG.length);
}, 60_000);

test("code that does not say what it is a part of is told of", () => {
  const [mark, text] = [undefined, "const a = 1;"];
  expect(() => wrapped({ ...part("", text), mark })).toThrow("docs/x.md:7 does not say");
});
