// The door for graphs that were written for LangGraph and LangChain: what "@langchain/langgraph" exports, by its names, with every
// message of a conversation in LangChain's shape, as such graphs expect it. A graph that reads OpenAI's messages needs src/graph alone.
import {
  type AnnotationRoot,
  type Channel,
  ChatMessagesAnnotation,
  chatMessagesReducer,
  type ChatToolCall,
  type MessagesUpdate,
} from "../graph/index.ts";

export * from "../graph/index.ts";

/**
 * A `ChatMessage` as LangChain's types see one, so that a graph's code compiles as it is: it may be told to a model, narrowed by
 * `AIMessage.isInstance(…)`, and taken `as AIMessage`. As an interface it would not fit what models are declared to take.
 */
export type SeenMessage = {
  type: "human" | "ai" | "system" | "tool" | "function" | "remove" | (string & {});
  content: string | { type: string }[];
  id?: string;
  name?: string;
  tool_calls?: ChatToolCall[];
  text: string;
  getType(): string;
};

/** LangGraph's `messagesStateReducer`; see `chatMessagesReducer`. */
export const messagesStateReducer = chatMessagesReducer as unknown as (
  conversation: readonly SeenMessage[],
  update: MessagesUpdate | readonly SeenMessage[],
) => SeenMessage[];

/** LangGraph's other name for `messagesStateReducer`. */
export const addMessages = messagesStateReducer;

/** LangGraph's `MessagesAnnotation`; see `ChatMessagesAnnotation`. */
export const MessagesAnnotation = ChatMessagesAnnotation as unknown as AnnotationRoot<{
  readonly messages: Channel<SeenMessage[], MessagesUpdate | readonly SeenMessage[]>;
}>;
