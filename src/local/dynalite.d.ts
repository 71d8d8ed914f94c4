// dynalite brings no types of its own.
declare module "dynalite" {
  import type { Server } from "node:http";

  interface DynaliteOptions {
    /** Where its data lives; in memory without one. */
    readonly path?: string;
    readonly createTableMs?: number;
    readonly deleteTableMs?: number;
  }

  export default function dynalite(options?: DynaliteOptions): Server;
}
