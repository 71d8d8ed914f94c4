// Every command, by its name.
import { auditCommand } from "./histories/audit.ts";
import type { Command } from "./command.ts";
import { costCommand } from "./cost.ts";
import { doctorCommand } from "./doctor/doctor.ts";
import { exportCommand } from "./histories/export.ts";
import { keyCommand } from "./key.ts";
import { purgeCommand } from "./purge/purge.ts";
import { redriveCommand } from "./redrive/redrive.ts";
import { retentionCommand } from "./retention.ts";
import { runCommand } from "./runs/run.ts";
import { runsCommand } from "./runs/runs.ts";
import { setupCommand } from "./setup/setup.ts";

const ALL: readonly Command[] = [
  runsCommand,
  runCommand,
  costCommand,
  exportCommand,
  auditCommand,
  keyCommand,
  doctorCommand,
  redriveCommand,
  retentionCommand,
  purgeCommand,
  setupCommand,
];

export const COMMANDS: ReadonlyMap<string, Command> = new Map(ALL.map((command) => [command.name, command]));
