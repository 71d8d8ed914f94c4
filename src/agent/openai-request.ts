// What is asked of a model, in the form of OpenAI's chat completions.
import type { ChatCompletionMessageParam, ChatCompletionTool } from "openai/resources/chat/completions";
import type { ResponseFormatJSONSchema } from "openai/resources/shared";
import {
  type ChatModel,
  type Message,
  openAiFromMessage,
  type OutputForm,
  type ToolDeclaration,
} from "../graph/index.ts";

export type ModelRequest = Parameters<ChatModel["complete"]>[0];

export interface Question {
  readonly model: string;
  readonly messages: ChatCompletionMessageParam[];
  readonly tools?: ChatCompletionTool[];
  readonly response_format?: ResponseFormatJSONSchema;
}

export function questionOf(model: string, { messages, tools = [], output }: ModelRequest): Question {
  return {
    model,
    messages: messages.map(paramOf),
    ...(tools.length > 0 && { tools: tools.map(toolOf) }),
    ...(output && { response_format: formOf(output) }),
  };
}

/** A conversation may hold messages of LangChain's too. */
function paramOf(given: Message): ChatCompletionMessageParam {
  const { id: _, ...message } = openAiFromMessage(given);
  if (message.role !== "assistant") return message;
  const { role, content, tool_calls } = message;
  return { role, content, ...(tool_calls && { tool_calls: [...tool_calls] }) };
}

/** Not strict: arguments are checked where they are used, and a strict service refuses whole requests for a schema that it cannot hold a model to. */
function toolOf({ name, description, parameters }: ToolDeclaration): ChatCompletionTool {
  return { type: "function", function: { name, description, parameters: { ...parameters } } };
}

function formOf({ name, schema }: OutputForm): ResponseFormatJSONSchema {
  return {
    type: "json_schema",
    json_schema: { name, schema: { ...schema }, strict: schema["type"] === "object" && canBeHeldTo(schema) },
  };
}

/** Words of JSON Schema to which OpenAI cannot hold a model. */
const TOO_MUCH = [
  ...["allOf", "oneOf", "not", "if", "then", "else", "patternProperties", "propertyNames", "prefixItems"],
  ...[
    "dependentRequired",
    "dependentSchemas",
    "unevaluatedProperties",
    "unevaluatedItems",
    "contains",
    "default",
  ],
];

/** Every object in it says all its fields, and requires each of them. */
function canBeHeldTo(schema: unknown): boolean {
  if (Array.isArray(schema)) return schema.every(canBeHeldTo);
  if (typeof schema !== "object" || schema === null) return true;
  const { type, properties, required, additionalProperties, ...others }: Readonly<Record<string, unknown>> = {
    ...schema,
  };
  if (TOO_MUCH.some((word) => word in others)) return false;
  const fields = typeof properties === "object" && properties !== null ? properties : {};
  const isWhole =
    additionalProperties === false &&
    Object.keys(fields).every((name) => Array.isArray(required) && required.includes(name));
  if (type === "object" && !isWhole) return false;
  return Object.values(fields).every(canBeHeldTo) && Object.values(others).every(canBeHeldTo);
}
