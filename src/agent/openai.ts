// A chat model behind OpenAI's chat completions, or behind any service that speaks them.
import { randomUUID } from "node:crypto";
import * as z from "zod";
import type { AssistantMessage, ChatModel, Completion, ToolCall, Usage } from "../graph/index.ts";
import { ModelAnswerUnusable } from "./model-errors.ts";
import type { Complete, Patience } from "./openai-client.ts";

export interface OpenAiModelOptions {
  /** Undefined for services that want none. */
  readonly apiKey: string | undefined;
  /** Undefined for OpenAI itself. */
  readonly baseUrl: string | undefined;
  readonly model: string;
  /** For one answer as a whole, with the tries it takes. */
  readonly timeoutMs: number;
  /** For the first word of an answer, and for each word after it; a model that is silent for longer is asked anew. All of `timeoutMs` by default. */
  readonly silentMs?: number;
  readonly idleMs?: number;
  /** How often it is tried again after a lost connection, a 408, 409, 429 or 5xx, and after an answer that broke off, as long as `timeoutMs` allows; 1 by default. */
  readonly maxRetries?: number;
  readonly fetch?: typeof fetch;
}

const OPENAI = "https://api.openai.com/v1";

/** The host that answers, for sentences people read. */
export function modelHost(baseUrl: string | undefined): string {
  return new URL(baseUrl ?? OPENAI).host;
}

/**
 * A chat model; nothing is loaded and nobody is called before its first question.
 *
 * @example
 * const model = createOpenAiModel({ apiKey, baseUrl: undefined, model: "gpt-5.4-mini", timeoutMs: 20_000 });
 * const { message } = await model.complete({ messages: [{ role: "user", content: "Say hello." }], tools: [] });
 */
export function createOpenAiModel(options: OpenAiModelOptions): ChatModel {
  const host = modelHost(options.baseUrl);
  let client: Promise<Complete> | undefined;
  return {
    async complete(request): Promise<Completion> {
      client ??= connect(options, host).catch((error: unknown) => {
        // Not kept: the next question tries again.
        client = undefined;
        throw error;
      });
      const complete = await client;
      return answerIn(await complete(request), host);
    },
  };
}

/** The client is most of the worker's load time, so runs that ask no model do not pay for it. */
async function connect(options: OpenAiModelOptions, host: string): Promise<Complete> {
  const { createCompletions } = await import("./openai-client.ts");
  const { apiKey, baseUrl = OPENAI, model, fetch } = options;
  return createCompletions({ apiKey, baseUrl, host, model, fetch, ...patienceOf(options) });
}

function patienceOf({ timeoutMs, ...given }: OpenAiModelOptions): Patience {
  const { silentMs = timeoutMs, idleMs = timeoutMs, maxRetries = 1 } = given;
  return { timeoutMs, silentMs, idleMs, maxRetries };
}

/** Some services give no id, which a result needs to be told apart by, and nothing for no arguments. */
const Call = z
  .object({
    id: z.string().nullish(),
    function: z.object({ name: z.string(), arguments: z.string().nullish() }),
  })
  .transform(({ id, function: { name, arguments: given } }): ToolCall => {
    const called = { name, arguments: given ?? "" };
    return { id: id || `call_${randomUUID()}`, type: "function", function: called };
  });

/** Services of others leave it out, or count in ways of their own: what cannot be read is not worth an answer. */
const Counted = z
  .object({ prompt_tokens: z.int().nonnegative(), completion_tokens: z.int().nonnegative() })
  .transform((usage): Usage => ({ inputTokens: usage.prompt_tokens, outputTokens: usage.completion_tokens }))
  .optional()
  .catch(undefined);

const Body = z.object({
  usage: Counted,
  choices: z.tuple(
    [
      z.object({
        finish_reason: z.string().nullish(),
        message: z.object({
          content: z.string().nullish(),
          refusal: z.string().nullish(),
          tool_calls: z.array(Call).nullish(),
        }),
      }),
    ],
    z.unknown(),
  ),
});

/** What the service sent is checked here and trusted behind. */
function answerIn(body: unknown, host: string): Completion {
  const { success, data } = Body.safeParse(body);
  if (!success)
    throw new ModelAnswerUnusable(
      `The model at ${host} answered with something that is no chat completion. Check OPENAI_BASE_URL: the service behind it must speak OpenAI's protocol.`,
    );
  const { choices, usage } = data;
  const problem = problemIn(choices[0], host);
  if (problem !== undefined) throw new ModelAnswerUnusable(problem, { usage });
  return { message: messageIn(choices[0]), ...(usage && { usage }) };
}

type Choice = z.infer<typeof Body>["choices"][0];

/** Why nothing can be made of an answer, for who reads of it in Slack. */
function problemIn({ finish_reason, message }: Choice, host: string): string | undefined {
  const { content, refusal, tool_calls } = message;
  if (finish_reason === "length")
    return `The answer of the model at ${host} was cut off, it was longer than the model may write. Ask for less, or for something shorter.`;
  if (finish_reason === "content_filter")
    return `The answer of the model at ${host} was held back by its content filter. Ask for it in other words.`;
  if ((refusal ?? "") !== "") return `The model at ${host} declined to answer. Ask for it in other words.`;
  const isEmpty = (content ?? "").trim() === "" && (tool_calls ?? []).length === 0;
  return isEmpty ? `The model at ${host} gave an empty answer. Try again.` : undefined;
}

function messageIn({ message: { content = null, tool_calls } }: Choice): AssistantMessage {
  const calls = tool_calls ?? [];
  return { role: "assistant", content, ...(calls.length > 0 && { tool_calls: calls }) };
}
