// What a picture shows: a drawing of stored records, a form, a home, or what one person is told in private. No workflow runs for it.
import type { KnownBlock, View } from "@slack/web-api";
import type { Approval } from "../../src/approvals/approval.ts";
import type { Drawing } from "../../src/runs/ports.ts";
import type { Run } from "../../src/runs/run.ts";
import { someRun } from "../slack/fixtures.ts";

export type Shown =
  /** As the messenger writes it. */
  | { readonly kind: "card"; readonly drawing: Drawing }
  | { readonly kind: "modal" | "home"; readonly view: View }
  | { readonly kind: "private"; readonly text: string; readonly blocks?: readonly KnownBlock[] };

export interface Scene {
  /** Of its files. */
  readonly name: string;
  /** What is to be seen, in a sentence. */
  readonly sees: string;
  readonly shows: Shown;
  /** A button of a message that is pressed before the picture is taken; what it opens is in it. */
  readonly press?: string;
}

/** A question's card, and what its run has beyond the usual. */
export function cardOf(name: string, sees: string, approval: Approval, run: Partial<Run> = {}): Scene {
  return drawingOf(name, sees, { kind: "ask", approval, run: someRun(run) });
}

export function drawingOf(name: string, sees: string, drawing: Drawing): Scene {
  return { name, sees, shows: { kind: "card", drawing } };
}

export function pressed(scene: Scene, press: string): Scene {
  return { ...scene, press };
}

export function modalOf(name: string, sees: string, view: View): Scene {
  return { name, sees, shows: { kind: "modal", view } };
}

export function privateOf(name: string, sees: string, text: string): Scene {
  return { name, sees, shows: { kind: "private", text } };
}
