// Nothing is there and switched off: a schedule, a queue's poller or an alarm would be missing without anybody hearing of it.
import { at, ofType, type Template } from "./template.ts";

/** Which property of which type switches it, and what it is while it is on; that is also what it is where nothing is said. */
const SWITCHES = [
  { type: "AWS::Events::Rule", key: "State", on: "ENABLED" },
  { type: "AWS::Lambda::EventSourceMapping", key: "Enabled", on: true },
  { type: "AWS::CloudWatch::Alarm", key: "ActionsEnabled", on: true },
] as const;

export function disabledFindings(template: Template): readonly string[] {
  return SWITCHES.flatMap(({ type, key, on }) =>
    ofType(template, type).flatMap(([name, { Properties }]) => {
      const state = at(Properties, key) ?? on;
      return state === on
        ? []
        : [`${name}.${key} is ${JSON.stringify(state)}, so it is there and does nothing.`];
    }),
  );
}
