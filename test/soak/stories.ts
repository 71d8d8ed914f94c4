// What the soak asks for, and what people mean to do about it. Each run has a number that stands in its input, on its cards and in its effects.
import type { Chance } from "../faults/processes/chance.ts";

/** What the people who decide mean to do with every question of a run. */
export type Intent =
  | "approve"
  /** Twice at the same instant, by two people where two may. */
  | "race"
  /** One approves while another rejects. */
  | "contest"
  | "edit"
  | "reject"
  /** Somebody who may not clicks first. */
  | "stranger"
  | "cancel"
  /** Approves, and later clicks again what was on the card before. */
  | "stale"
  /** Nobody does anything. */
  | "leave"
  /** And the rest of the run goes on without asking. */
  | "allow";

type Words = Readonly<Record<string, string | number>>;

export interface Story {
  readonly number: number;
  readonly workflow: string;
  readonly words: Words;
  readonly intent: Intent;
  readonly door: "command" | "rest";
  /** Of acts at the target that name the run: at least, at most. Undefined where they name no run. */
  readonly acts: readonly [least: number, most: number] | undefined;
}

const PLAIN = {
  ...{ approve: 40, race: 14, contest: 10, edit: 12, reject: 10 },
  ...{ stranger: 5, cancel: 5, stale: 5 },
};
const KINDS = {
  both: 25,
  words: 15,
  reminded: 15,
  "rejected late": 12,
  "on late": 10,
  again: 10,
  allowed: 15,
};
/** Of a run that nobody decides, its time does. */
const LEFT = ["rejected late", "on late"];

type WorkflowName = "deploy" | "email" | "expense" | "signoff" | "remediate" | "send-note" | "soaked";
export const OWN_WORKFLOWS: readonly WorkflowName[] = ["send-note", "soaked"];
const WEIGHTS: Readonly<Record<WorkflowName, number>> = {
  ...{ deploy: 18, email: 18, expense: 14, signoff: 14, remediate: 10 },
  ...{ "send-note": 10, soaked: 16 },
};

/** Without the soak's own workflows where the handlers were built without them. */
export function nextStory(number: number, chance: Chance, hasOwn: boolean): Story {
  const weights = hasOwn ? WEIGHTS : { ...WEIGHTS, "send-note": 0, soaked: 0 };
  const workflow = chance.weighted(weights);
  const kind = chance.weighted(KINDS);
  const intent = intentFor(workflow, kind, chance);
  return {
    ...{ number, workflow, intent },
    door: chance.part() < 0.7 ? "command" : "rest",
    words: WORDS[workflow](number, chance, kind),
    acts: workflow === "remediate" ? undefined : actsOf(intent, workflow, kind),
  };
}

function intentFor(workflow: WorkflowName, kind: keyof typeof KINDS, chance: Chance): Intent {
  if (workflow !== "soaked") return chance.weighted(PLAIN);
  if (LEFT.includes(kind) || kind === "again") return chance.part() < 0.7 ? "leave" : "approve";
  if (kind === "allowed") return "allow";
  return kind === "words" ? "approve" : chance.weighted({ approve: 70, reject: 15, contest: 15 });
}

const WORDS: Readonly<Record<WorkflowName, (number: number, chance: Chance, kind: string) => Words>> = {
  deploy: (number, chance) => ({
    service: chance.weighted({ checkout: 1, "orders-db": 1, payments: 1, search: 1 }),
    version: `v9.${number}.0`,
    env: chance.weighted({ prod: 1, staging: 1 }),
  }),
  email: (number) => ({
    to: `soak${number}@example.com`,
    about: `the release of soak${number} is on Monday`,
  }),
  expense: (number, chance) => ({
    payee: `Hotel soak${number}`,
    amount: chance.part() < 0.3 ? 120 : 749.5,
    currency: "EUR",
    purpose: "Rooms",
  }),
  signoff: (number) => ({ proposal: `Proposal soak${number}` }),
  remediate: (number, chance) => ({
    alertname: chance.weighted({ [`IdleReplicas soak${number}`]: 5, [`HighLoad soak${number}`]: 5 }),
    ...{ service: "orders-db", env: "prod", severity: "critical", summary: "It fires." },
  }),
  "send-note": (number) => ({ to: `soak${number}@example.com`, text: `This is soak${number}.` }),
  soaked: (number, _, kind) => ({ tag: `soak${number}`, kind }),
};

function actsOf(intent: Intent, workflow: WorkflowName, kind: string): readonly [number, number] {
  if (workflow === "soaked" && kind === "allowed") return [3, 3];
  if (workflow === "soaked" && kind === "rejected late") return [0, 1];
  if (intent === "contest" || intent === "cancel") return [0, 1];
  // A small expense is paid at once, and an e-mail is written again.
  if (intent === "reject") return workflow === "expense" || workflow === "email" ? [0, 1] : [0, 0];
  return [1, 1];
}

const NUMBER = /soak(\d+)|v9\.(\d+)\.\d/;

/** Which run a card, an act or an input belongs to. */
export function numberIn(text: string): number | undefined {
  const [, tag, version] = NUMBER.exec(text) ?? [];
  const number = Number(tag ?? version);
  return Number.isNaN(number) ? undefined : number;
}

/** The line that somebody types. */
export function commandOf({ workflow, words }: Story): string {
  const given = Object.entries(words).map(([name, value]) => `${name}=${quoted(String(value))}`);
  return `/countersign run ${workflow} ${given.join(" ")}`;
}

function quoted(text: string): string {
  return text.includes(" ") ? `"${text}"` : text;
}
