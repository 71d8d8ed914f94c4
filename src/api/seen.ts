// What a key may see: its owner's runs and requests, and those it may decide itself.
import * as z from "zod";
import { keyGroup } from "../approvals/actor.ts";
import type { Approval } from "../approvals/approval.ts";
import { findRun, type SeenRun } from "../runs/find.ts";
import { type Viewer, viewerOf } from "../runs/viewer.ts";
import type { Listing } from "../runs/workflow.ts";
import type { ApiContext } from "./context.ts";
import { problem, type Reply } from "./problem.ts";
import { noSuchRequest } from "./removed.ts";

export const RunName = z
  .string()
  .regex(/^(?:r-)?[0-9a-f]{6,32}$/, 'must be a run\'s id, or its name like "r-1a2b3c"')
  .meta({ description: 'a run\'s id, or what people call it: "r-1a2b3c"', examples: ["r-1a2b3c"] });

export const InterruptId = z
  .string()
  .regex(/^[0-9a-f]{32}$/, "must be the id of a request: 32 hexadecimal digits")
  .meta({ description: "the id of a request" });

type Found<T> =
  { readonly kind: "found"; readonly found: T } | { readonly kind: "problem"; readonly reply: Reply };

/** A key is worth no more than the account of its owner. @throws DirectoryUnavailable */
export async function viewerFor({ deps, key }: ApiContext): Promise<Found<Viewer>> {
  const viewer = await viewerOf(deps, key.owner);
  const { person } = viewer;
  if (person.kind !== "member") return { kind: "problem", reply: NO_MEMBER };
  const groups = [...person.groups, keyGroup(key.name)];
  return { kind: "found", found: { ...viewer, person: { ...person, groups } } };
}

const NO_MEMBER = problem(
  "forbidden",
  "The key's owner is no full member of the workspace any more. Nothing was done; an operator can make a key of somebody else's.",
);

/** @throws StorageUnavailable, DirectoryUnavailable */
export async function runFor(context: ApiContext, name: string): Promise<Found<SeenRun>> {
  const { deps, team } = context;
  const viewer = await viewerFor(context);
  if (viewer.kind === "problem") return viewer;
  const found = await findRun(deps, { team, viewer: viewer.found }, name);
  switch (found.kind) {
    case "found":
      return { kind: "found", found };
    case "several":
      return {
        kind: "problem",
        reply: problem(
          "conflict",
          `"${name}" is the name of ${found.runs.length} runs. Use the id of one: ${found.runs.map(({ thread }) => thread).join(", ")}.`,
        ),
      };
    case "unknown":
      return {
        kind: "problem",
        reply: problem("unknown", `There is no run "${name}" that this key may see.`),
      };
  }
}

/** @throws StorageUnavailable, DirectoryUnavailable */
export async function requestFor(
  context: ApiContext,
  { run: name, request }: { readonly run: string; readonly request: string },
): Promise<Found<Approval>> {
  const run = await runFor(context, name);
  if (run.kind === "problem") return run;
  const found = run.found.approvals.find(({ interrupt }) => interrupt === request);
  if (found !== undefined) return { kind: "found", found };
  const reply = noSuchRequest(run.found.run, `The run "${name}" has no request "${request}".`);
  return { kind: "problem", reply };
}

/** Undefined for a workflow that is gone. */
export function listingOf({ deps }: ApiContext, workflow: string): Listing | undefined {
  return deps.catalog.find(({ name }) => name === workflow);
}
