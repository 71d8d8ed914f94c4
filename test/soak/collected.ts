// What can be known of every run from outside once everything has come to rest, held against what was promised.
import * as z from "zod";
import { type Run, runName } from "../../src/runs/run.ts";
import { cardOf } from "../faults/processes/screen.ts";
import { entriesIn } from "../faults/processes/promises.ts";
import { type Act, type Finding, findingsOf, type RunEvidence } from "./checks.ts";
import type { Click, Memory } from "./remembered.ts";
import { numberIn } from "./stories.ts";
import type { Watched } from "./watched.ts";
import type { World } from "./world.ts";

const Acts = z.object({
  acts: z.array(
    z.object({
      ...{ kind: z.string(), said: z.string(), performed: z.number(), replays: z.number() },
      body: z.record(z.string(), z.json()),
    }),
  ),
});

export interface Judged {
  readonly findings: readonly (Finding & { readonly run: string })[];
  readonly acts: number;
  readonly replays: number;
  /** From the decision to what the run went on with, by when it was decided. */
  readonly resumes: readonly { readonly at: number; readonly ms: number }[];
  /** What became of the runs, how often. */
  readonly ends: Readonly<Record<string, number>>;
}

/** All that is looked at once everything has come to rest. */
export interface Collected {
  readonly evidence: readonly RunEvidence[];
  readonly acts: z.infer<typeof Acts>["acts"];
}

const AT_ONCE = 8;

export async function collect(world: World, watched: Watched, since: string): Promise<Collected> {
  const runs = await world.runs(since);
  const { acts } = Acts.parse(await (await fetch(`${world.opsUrl}/acts`)).json());
  const actsOf = Map.groupBy(acts, ({ body }) => numberIn(JSON.stringify(body)));
  const messagesOf = Map.groupBy(watched.messages.values(), (message) => cardOf(message)?.thread);
  const evidence: RunEvidence[] = [];
  for (let from = 0; from < runs.length; from += AT_ONCE) {
    const some = runs.slice(from, from + AT_ONCE).map(async (run) => ({
      ...(await recordsOf(world, run)),
      messages: messagesOf.get(run.thread) ?? [],
      acts: actsOf.get(numberOf(run)) ?? [],
    }));
    evidence.push(...(await Promise.all(some)));
  }
  return { evidence, acts };
}

/** `told` is what a person was told in private since a click. */
export function judge(
  { evidence, acts }: Collected,
  memory: Pick<Memory, "runs">,
  told: (click: Click) => readonly string[],
): Judged {
  const runs = evidence.map(({ run }) => run);
  const findings = evidence.flatMap((one) =>
    findingsOf(one, memory.runs.get(numberOf(one.run) ?? -1), told).map((finding) => ({
      ...finding,
      run: `${runName(one.run.thread)} (${one.run.workflow} ${String(numberOf(one.run))})`,
    })),
  );
  return {
    findings: [...findings, ...lostRuns(memory, runs), ...twiceStarted(runs), ...ofNobody(acts, evidence)],
    acts: acts.length,
    replays: acts.reduce((all, { replays }) => all + replays, 0),
    resumes: evidence.flatMap(resumesIn),
    ends: Object.fromEntries(
      [...Map.groupBy(runs, ({ status }) => status.kind)].map(([kind, all]) => [kind, all.length]),
    ),
  };
}

async function recordsOf(
  { stores }: World,
  { team, thread }: Run,
): Promise<Omit<RunEvidence, "messages" | "acts">> {
  const records = await stores.records.thread({ team, thread });
  if (records.run === undefined) throw new Error(`The run of ${thread} is gone.`);
  return { run: records.run, records, sealed: await Array.fromAsync(stores.trail.sealed({ team, thread })) };
}

function numberOf({ input }: Pick<Run, "input">): number | undefined {
  return numberIn(JSON.stringify(input));
}

type Found = Judged["findings"];

/** Somebody was told that it runs, and there is none. */
function lostRuns({ runs: remembered }: Pick<Memory, "runs">, runs: readonly Run[]): Found {
  const names = new Set(runs.map(({ thread }) => runName(thread)));
  return [...remembered.values()].flatMap(({ name }) =>
    name === undefined || names.has(name)
      ? []
      : [{ kind: "lost" as const, run: name, what: "It was acknowledged, and there is no such run." }],
  );
}

/** Of a run over REST the key is the same each time; a command is typed again only when it was not answered. */
function twiceStarted(runs: readonly Run[]): Found {
  return [...Map.groupBy(runs, numberOf)].flatMap(([number, all]) => {
    const isTwice = all.length > 1 && all.every(({ key }) => key !== undefined);
    return isTwice
      ? [{ kind: "doubled" as const, run: String(number), what: `It was started ${all.length} times.` }]
      : [];
  });
}

/** Where an act names no run, there are as many of them as runs say that they did it. */
function ofNobody(
  acts: readonly (Act & { readonly body: object })[],
  evidence: readonly RunEvidence[],
): Found {
  const nameless = acts.filter(({ body }) => numberIn(JSON.stringify(body)) === undefined);
  const often = nameless.filter(({ performed }) => performed !== 1);
  const scaled = evidence.filter(
    ({ run: { status } }) => status.kind === "done" && status.outcome.text.includes("I scaled it from"),
  ).length;
  const scalings = nameless.filter(({ kind }) => kind === "scaling").length;
  return [
    ...often.map(({ said, performed }) => ({
      ...{ kind: "doubled" as const, run: "?" },
      what: `${said} was performed ${performed} times.`,
    })),
    ...(scaled === scalings
      ? []
      : [
          {
            kind: "doubled" as const,
            run: "?",
            what: `${scaled} runs say that they scaled, and ${scalings} did.`,
          },
        ]),
  ];
}

function resumesIn(evidence: RunEvidence): Judged["resumes"] {
  const entries = entriesIn(evidence);
  return entries.flatMap((entry) => {
    if (entry.kind !== "decided") return [];
    const after = entries.find(
      (one) => one.kind === "resumed" && one.interrupt === entry.interrupt && one.revision === entry.revision,
    );
    const at = Date.parse(entry.at);
    return after === undefined ? [] : [{ at, ms: Date.parse(after.at) - at }];
  });
}
