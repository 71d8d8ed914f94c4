// What somebody may start from their home, each with a button that opens its form.
import type { KnownBlock } from "@slack/web-api";
import type { Listing } from "../../runs/workflow.ts";
import { ACTION } from "../action-id.ts";
import { button, context, inLine, section } from "../blocks/parts.ts";
import { LIMITS } from "../limits.ts";

/** More are listed by help. */
const MOST = 10;

export function startBlocks(startable: readonly Listing[], command: string): readonly KnownBlock[] {
  if (startable.length === 0) return [];
  const left = startable.length - MOST;
  return [
    { type: "divider" },
    section("*Start something*"),
    ...startable
      .slice(0, MOST)
      .map(({ name, description }) =>
        section(
          `*${inLine(name, LIMITS.factLabel)}* · ${inLine(description, LIMITS.note)}`,
          button({ text: "Start…", action: ACTION.startForm, value: name }),
        ),
      ),
    ...(left > 0 ? [context(`And ${left} more: \`${command} help\` lists them all.`)] : []),
  ];
}
