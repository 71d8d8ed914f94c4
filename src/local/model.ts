// A model for machines without a key: prepared answers over the same HTTP interface, made from the request, and always the same for the same one.
import type { ContentWithToolCallsResponse, TextResponse, ToolCallResponse } from "@copilotkit/aimock";
import { modelHost } from "../agent/openai.ts";
import type { Config } from "../lambda/config.ts";
import { admin } from "./model/admin.ts";
import { contract } from "./model/contract.ts";
import { email } from "./model/email.ts";
import { prReview } from "./model/pr-review.ts";
import { remediate } from "./model/remediate.ts";
import { type Line, type Script, type Told, toldIn } from "./model/script.ts";
import type { ModelNote } from "./panels/protocol.ts";

export interface ScriptedModel {
  /** What OPENAI_BASE_URL is for a real one. */
  readonly url: string;
  stop(): Promise<void>;
}

/** Which model answers with this configuration: the one that is configured, otherwise the scripted one. */
export function modelFor({ apiKey, baseUrl, model }: Config["openai"]): ModelNote {
  const isConfigured = apiKey !== undefined || baseUrl !== undefined;
  return isConfigured ? { kind: "configured", name: model, host: modelHost(baseUrl) } : { kind: "scripted" };
}

/** On loopback, on any free port. */
export async function startScriptedModel(): Promise<ScriptedModel> {
  // Loaded only where it is used: it takes longer than all of the local Slack.
  const { LLMock } = await import("@copilotkit/aimock");
  const mock = new LLMock({ host: "127.0.0.1", port: 0, logLevel: "silent" });
  mock.on({}, (request) => responseOf(lineFor(toldIn(request))));
  const origin = await mock.start();
  return { url: `${origin}/v1`, stop: () => mock.stop() };
}

const WHO_I_AM =
  "I am the scripted local model and have no answer to this. Set OPENAI_API_KEY or OPENAI_BASE_URL to ask a real one.";

/** One for each workflow that asks a model. */
const SCRIPTS: readonly Script[] = [
  admin, //
  contract,
  email,
  prReview,
  remediate,
];

function lineFor(told: Told): Line {
  for (const script of SCRIPTS) {
    const line = script(told);
    if (line !== undefined) return line;
  }
  return WHO_I_AM;
}

function responseOf(line: Line): TextResponse | ToolCallResponse | ContentWithToolCallsResponse {
  if (typeof line === "string") return { content: line };
  const { calls, said } = line;
  const toolCalls = calls.map(([name, args]) => ({ name, arguments: JSON.stringify(args) }));
  return said === undefined ? { toolCalls } : { content: said, toolCalls };
}
