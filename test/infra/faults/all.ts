// Every mistake that the checker is tried with.
import { ALARMS } from "./alarms.ts";
import { ENVIRONMENT } from "./environment.ts";
import { FUNCTIONS, PERMISSIONS } from "./functions.ts";
import { TABLE_AND_QUEUES } from "./storage.ts";
import { REFERENCES, TYPES } from "./template.ts";

export const FAULTS = [
  ...TYPES,
  ...REFERENCES,
  ...FUNCTIONS,
  ...PERMISSIONS,
  ...ENVIRONMENT,
  ...TABLE_AND_QUEUES,
  ...ALARMS,
];
