// What a tool throws that is not the tool's: it ends the worker's turn, and no model is told of it.
import {
  AnswerRefused,
  CheckpointConflict,
  GraphInterrupt,
  GraphValueError,
  NodeInterrupt,
  OutcomeUnknownError,
} from "../graph/index.ts";

/** Somebody else has the thread, or what the run itself stands on is away; whoever has it next makes the call again. */
export function endsTurn(error: unknown): boolean {
  if (error instanceof CheckpointConflict) return true;
  return error instanceof Error && "endsTurn" in error && error.endsTurn === true;
}

/** What stops the run on purpose, or cannot be mended by a model. */
export function isForTheRuntime(error: unknown): boolean {
  if (endsTurn(error)) return true;
  return [GraphInterrupt, NodeInterrupt, AnswerRefused, GraphValueError, OutcomeUnknownError].some(
    (kind) => error instanceof kind,
  );
}
