// Opening a direct message, with the app or with somebody else.
import { refusal, type Acting } from "./acting.ts";
import type { ImOpened, OpenIm } from "./protocol.ts";
import { SEED } from "./seed.ts";

export function openIm({ workspace, person }: Acting, { with: id }: OpenIm): Promise<ImOpened> {
  const other = workspace.person(id);
  if (other === undefined || other.id === SEED.users.slackbot)
    return Promise.resolve(refusal(`There is nobody with the id ${id} to write to.`));
  if (other.id === person.id) return Promise.resolve(refusal("Messages to oneself are not supported here."));
  return Promise.resolve({ ok: true, channel: workspace.openIm(person, other).id });
}
