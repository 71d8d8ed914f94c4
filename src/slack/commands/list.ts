// list: the workflows there are, with how to start each; first those that the one who asks may start.
import { mayStart } from "../../approvals/policy.ts";
import { startersOf } from "../../runs/catalog.ts";
import type { Listing } from "../../runs/workflow.ts";
import type { SlackContext } from "../listeners/context.ts";
import { escaped } from "../text.ts";
import { namesOf } from "../words.ts";
import { type Answer, answered, type Asked } from "./asked.ts";
import { MEMBERS_ONLY } from "./named-run.ts";
import { usage } from "./start-words.ts";

export async function list({ deps, command }: SlackContext, { user }: Asked): Promise<Answer> {
  const named = deps.catalog.map((listing) => ({ listing, starters: startersOf(deps, listing) }));
  const groups = new Set(named.flatMap(({ starters }) => starters?.groups ?? []));
  const person = await deps.directory.person(user, [...groups]);
  if (person.kind !== "member") return answered(MEMBERS_ONLY);
  if (named.length === 0) return answered("There are no workflows here yet.");
  const mine = named.filter(({ starters }) => mayStart(person, starters).allowed);
  const others = named.filter((one) => !mine.includes(one));
  return answered(
    [
      ...mine.map(({ listing }) => `${headOf(listing)}\n    ${usage(listing, command)}`),
      ...others.map(
        ({ listing, starters }) =>
          `${headOf(listing)} Only ${starters ? namesOf(starters) : "others"} can start it.`,
      ),
    ].join("\n"),
  );
}

function headOf({ name, description }: Listing): string {
  return `*${name}*: ${escaped(description)}`;
}
