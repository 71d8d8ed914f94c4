// What a home is steered by: whose runs it shows, Refresh, and the pages of its sections.
import type { ActionsBlock, KnownBlock, PlainTextOption } from "@slack/web-api";
import type { HomeFilter } from "../../runs/home-state.ts";
import { HOME_ACTION } from "../action-id.ts";
import { button, plain } from "../blocks/parts.ts";
import { LIMITS } from "../limits.ts";
import { encodeTurn, type Turn } from "./state.ts";

const FILTERS: Readonly<Record<HomeFilter, string>> = {
  mine: "For me",
  groups: "My groups",
  all: "Everything I may see",
};

export function controls(filter: HomeFilter): ActionsBlock {
  const options = { mine: optionOf("mine"), groups: optionOf("groups"), all: optionOf("all") };
  return {
    type: "actions",
    // A new block for each choice, so that Slack keeps none of its own.
    block_id: `home:${filter}`,
    elements: [
      {
        type: "static_select",
        action_id: HOME_ACTION.filter,
        placeholder: plain("Show", LIMITS.buttonText),
        options: Object.values(options),
        initial_option: options[filter],
      },
      refreshButton(),
    ],
  };
}

function optionOf(filter: HomeFilter): PlainTextOption {
  return { text: plain(FILTERS[filter], LIMITS.optionText), value: filter };
}

export function refreshButton(): ReturnType<typeof button> {
  return button({ text: "Refresh", action: HOME_ACTION.refresh, value: "refresh" });
}

interface Pages {
  readonly name: Turn["section"];
  readonly page: number;
  readonly hasNext: boolean;
}

export function turning({ name: section, page, hasNext }: Pages): readonly KnownBlock[] {
  const back = { text: "Back", action: HOME_ACTION.back, value: encodeTurn({ section, page: page - 1 }) };
  const more = {
    text: "Show more",
    action: HOME_ACTION.more,
    value: encodeTurn({ section, page: page + 1 }),
  };
  const elements = [...(page > 0 ? [button(back)] : []), ...(hasNext ? [button(more)] : [])];
  return elements.length === 0 ? [] : [{ type: "actions", block_id: `home:${section}:${page}`, elements }];
}
