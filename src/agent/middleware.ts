// What an author puts around the model and the tools: each layer sees what comes in, may change it, and sees what goes back.
import type { ChatModel, Completion } from "../graph/index.ts";
import type { AgentState } from "./agent-state.ts";
import type { ReviewStep } from "./review.ts";
import type { ToolAnswer } from "./tool-answer.ts";

export type ModelRequest = Parameters<ChatModel["complete"]>[0];

/** A call as the model asked for it; nobody has checked it. */
export interface CallRequest {
  readonly id: string;
  readonly name: string;
  /** Undefined when what the model wrote is no JSON object. */
  readonly args: Readonly<Record<string, unknown>> | undefined;
}

/**
 * One layer; the first of a list is the outermost.
 *
 * What `wrapTool` changes is checked, gated and asked about like what the model wrote: it stands around all of that, so nothing can run
 * that nobody has seen. A layer that answers without `next` stands in for the tool. Do not catch what `next` throws: it may be the run that stops.
 *
 * @example
 * const timed: Middleware = { name: "timed", wrapTool: async (call, next) => { const answer = await next(call); log(call.name); return answer; } };
 */
export interface Middleware {
  readonly name: string;
  readonly wrapModel?: (
    request: ModelRequest,
    next: (request: ModelRequest) => Promise<Completion>,
    state: AgentState,
  ) => Promise<Completion>;
  readonly wrapTool?: (
    call: CallRequest,
    next: (call: CallRequest) => Promise<ToolAnswer>,
  ) => Promise<ToolAnswer>;
  /** A step of its own between the model and the tools, for which people are asked about several calls at once. */
  readonly review?: ReviewStep;
}

export function wrappedTool(
  middleware: readonly Middleware[],
  inner: (call: CallRequest) => Promise<ToolAnswer>,
): (call: CallRequest) => Promise<ToolAnswer> {
  return middleware.reduceRight(
    (next, { wrapTool }) => (wrapTool === undefined ? next : (call) => wrapTool(call, next)),
    inner,
  );
}

export function wrappedModel(
  middleware: readonly Middleware[],
  state: AgentState,
  inner: (request: ModelRequest) => Promise<Completion>,
): (request: ModelRequest) => Promise<Completion> {
  return middleware.reduceRight(
    (next, { wrapModel }) => (wrapModel === undefined ? next : (request) => wrapModel(request, next, state)),
    inner,
  );
}
