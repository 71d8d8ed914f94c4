// Whatever a model says, its tools do and people answer: an agent ends, waits or fails with a sentence, and nothing runs that should not.
import fc from "fast-check";
import { expect, test } from "vitest";
import type { AssistantMessage } from "../../src/graph/index.ts";
import { type Answer, people, talk } from "./nonsense.ts";
import { ODD, played } from "./nonsense-agent.ts";
import { wrongIn } from "./nonsense-oracle.ts";

const RUNS = Number(process.env["COUNTERSIGN_FUZZ"] ?? 60);

const one = (...calls: readonly [name: string, written: string, id: string][]): AssistantMessage => ({
  ...{ role: "assistant", content: null },
  tool_calls: calls.map(([name, written, id]) => ({
    ...{ id, type: "function" },
    function: { name, arguments: written },
  })),
});

const FITS = '{"n":2}';

/** What has once broken an agent. */
const KNOWN: [lines: AssistantMessage[], answers: Answer[]][] = [
  // Half a character, which no service takes back, and names and ids that no store or service takes.
  [[one(["free", FITS, "\ud800"], ["free", '{"n":1,"text":"\ud800"}', "\ud801"])], [{ kind: "reject" }]],
  [[one(["x".repeat(3_000), FITS, "y".repeat(3_000)], ["a b", FITS, "é".repeat(900)])], [{ kind: "reject" }]],
  // Ids that are made up in place of others are taken, too.
  [[one(["free", FITS, "call_1_1"], ["free", FITS, ""])], [{ kind: "reject" }]],
  [[one(["free", FITS, "__proto__"])], [{ kind: "reject" }]],
  [[one(["free", `{"n":1,"any":${"[".repeat(9_000)}${"]".repeat(9_000)}}`, "a"])], [{ kind: "reject" }]],
  ...ODD.map((_, n): [AssistantMessage[], Answer[]] => [
    [one(["odd", FITS, "x".repeat(n + 1)])],
    [{ kind: "reject" }],
  ]),
  // An answer that one call refuses while another still asks can be given anew.
  [
    [one(["asked", FITS, "a"], ["asked", FITS, "b"])],
    [{ kind: "edit", args: { n: 7 } }, { kind: "respond" }, { kind: "approve" }],
  ],
];

test(
  "an agent is never brought to do what it should not, by nothing that is said to it",
  async () => {
    await fc.assert(
      fc.asyncProperty(talk, people, async (lines, answers) => {
        expect(wrongIn(await played(lines, answers))).toEqual([]);
      }),
      { seed: 20_261_122, numRuns: RUNS, examples: KNOWN, endOnFailure: true },
    );
  },
  Math.max(30_000, RUNS * 200),
);
