// A workflow of this deployment whose model says what a test has written for it: in the whole product, with people who click and a target that acts.
import { expect } from "vitest";
import * as z from "zod";
import type { Filled } from "../../src/local/slack/fill-in.ts";
import type { LocalPerson } from "../../src/local/slack/person.ts";
import type { Message } from "../../src/local/slack/protocol.ts";
import { StorageUnavailable } from "../../src/runs/errors.ts";
import type { Workflow } from "../../src/runs/workflow.ts";
import { type Line, type ModelServer, startModel } from "./model.ts";
import { textIn } from "./one-question.ts";
import { type OwnWorkflow, startOwnWorkflow } from "./own-workflow.ts";
import { messageLike, type System } from "./system.ts";

export interface ModelledRun extends OwnWorkflow, Pick<ModelServer, "asked"> {
  /** Bo clicks on the card with this title, and what opens is submitted as filled in; then the run goes as far as it can. */
  act(title: string, button: string, filled?: Filled): Promise<void>;
  /** What the tools have told the model, before its last answer. */
  heard(): readonly string[];
}

/** Rita has asked for it, and the run has gone as far as it can. */
export async function startModelled(
  workflow: Workflow,
  words: Readonly<Record<string, string>>,
  lines: readonly [Line, ...Line[]],
  more: Pick<Parameters<typeof startOwnWorkflow>[0], "http"> = {},
): Promise<ModelledRun> {
  const { model, asked } = await startModel(lines);
  const own = await startOwnWorkflow({ workflow, words, model, ...more });
  const { bo } = own;
  await own.goOn();
  return {
    ...own,
    asked,
    async act(title, button, filled) {
      await bo.click(await cardOf(bo, title), button);
      if (filled !== undefined) await bo.submit(await bo.waitFor(({ views }) => views.at(-1)), filled);
      await own.goOn();
    },
    heard: () => (asked.at(-1) ?? []).flatMap(({ role, content }) => (role === "tool" ? [content] : [])),
  };
}

/** The card that asks this, while it waits. */
export function cardOf(person: LocalPerson, title: string): Promise<Message> {
  return person.waitFor(
    ({ messages }) =>
      messages.findLast(({ text }) => text.startsWith("Approval needed") && text.includes(`: ${title}`)),
    10_000,
  );
}

/** All that is asked now. */
export async function openCards(person: LocalPerson): Promise<readonly string[]> {
  const { messages } = await person.snapshot();
  return messages.filter(({ text }) => text.startsWith("Approval needed")).map(textIn);
}

/** How it has ended, as the one who asked for it reads it. */
export async function endOf({ rita }: Pick<System, "rita">): Promise<string> {
  return textIn(await messageLike(rita, /^(✅|⛔) /, 10_000));
}

const Listed = z.record(z.string(), z.array(z.record(z.string(), z.unknown())));

/** What the target was asked to do, by the address that lists it. */
export async function performed(
  { config }: Pick<System, "config">,
  path: string,
): Promise<readonly Readonly<Record<string, unknown>>[]> {
  const answer: unknown = await (await fetch(`${config.opsUrl}/${path}`)).json();
  return Object.values(Listed.parse(answer)).flat();
}

/** Somebody else does this to the target meanwhile. */
export async function meanwhile(
  { config }: Pick<System, "config">,
  path: string,
  body: object,
): Promise<void> {
  const headers = {
    "content-type": "application/json",
    "idempotency-key": `meanwhile ${JSON.stringify(body)}`,
  };
  await fetch(`${config.opsUrl}/${path}`, { method: "POST", headers, body: JSON.stringify(body) });
}

/** How a run reaches the target whose worker loses the database once it has acted there for the first time. */
export function dyingAfter(path: string) {
  return ({ relays }: Pick<System, "relays">): typeof fetch => {
    let acts = 0;
    return async (input, init) => {
      const answer = await fetch(input, init);
      if (answer.url.endsWith(`/${path}`) && ++acts === 1) relays.dynamo.cut();
      return answer;
    };
  };
}

/** Approves, and the worker that acts on it dies before it can write down what it did; another one goes on. */
export async function approveAndDie(run: ModelledRun, title: string): Promise<void> {
  await expect(run.act(title, "Approve")).rejects.toThrow(StorageUnavailable);
  run.relays.dynamo.restore();
  await run.goOn();
}
