// The model that is configured, or one that says that there is none.
import { ModelRefused } from "../agent/model-errors.ts";
import { createOpenAiModel } from "../agent/openai.ts";
import type { ChatModel } from "../graph/index.ts";
import type { Config } from "./config.ts";
import { TIME_OUTS } from "./time-outs.ts";

export function modelOf({ apiKey, baseUrl, model }: Config["openai"]): ChatModel {
  const isConfigured = apiKey !== undefined || baseUrl !== undefined;
  const { totalMs: timeoutMs, maxAttempts, ...patience } = TIME_OUTS.worker.model;
  if (isConfigured) {
    const tries = { timeoutMs, maxRetries: maxAttempts - 1, ...patience };
    return createOpenAiModel({ apiKey, baseUrl, model, ...tries });
  }
  return {
    complete: () =>
      Promise.reject(
        new ModelRefused(
          "No model is configured. Set OPENAI_API_KEY, or OPENAI_BASE_URL for a service of your own that speaks OpenAI's protocol.",
        ),
      ),
  };
}
