// The places of a superstep: its tasks by name, and below each the calls of task() and the graphs that run in it.
import { hash } from "node:crypto";

/** 32 hexadecimal digits: the same for the same parts. */
export function idOf(parts: readonly (string | number)[]): string {
  return hash("sha256", JSON.stringify(parts)).slice(0, 32);
}

/** The same in every run of the same task, or call of task(); `scope` is its thread and checkpoint. */
export function taskId(scope: readonly string[], path: string): string {
  return idOf([...scope, path]);
}

/** Names a call below the place that makes it; no node's name has "|" in it. */
export function callPath({ path }: { readonly path: string }, name: string, index: number): string {
  return `${path}|${name}:${index}`;
}

/** The name of the task() that was called at a path; undefined for a task of the superstep and for a graph within a node. */
export function calledName(path: string): string | undefined {
  return /\|([^|:]+):\d+$/.exec(path)?.[1];
}

/** The place of a node's error handler: it asks its own questions. No call has ":" in its name. */
export function handlerPath(path: string): string {
  return `${path}|:handler:0`;
}

/** Where a task's failures are kept, by number; no call has ":" in its name. */
export function failurePath(path: string, number: number): string {
  return `${path}|:error:${number}`;
}

export function isFailurePath(path: string): boolean {
  return /\|:error:\d+$/.test(path);
}

/** Where it is kept how often an at-most-once call was started and how that ended, by number; no call has ":" in its name. */
export function startPath(path: string, number: number): string {
  return `${path}|:started:${number}`;
}

/** The task of the superstep that a place belongs to. */
export function ownerOf(path: string): string {
  return path.split("|", 1)[0] ?? path;
}
