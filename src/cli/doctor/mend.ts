// How a sentence says where a setting is changed: by setup for a deployment, in .env for an app on one machine.
import type { DoctorFacts } from "./facts.ts";
import { SETTINGS, SETUP_OPTIONS } from "../setup/words.ts";

/** @example `Name another one: ${byChanging(facts, "SLACK_DEFAULT_CHANNEL")}.` // "… setup with --channel <#ops>." */
export function byChanging({ kind }: Pick<DoctorFacts, "kind">, ...names: readonly string[]): string {
  if (kind === "file") return `${orOf(names)} in .env, and start the app again`;
  const options = SETTINGS.filter(({ name }) => names.includes(name)).map(
    ({ option, isSecret }) =>
      `--${option} ${isSecret === true ? "ask" : (SETUP_OPTIONS[option]?.takes ?? "")}`,
  );
  return `setup with ${orOf(options)}`;
}

function orOf(all: readonly string[]): string {
  const [last = "", ...before] = all.toReversed();
  return before.length === 0 ? last : `${before.toReversed().join(", ")} or ${last}`;
}
