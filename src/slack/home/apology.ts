// In place of a home that cannot be read now: what came of the click all the same, why there is nothing else, and a button to try again.
import type { HomeView } from "@slack/web-api";
import type { Apology } from "../../runs/home-ports.ts";
import { FIRST_STATE } from "../../runs/home-state.ts";
import { section } from "../blocks/parts.ts";
import { refreshButton } from "./controls.ts";
import { encodeHomeState } from "./state.ts";
import { saidBlocks } from "./view.ts";

const WHY = {
  storage:
    "I couldn't read what is going on: the database did not answer. Nothing is lost; please refresh in about 30 s.",
  directory:
    "I couldn't check what you may see, because Slack did not answer. Nothing is lost; please refresh in about 30 s.",
  late: "That took a while, so the rest is not here yet. Refresh shows it.",
} as const;

export function apologyView({ because, state = FIRST_STATE, said }: Apology): HomeView {
  return {
    type: "home",
    private_metadata: encodeHomeState(state),
    blocks: [...saidBlocks(said), section(WHY[because]), { type: "actions", elements: [refreshButton()] }],
  };
}
