// Whether the model answers: by its list of models, and where there is none by the smallest question.
import * as z from "zod";
import { ModelAnswerUnusable, ModelRefused, ModelUnavailable } from "../../agent/model-errors.ts";
import { createOpenAiModel, modelHost } from "../../agent/openai.ts";
import { parsedJson } from "../../approvals/json.ts";
import { type Config, parseModel } from "../../lambda/config.ts";
import { type Check, type Finding, fine, unknown, wrong } from "./check.ts";
import type { DoctorFacts } from "./facts.ts";
import { byChanging } from "./mend.ts";

export const modelCheck: Check = {
  name: "Model",
  async look(facts) {
    if (facts.kind === "local")
      return [
        unknown("Which model an npm start asks is said on its page; it has a scripted one of its own."),
      ];
    const model = modelIn(facts);
    if (model === undefined) return [unknown("It was not asked: its variables are not usable.")];
    const { apiKey, baseUrl } = model;
    if (apiKey === undefined && baseUrl === undefined)
      return [unknown("No model is configured. Workflows that ask one fail and say so; all others work.")];
    return [(await byList(model, facts)) ?? (await byQuestion(model, facts))];
  },
};

type Model = Config["openai"];

/** What is wrong with the variables is said of the configuration. */
function modelIn({ values }: DoctorFacts): Model | undefined {
  try {
    return parseModel(values);
  } catch {
    return undefined;
  }
}

const Listed = z.object({ data: z.array(z.object({ id: z.string() })).min(1) });
const OPENAI = "https://api.openai.com/v1";

/** Costs nothing. Undefined where nothing can be learned so: not every service lists what it has. */
async function byList(model: Model, facts: DoctorFacts): Promise<Finding | undefined> {
  const { apiKey, baseUrl = OPENAI, model: name } = model;
  const host = modelHost(baseUrl);
  const headers = apiKey === undefined ? {} : { authorization: `Bearer ${apiKey}` };
  const ask = { headers, redirect: "manual", signal: AbortSignal.timeout(facts.limitMs * 0.4) } as const;
  try {
    const response = await fetch(`${baseUrl.replace(/\/$/, "")}/models`, ask);
    const { data } = Listed.safeParse(parsedJson(await response.text()));
    if (response.status === 401) return refusedKey(host, facts);
    if (!response.ok || data === undefined) return undefined;
    const isThere = data.data.some(({ id }) => id === name);
    // Some list a part of what they have: who is asked knows.
    return isThere ? fine(`${host} answers, takes the key and has the model ${name}.`) : undefined;
  } catch {
    // The question says why.
    return undefined;
  }
}

function refusedKey(host: string, facts: DoctorFacts): Finding {
  const mend = `Write another one: ${byChanging(facts, "OPENAI_API_KEY")}.`;
  return wrong(`The model at ${host} does not accept the key (401).`, mend);
}

async function byQuestion(model: Model, facts: DoctorFacts): Promise<Finding> {
  const host = modelHost(model.baseUrl);
  const client = createOpenAiModel({ ...model, timeoutMs: facts.limitMs * 0.5, maxRetries: 0 });
  try {
    await client.complete({ messages: [{ role: "user", content: "Say ok." }], tools: [] });
    return fine(`${host} answers as ${model.model}.`);
  } catch (error) {
    const isKnown =
      error instanceof ModelRefused ||
      error instanceof ModelUnavailable ||
      error instanceof ModelAnswerUnusable;
    if (!isKnown) throw error;
    const settings = byChanging(facts, "OPENAI_API_KEY", "OPENAI_BASE_URL", "OPENAI_MODEL");
    return wrong(error.message, `Mend the model's settings: ${settings}.`);
  }
}
