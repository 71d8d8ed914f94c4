// The door for graphs that were written for LangGraph and LangChain: what "@langchain/langgraph" exports, by its names, with every
// message of a conversation in LangChain's shape, as such graphs expect it. A graph that reads OpenAI's messages needs src/graph alone.
export * from "../graph/index.ts";
export {
  ChatMessagesAnnotation as MessagesAnnotation,
  chatMessagesReducer as addMessages,
  chatMessagesReducer as messagesStateReducer,
} from "../graph/index.ts";
