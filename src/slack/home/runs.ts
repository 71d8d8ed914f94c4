// A run that goes on, and one that is over, each in a few words.
import type { KnownBlock } from "@slack/web-api";
import type { Approval } from "../../approvals/approval.ts";
import { lastChangeOf } from "../../runs/history.ts";
import type { Running } from "../../runs/home.ts";
import type { Run } from "../../runs/run.ts";
import { heading, inLine, section } from "../blocks/parts.ts";
import { statusOf } from "../blocks/run-card.ts";
import { clip, LIMITS } from "../limits.ts";
import { moment, oneLine } from "../text.ts";
import { decidersOf } from "../words.ts";
import { ago, asked } from "./asked.ts";

export function runningRow({ run, asks }: Running, at: string): KnownBlock {
  const { mark, text } = standing(run, asks);
  return section(`${mark} *${nameOf(run)}* · ${text}\n${asked(run, ago(run.createdAt, at))}`);
}

/** What it waits for first, and how much else. */
function standing(run: Run, asks: readonly Approval[]): { readonly mark: string; readonly text: string } {
  const [first, ...others] = asks.filter(({ state }) => state.kind === "pending");
  if (first !== undefined) {
    const more = others.length === 0 ? "" : `, and ${others.length} more`;
    return { mark: "🟠", text: `Waiting for ${decidersOf(first)}: ${heading(first.request.title)}${more}` };
  }
  // Its questions may be among those that were not looked at.
  const isUnknown = run.status.kind === "waiting" && asks.length === 0;
  return isUnknown ? { mark: "⏸️", text: "Waiting; its card shows how it stands" } : statusOf(run, asks);
}

export function doneRow(run: Run, at: string): KnownBlock {
  const { mark, text, said } = statusOf(run, []);
  const lines = [
    `${mark} *${nameOf(run)}* · ${clip(oneLine(text), LIMITS.note)}`,
    ...(said === undefined ? [] : [inLine(said, LIMITS.note)]),
    `${asked(run, ago(run.createdAt, at))} · ${moment(lastChangeOf(run))}`,
  ];
  return section(lines.join("\n"));
}

export function nameOf({ workflow }: Pick<Run, "workflow">): string {
  return inLine(workflow, LIMITS.factLabel);
}
