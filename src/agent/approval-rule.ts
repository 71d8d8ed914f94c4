// How an author says whether a human is asked before a tool acts, how the question reads, and who decides it.
import type * as z from "zod";
import type { Json } from "../approvals/json.ts";
import type { DeclaredPolicy } from "../approvals/declared-policy.ts";
import type { Risk, Shown } from "../approvals/request.ts";
import type { Allowed } from "../approvals/review.ts";
import type { ToolContext } from "./tool-context.ts";

type When<Args, Services> = (args: Args, context: ToolContext<Services>) => boolean | Promise<boolean>;
type Said<Args, Value> = Value | ((args: Args) => Value);

/** How the question reads, and who decides it. */
export interface AskedWith<Args, Services> {
  /** "always" by default. */
  readonly when?: "always" | When<Args, Services>;
  /**
   * Looks at what is acted on, for the rule and once more when people have agreed. What it finds is kept: the functions here and
   * `run` find it as the context's `seen`, so that `run` can ask for nothing else than what was judged and agreed to.
   */
  readonly look?: (args: Args, context: ToolContext<Services>) => Json | Promise<Json>;
  /** What is about to be done, such as "Restart checkout"; the tool's name in words, when it is not said. */
  readonly title?: Said<Args, string>;
  readonly summary?: Said<Args, string>;
  /** What is acted on, such as "checkout in prod". */
  readonly target?: Said<Args, string>;
  readonly risk?: Said<Args, z.infer<typeof Risk>>;
  readonly facts?: (
    args: Args,
    context: ToolContext<Services>,
  ) =>
    | readonly { readonly label: string; readonly value: string }[]
    | Promise<readonly { readonly label: string; readonly value: string }[]>;
  /** What can be answered: "approve", "edit" and "reject" by default; "respond" answers the model in place of the tool. */
  readonly allowed?: readonly [Allowed, ...Allowed[]];
  /** What can be edited: the tool's own input by default, or a smaller part of it. */
  readonly schema?: z.ZodObject;
  /** Who decides, in place of the workflow's policy. */
  readonly policy?: Said<Args, DeclaredPolicy>;
  /** Looks again once people have agreed; see `askApproval`. */
  readonly revalidate?: (
    args: Args,
    context: ToolContext<Services>,
  ) => Promise<Partial<z.input<typeof Shown>>>;
  /** Lets people allow all later calls of the run whose arguments of these names are the same. */
  readonly forRun?: readonly (keyof Args & string)[];
}

/** "never", "always", when a function of the arguments, the state and the requester says so, or with how the question reads. */
export type ApprovalRule<Args, Services = unknown> =
  "never" | "always" | When<Args, Services> | AskedWith<Args, Services>;
