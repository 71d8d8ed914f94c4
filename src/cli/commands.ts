// Every command, by its name.
import type { Command } from "./command.ts";
import { keyCommand } from "./key.ts";
import { setupCommand } from "./setup.ts";

const ALL: readonly Command[] = [keyCommand, setupCommand];

export const COMMANDS: ReadonlyMap<string, Command> = new Map(ALL.map((command) => [command.name, command]));
