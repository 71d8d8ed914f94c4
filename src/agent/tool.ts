// A tool as an author declares it: what the model is told, what its arguments are, whether a human is asked first, and what it does.
import * as z from "zod";
import { Json, JsonObject } from "../approvals/json.ts";
import { type ToolDeclaration } from "../graph/index.ts";
import type { ApprovalRule } from "./approval-rule.ts";
import type { ToolContext } from "./tool-context.ts";
import { problemsOfTool, schemaOf } from "./tool-problems.ts";

export interface ToolDefinition<Input extends z.ZodObject, Services> {
  /** As the model calls it: letters, digits, "_" and "-". */
  readonly name: string;
  /** For the model: what it does, and when to use it. */
  readonly description: string;
  /** Of the arguments. What does not fit never reaches `run`; the model is told what is wrong. */
  readonly input: Input;
  /** Whether a human is asked first; never, when it is not said. */
  readonly approval?: ApprovalRule<z.infer<Input>, Services>;
  /**
   * For what must not be done twice and takes no idempotency key. Started and without a result, a human says what became of it. What
   * it throws fails the run, and Retry asks; where it knows that nothing was done it throws `NotCarriedOut`, which the model is told.
   */
  readonly atMostOnce?: boolean;
  /** How long it may take, in milliseconds; 20,000 by default. */
  readonly timeoutMs?: number;
  /** Does it. What it returns is told to the model, text as it is and the rest as JSON; so is what it throws. It may ask with `interrupt()`. */
  readonly run: (args: z.infer<Input>, context: ToolContext<Services>) => unknown;
}

/** A call whose arguments fit, ready to be asked about and carried out. */
export interface BoundCall<Services> {
  /** What will run, as people see it. */
  readonly args: JsonObject;
  /** The same as the tool's own functions take it. */
  readonly given: never;
  readonly rule: ApprovalRule<never, Services>;
  run(context: ToolContext<Services>): unknown;
}

export type Bound<Services> =
  | { readonly kind: "fits"; readonly call: BoundCall<Services> }
  /** `problems` by the path of what does not fit. */
  | { readonly kind: "refused"; readonly problems: readonly z.core.$ZodIssue[] };

/** A tool whose arguments are checked where it is called. */
export interface Tool<Services = unknown> {
  /** What is wrong with its declaration: an agent that has it is refused with them, so that its file can be named. */
  readonly problems: readonly string[];
  readonly declaration: ToolDeclaration;
  readonly schema: JsonObject;
  readonly isAtMostOnce: boolean;
  readonly timeoutMs: number;
  bind(args: unknown): Bound<Services>;
}

const TIMEOUT_MS = 20_000;

/**
 * Declares a tool. What is wrong with it, such as an input that cannot be shown to people, is told of by the agent that has it.
 *
 * @example
 * const restart = tool({
 *   name: "restart_service", description: "Restarts a service.",
 *   input: z.object({ service: z.string(), env: z.enum(["prod", "staging"]) }),
 *   approval: { when: ({ env }) => env === "prod", title: ({ service }) => `Restart ${service}`, risk: "high", forRun: ["env"] },
 *   run: ({ service, env }, { services, idempotencyKey }: ToolContext<Services>) =>
 *     services.ops.post(["services", env, service, "restart"], { body: {}, key: idempotencyKey() }),
 * });
 */
export function tool<Input extends z.ZodObject, Services = unknown>(
  definition: ToolDefinition<Input, Services>,
): Tool<Services> {
  const { name, description, input, approval = "never", atMostOnce = false } = definition;
  const found = schemaOf(input);
  const schema = found.kind === "schema" ? found.schema : {};
  return {
    problems: problemsOfTool({ name, approval }, found),
    declaration: { name, description, parameters: schema },
    schema,
    isAtMostOnce: atMostOnce,
    timeoutMs: definition.timeoutMs ?? TIMEOUT_MS,
    bind(args) {
      const json = ShallowObject.safeParse(args);
      if (!json.success) return { kind: "refused", problems: json.error.issues };
      const parsed = input.safeParse(json.data);
      if (!parsed.success) return { kind: "refused", problems: parsed.error.issues };
      return {
        kind: "fits",
        call: {
          args: shownArgs(input, json.data, parsed.data),
          // Only what this tool has declared is called with it.
          given: parsed.data as never,
          rule: approval,
          run: (context) => definition.run(parsed.data, context),
        },
      };
    },
  };
}

/** Deeper than anybody reads, and still far from where a stack ends. */
const MOST_LEVELS = 100;

const ShallowObject = z
  .unknown()
  .refine((value) => !isDeeper(value, MOST_LEVELS), `nested deeper than ${MOST_LEVELS} levels`)
  .pipe(JsonObject);

function isDeeper(value: unknown, levels: number): boolean {
  if (typeof value !== "object" || value === null) return false;
  return levels === 0 || Object.values(value).some((part) => isDeeper(part, levels - 1));
}

/** With defaults filled in and without what nobody knows, unless the schema makes something else of it than JSON. */
function shownArgs(input: z.ZodObject, given: unknown, parsed: unknown): JsonObject {
  const json = JsonObject.safeParse(parsed);
  const isStable = json.success && sameOutput(input, json.data);
  return isStable ? json.data : JsonObject.parse(Json.parse(given));
}

function sameOutput(input: z.ZodObject, parsed: JsonObject): boolean {
  const again = input.safeParse(parsed);
  return again.success && JSON.stringify(again.data) === JSON.stringify(parsed);
}
