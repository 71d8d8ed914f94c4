// The only file that loads OpenAI's client: an answer in pieces, so that a model that stops in the middle is noticed; in one piece where the service gives none.
import OpenAI, { APIError } from "openai";
import { BrokenOff, inOurWords } from "./openai-errors.ts";
import { type ModelRequest, type Question, questionOf } from "./openai-request.ts";
import { completionIn, NotStreamed } from "./openai-stream.ts";

/** Asks, with a second try where one may help; what comes back is whatever the service sent. */
export type Complete = (request: ModelRequest) => Promise<unknown>;

export interface Patience {
  /** For one answer as a whole, with the tries it takes. */
  readonly timeoutMs: number;
  /** For the first word of an answer. */
  readonly silentMs: number;
  /** For each word after it. */
  readonly idleMs: number;
  readonly maxRetries: number;
}

interface ClientOptions extends Patience {
  readonly apiKey: string | undefined;
  readonly baseUrl: string;
  readonly host: string;
  readonly model: string;
  readonly fetch: typeof fetch | undefined;
}

/**
 * Asks through OpenAI's client.
 *
 * @example
 * const complete = createCompletions({ apiKey, baseUrl, host, model, fetch: undefined, ...patience });
 * const body = await complete({ messages: [{ role: "user", content: "Say hello." }], tools: [] });
 */
export function createCompletions(options: ClientOptions): Complete {
  const client = clientOf(options);
  let isStreaming = true;

  async function ask(question: Question, sent: Sent): Promise<unknown> {
    const whole = (): Promise<unknown> => client.chat.completions.create(question, sent);
    if (!isStreaming) return whole();
    try {
      return await streamed(client, { question, ...sent, patience: options });
    } catch (error) {
      if (!isAgainstStreaming(error) || sent.signal.aborted) throw error;
      const body = await whole();
      // Remembered only now, for it may have been something else that it did not like.
      isStreaming = false;
      return body;
    }
  }

  return async (request) => {
    // The client's own timeout is for one try, and a service may tell it to wait a minute before the next; this ends all of it.
    const deadline = AbortSignal.timeout(options.timeoutMs);
    const { signal: given, traceparent } = request;
    const signal = given === undefined ? deadline : AbortSignal.any([given, deadline]);
    try {
      const headers = traceparent === undefined ? {} : { traceparent };
      return await ask(questionOf(options.model, request), { signal, headers });
    } catch (error) {
      // Whoever aborted knows why.
      given?.throwIfAborted();
      throw inOurWords(error, options);
    }
  };
}

function clientOf({ apiKey, baseUrl, timeoutMs, maxRetries, fetch }: ClientOptions): OpenAI {
  return new OpenAI({
    // The client wants a key even for services that want none.
    apiKey: apiKey ?? "none",
    baseURL: baseUrl,
    timeout: timeoutMs,
    maxRetries,
    // Given so that the client does not look for them in the environment: everything that configures us is in our configuration.
    adminAPIKey: null,
    organization: null,
    project: null,
    webhookSecret: null,
    // At "debug" it would write whole prompts.
    logLevel: "off",
    ...(fetch && { fetch }),
  });
}

/** Some models cannot be streamed by everybody, some services know no `stream_options`, and some answer as if nothing had been said of it. */
function isAgainstStreaming(error: unknown): boolean {
  if (error instanceof NotStreamed) return true;
  if (!(error instanceof APIError)) return false;
  const { status, param, message } = error as APIError;
  const isRefused = status === 400 || status === 422;
  return isRefused && /stream/i.test(`${param ?? ""} ${message}`);
}

/** What goes with a question, beside it. */
interface Sent {
  readonly signal: AbortSignal;
  readonly headers: Readonly<Record<string, string>>;
}

interface Asking extends Sent {
  readonly question: Question;
  readonly patience: Patience;
}

/** The client tries again until an answer begins; one that breaks off is asked for anew here. */
async function streamed(client: OpenAI, asking: Asking): Promise<unknown> {
  for (let retries = asking.patience.maxRetries; ; retries--) {
    try {
      return await streamedOnce(client, { ...asking, retries });
    } catch (error) {
      asking.signal.throwIfAborted();
      if (retries === 0 || !(error instanceof BrokenOff)) throw error;
    }
  }
}

async function streamedOnce(
  client: OpenAI,
  { question, signal, headers, patience, retries }: Asking & { readonly retries: number },
): Promise<unknown> {
  const silence = createSilence(patience);
  let hasBegun = false;
  try {
    const pieces = await client.chat.completions.create(
      { ...question, stream: true, stream_options: { include_usage: true } },
      { signal: AbortSignal.any([signal, silence.signal]), headers, maxRetries: retries },
    );
    hasBegun = true;
    return await completionIn(pieces, silence.broken);
  } catch (error) {
    if (silence.signal.aborted) throw silence.signal.reason;
    const isWhole = !hasBegun || error instanceof NotStreamed;
    throw isWhole ? error : new BrokenOff(true, { cause: error });
  } finally {
    silence.end();
  }
}

interface Silence {
  /** Aborts when it lasts. */
  readonly signal: AbortSignal;
  readonly broken: () => void;
  readonly end: () => void;
}

function createSilence({ silentMs, idleMs }: Patience): Silence {
  const controller = new AbortController();
  const lasts = (hasBegun: boolean): void => controller.abort(new BrokenOff(hasBegun));
  let timer = setTimeout(lasts, silentMs, false);
  return {
    signal: controller.signal,
    broken: () => {
      clearTimeout(timer);
      timer = setTimeout(lasts, idleMs, true);
    },
    end: () => clearTimeout(timer),
  };
}
