// The only file that loads OpenAI's client: one call to it, and its errors in our words.
import OpenAI, { APIConnectionError, APIError, APIUserAbortError } from "openai";
import type { ChatCompletionMessageParam, ChatCompletionTool } from "openai/resources/chat/completions";
import type { ResponseFormatJSONSchema } from "openai/resources/shared";
import {
  type ChatModel,
  type Message,
  openAiFromMessage,
  type OutputForm,
  type ToolDeclaration,
} from "../graph/index.ts";
import { ModelAnswerUnusable, ModelRefused, ModelUnavailable } from "./model-errors.ts";

/** Asks once, with the client's own retries; what comes back is whatever the service sent. */
export type Complete = (request: Parameters<ChatModel["complete"]>[0]) => Promise<unknown>;

interface ClientOptions {
  readonly apiKey: string | undefined;
  readonly baseUrl: string;
  readonly host: string;
  readonly model: string;
  readonly timeoutMs: number;
  readonly maxRetries: number;
  readonly fetch: typeof fetch | undefined;
}

/**
 * Asks through OpenAI's client.
 *
 * @example
 * const complete = createCompletions({ apiKey, baseUrl, host, model, timeoutMs: 20_000, maxRetries: 1, fetch: undefined });
 * const body = await complete({ messages: [{ role: "user", content: "Say hello." }], tools: [] });
 */
export function createCompletions(options: ClientOptions): Complete {
  const client = new OpenAI({
    // The client wants a key even for services that want none.
    apiKey: options.apiKey ?? "none",
    baseURL: options.baseUrl,
    timeout: options.timeoutMs,
    maxRetries: options.maxRetries,
    // Given so that the client does not look for them in the environment: everything that configures us is in our configuration.
    adminAPIKey: null,
    organization: null,
    project: null,
    webhookSecret: null,
    // At "debug" it would write whole prompts.
    logLevel: "off",
    ...(options.fetch && { fetch: options.fetch }),
  });
  return async ({ messages, tools = [], output, signal }) => {
    const question = {
      model: options.model,
      messages: messages.map(paramOf),
      ...(tools.length > 0 && { tools: tools.map(toolOf) }),
      ...(output && { response_format: formOf(output) }),
    };
    // The client's own timeout is for one try, and a service may tell it to wait a minute before the next; this ends all of it.
    const deadline = AbortSignal.timeout(options.timeoutMs);
    try {
      return await client.chat.completions.create(question, {
        signal: signal === undefined ? deadline : AbortSignal.any([signal, deadline]),
      });
    } catch (error) {
      // Whoever aborted knows why.
      signal?.throwIfAborted();
      throw inOurWords(error, options);
    }
  };
}

/** A conversation may hold messages of LangChain's too. */
function paramOf(given: Message): ChatCompletionMessageParam {
  const { id: _, ...message } = openAiFromMessage(given);
  if (message.role !== "assistant") return message;
  const { role, content, tool_calls } = message;
  return { role, content, ...(tool_calls && { tool_calls: [...tool_calls] }) };
}

function toolOf({ name, description, parameters }: ToolDeclaration): ChatCompletionTool {
  return { type: "function", function: { name, description, parameters: { ...parameters } } };
}

function formOf({ name, schema }: OutputForm): ResponseFormatJSONSchema {
  return { type: "json_schema", json_schema: { name, schema: { ...schema }, strict: true } };
}

type Named = Pick<ClientOptions, "host" | "model">;

/** Never quotes the service: what it says of a request can hold parts of the key or of the conversation. */
function inOurWords(error: unknown, { host, model }: Named): unknown {
  if (error instanceof SyntaxError)
    return new ModelAnswerUnusable(
      `The model at ${host} answered with something that is not JSON. Check OPENAI_BASE_URL.`,
    );
  // A TypeError is what fetch throws when the connection breaks in the middle of an answer.
  const isWithoutAnswer =
    error instanceof APIConnectionError || error instanceof APIUserAbortError || error instanceof TypeError;
  if (isWithoutAnswer)
    return new ModelUnavailable(
      `The model at ${host} could not be reached or did not answer in time. Try again in a minute; if it stays so, check OPENAI_BASE_URL.`,
      { cause: error },
    );
  if (!(error instanceof APIError)) return error;
  const { status, code, requestID } = error as APIError;
  // The client's own error repeats what the service said, and a log may print causes.
  const cause = new Error(`${error.name} ${status ?? ""}, request ${requestID ?? "without an id"}`);
  return errorOf({ status: status ?? 0, code }, { host, model }, { cause });
}

interface Refusal {
  readonly status: number;
  readonly code: string | null | undefined;
}

function errorOf({ status, code }: Refusal, { host, model }: Named, options: ErrorOptions): Error {
  if (status === 429 && code === "insufficient_quota")
    return new ModelRefused(
      `The account at ${host} has no credit left (429). Check its plan and billing.`,
      options,
    );
  const mayPass = status >= 500 || status === 408 || status === 409 || status === 429;
  if (mayPass)
    return new ModelUnavailable(
      `The model at ${host} cannot answer right now (${status}). Try again in a minute.`,
      options,
    );
  return new ModelRefused(`The model at ${host} ${refusal(status, model)}`, options);
}

function refusal(status: number, model: string): string {
  switch (status) {
    case 401:
      return "does not accept the key (401). Check OPENAI_API_KEY.";
    case 403:
      return "does not allow this (403). Check what the key in OPENAI_API_KEY may do.";
    case 404:
      return `does not know the model "${model}" (404). Check OPENAI_MODEL and OPENAI_BASE_URL.`;
    default:
      return `refused the request (${status}). Check that "${model}" takes what is asked of it.`;
  }
}
