// The local Slack, which tells the soak of each message and each form as it changes: looking at everything every time would cost more than the product.
import { createClock } from "../../src/local/clock.ts";
import { LOCAL_SECRETS } from "../../src/local/config.ts";
import { SEED } from "../../src/local/slack/seed.ts";
import { createLocalSlack } from "../../src/local/slack/server.ts";
import { createStore } from "../../src/local/slack/store.ts";

const TOLD = ["message", "modal"];

export async function runWatchedSlack(port: number, appUrl: string): Promise<void> {
  const kept = createStore(":memory:");
  const tell = (what: string, id: string, json?: string): void => {
    if (TOLD.includes(what)) process.send?.({ kind: "document", what, id, json });
  };
  const store = {
    ...kept,
    write(kind: string, id: string, json: string): void {
      kept.write(kind, id, json);
      tell(kind, id, json);
    },
    remove(kind: string, id: string): void {
      kept.remove(kind, id);
      tell(kind, id);
    },
  };
  const clock = createClock(Date.now, store);
  await createLocalSlack({ ...LOCAL_SECRETS, teamId: SEED.teamId, appUrl, store, clock }).listen(port);
}
