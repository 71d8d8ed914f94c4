// A soak of seconds, so that the long one works whenever it is wanted; and its verdict on what must never be.
import { expect, test } from "vitest";
import { buildBundles } from "../support/bundles.ts";
import { judge } from "./collected.ts";
import { type Soaked, soak } from "./soak.ts";

let soaked: Soaked;

// In real time: on a machine that does much else, what was put off is not always done yet, and is tried once more.
test(
  "the packaged product under a little load loses nothing and does nothing twice",
  { timeout: 240_000, retry: 1 },
  async () => {
    soaked = await soak({
      ...{ minutes: 1, most: 6, seed: "short", rate: 240, stored: 0, isCalm: true, sweepEveryMs: 5_000 },
      bundles: (await buildBundles()).dir,
      log: () => undefined,
    });
    const { result } = soaked;
    expect(result.why).toEqual([]);
    expect(result).toMatchObject({ verdict: "passed", asked: 6, lost: 0, doubled: 0 });
    expect(result.effects).toBeGreaterThan(0);
    expect(Object.keys(result.latencies)).toEqual(["ack", "decision to resumed", "start to first card"]);
  },
);

test("an effect that was performed twice, and a card that stands there twice, are found and named", () => {
  const { collected, memory, told } = soaked;
  const first = collected.evidence.find(({ acts }) => acts.length > 0);
  const others = collected.evidence.filter((one) => one !== first);
  if (first === undefined) throw new Error("No run has done anything.");
  const acts = first.acts.map((act) => ({ ...act, performed: 2 }));
  const messages = [...first.messages, ...first.messages.slice(0, 1)];
  const evidence = [{ ...first, acts, messages }, ...others];
  const { findings } = judge({ ...collected, evidence }, memory, told);
  expect(findings.map(({ kind, what }) => `${kind}: ${what}`)).toEqual([
    expect.stringMatching(/^doubled: .* was performed 2 times\.$/),
    expect.stringMatching(/^doubled: The card .* stands there 2 times\.$/),
  ]);
});

test("a run that was acknowledged and is not there, one that has not ended, and one that has not done what was agreed to are lost", () => {
  const { collected, memory, told } = soaked;
  // Not one that somebody else may have rejected.
  const agreed = collected.evidence.find((one) => {
    const { findings: found } = judge({ ...collected, evidence: [{ ...one, acts: [] }] }, memory, told);
    return one.acts.length === 1 && found.some(({ what }) => what.startsWith("It was agreed to"));
  });
  const gone = collected.evidence.find((one) => one !== agreed && one.acts.length > 0);
  if (agreed === undefined || gone === undefined) throw new Error("There are too few runs.");
  const others = collected.evidence.filter((one) => one !== agreed && one !== gone);
  const idle = judge({ ...collected, evidence: [{ ...agreed, acts: [] }, ...others] }, memory, told);
  expect(idle.findings.map(({ kind, what }) => `${kind}: ${what}`)).toEqual([
    "lost: It was agreed to, and 0 of 1 things were done.",
    "lost: It was acknowledged, and there is no such run.",
  ]);
  const waiting = { ...agreed, run: { ...agreed.run, status: { kind: "waiting" as const } } };
  const { findings } = judge({ ...collected, evidence: [waiting] }, memory, told);
  expect(findings).toContainEqual(
    expect.objectContaining({ kind: "lost", what: "It has not ended: it is waiting." }),
  );
});
