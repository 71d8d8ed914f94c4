// Entries of every size for the chain's tests.
import type { AuditEntry } from "../../src/approvals/audit.ts";
import { NOW } from "./fixtures.ts";

export const CHAIN_KEY = { team: "T1", thread: "0123456789abcdef0123456789abcdef" };

export function failure(id: string, error = "It broke."): AuditEntry {
  return { kind: "failed", id, at: NOW, error };
}

export function failures(count: number, error?: string): readonly AuditEntry[] {
  return Array.from({ length: count }, (_, n) => failure(`failed:${n}`, error));
}
