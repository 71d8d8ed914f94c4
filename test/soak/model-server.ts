// The scripted model behind a door that sometimes fails: 500, 429 with Retry-After, or never an answer.
import { startScriptedModel } from "../../src/local/model.ts";
import { answer, openDoor, passOn, type Passed } from "./door.ts";

const FAILS = { "500": 0.03, "429": 0.03, silent: 0.005 } as const;

export async function runFailingModel(port: number, hasFaults: boolean): Promise<void> {
  const { url } = await startScriptedModel();
  await openDoor((asked) => (hasFaults ? failure() : undefined) ?? passOn(new URL(url).origin, asked), port);
}

function failure(): Promise<Passed> | undefined {
  const drawn = Math.random();
  const error = { error: { message: "Failed on purpose.", type: "server_error" } };
  if (drawn < FAILS["500"]) return Promise.resolve(answer(500, error));
  if (drawn < FAILS["500"] + FAILS["429"]) return Promise.resolve(answer(429, error, { "retry-after": "1" }));
  if (drawn < FAILS["500"] + FAILS["429"] + FAILS.silent) return new Promise(() => undefined);
  return undefined;
}
