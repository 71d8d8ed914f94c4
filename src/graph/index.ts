// The only door of the agent-graph runtime.
export {
  Annotation,
  type AnnotationRoot,
  type Channel,
  type Channels,
  type StateOf,
  type UpdateOf,
} from "./annotation.ts";
export { branchOf } from "./branch.ts";
export type { BreakpointNodes, BreakpointOptions } from "./breakpoint.ts";
export { type CachePolicy, InMemoryCache, type NodeCache } from "./cache.ts";
export { ChatMessage, type ChatMessageFields, type ChatToolCall } from "./chat-message.ts";
export type * from "./checkpointer.ts";
export { getConfig, getStore, getWriter } from "./ambient.ts";
export { canonicalJson, decodeValue, encodeValue, type JsonValue } from "./codec.ts";
export {
  answersToTake,
  isTaskDone,
  isWithinNode,
  nextIdempotencyKey,
  task,
  type TaskOptions,
} from "./call.ts";
export { Command, END, Send, START } from "./command.ts";
export type { CompiledGraph, GraphInput, InvokeResult, StreamConfig } from "./compiled-graph.ts";
export type { HistoryOptions, StateOptions } from "./inspect.ts";
export type { CompileOptions, InvokeConfig, ThreadConfig } from "./options.ts";
export type { DrawingOptions, DrawnEdge, DrawnNode, GraphDrawing, MermaidOptions } from "./drawn.ts";
export {
  type Entrypoint,
  entrypoint,
  type EntrypointConfig,
  type EntrypointOptions,
  type Final,
  getPreviousState,
} from "./entrypoint.ts";
export type { Durability } from "./durability.ts";
export { NodeError } from "./node-error.ts";
export * from "./errors.ts";
export { INTERRUPT, interrupt, type InterruptOptions, isInterrupted } from "./interrupt.ts";
export { InMemorySaver, MemorySaver } from "./memory.ts";
export type * from "./messages.ts";
export {
  argsIn,
  chatFromLike,
  chatFromMessage,
  type LangChainLike,
  openAiFromMessage,
} from "./message-shapes.ts";
export {
  addMessages,
  ChatMessagesAnnotation,
  chatMessagesReducer,
  type MessageLike,
  type MessageRemoval,
  MessagesAnnotation,
  messagesStateReducer,
  type MessagesUpdate,
  REMOVE_ALL_MESSAGES,
  RemoveMessage,
} from "./message-reducer.ts";
export type { NodeConfig } from "./node-config.ts";
export type {
  NodeErrorHandler,
  NodeFunction,
  NodeOptions,
  NodePolicies,
  NodeReturn,
  NodeRunnable,
  Runnable,
} from "./node.ts";
export { Overwrite, type OverwriteValue } from "./overwrite.ts";
export type { RetryPolicy } from "./retry.ts";
export {
  decodeMemo,
  decodeSlot,
  type EncodedChange,
  encodeMemo,
  encodeSlot,
  takenApart,
} from "./slot-codec.ts";
export type {
  SnapshotConfig,
  SnapshotInterrupt,
  SnapshotTask,
  StateSnapshot,
  ThreadStatus,
} from "./snapshot.ts";
export type { GraphInit, GraphSchemas } from "./schemas.ts";
export type { SchemaIssue } from "./schema-issues.ts";
export type { OnPaused } from "./start.ts";
export type { StandardSchema } from "./standard-schema.ts";
export type { ObjectSchema, StateDefinition } from "./state.ts";
export { MessagesValue, ReducedValue, StateSchema, UntrackedValue } from "./state-schema.ts";
export {
  type BaseStore,
  decodeItemValue,
  encodeItemValue,
  InMemoryStore,
  type Item,
  type ListNamespacesOptions,
  type SearchOptions,
} from "./store.ts";
export { checkNamespace, isSelected, passesFilter, storePath } from "./store-rules.ts";
export { afterSlot, emptyThread, type Thread } from "./thread.ts";
export type { Takeover } from "./take-over.ts";
export type { TaskChunk } from "./live.ts";
export type { StreamMode } from "./stream.ts";
export { type BranchFunction, StateGraph } from "./state-graph.ts";
export {
  type AnyMessage,
  answerTo,
  type Asked,
  type AskedCall,
  askedIn,
  callsIn,
  roleOf,
} from "./tool-calls.ts";
export type { TimeoutPolicy } from "./timeout-policy.ts";
export type { UpdateStep } from "./update.ts";
