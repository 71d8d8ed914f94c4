// Every command, by its name.
import type { Command } from "./command.ts";
import { keyCommand } from "./key.ts";

export const COMMANDS: ReadonlyMap<string, Command> = new Map(
  [keyCommand].map((command) => [command.name, command]),
);
