// An answer that comes in pieces, put together to the completion that it would have been in one: OpenAI's pieces, and those of others.
import * as z from "zod";

const ToolCallPiece = z.object({
  index: z.number().nullish(),
  id: z.string().nullish(),
  function: z.object({ name: z.string().nullish(), arguments: z.string().nullish() }).nullish(),
});
type ToolCallPiece = z.infer<typeof ToolCallPiece>;

const Delta = z.looseObject({
  content: z.string().nullish(),
  refusal: z.string().nullish(),
  tool_calls: z.array(ToolCallPiece).nullish(),
});

const Piece = z.object({
  choices: z.array(
    z.object({ index: z.number().nullish(), delta: Delta.nullish(), finish_reason: z.string().nullish() }),
  ),
  usage: z.unknown().optional(),
});

interface ToolCallSoFar {
  readonly index: number | undefined;
  id: string;
  readonly type: "function";
  readonly function: { name: string; arguments: string };
}

interface AnswerSoFar {
  content: string | null;
  refusal: string | null;
  readonly calls: ToolCallSoFar[];
  finish: string | undefined;
  usage: unknown;
}

/** What came was no answer in pieces: no pieces, others than OpenAI's, or none that says that it is the last. */
export class NotStreamed extends Error {
  override readonly name = "NotStreamed";
}

/**
 * The client's own helper for this ends with an error when JSON was asked for and something else comes, or a call has no number. What is
 * of no use is for whoever asked to say, and many services number nothing.
 *
 * @throws NotStreamed, and whatever `pieces` throws before the answer is complete
 */
export async function completionIn(pieces: AsyncIterable<unknown>, heard: () => void): Promise<unknown> {
  const answer: AnswerSoFar = {
    content: null,
    refusal: null,
    calls: [],
    finish: undefined,
    usage: undefined,
  };
  try {
    for await (const given of pieces) {
      const piece = Piece.safeParse(given).data;
      if (piece === undefined) throw new NotStreamed("One of the pieces is none.");
      if (take(answer, piece)) heard();
    }
  } catch (error) {
    // Behind a complete answer comes only what it has cost; some services keep the connection open instead.
    if (answer.finish === undefined) throw error;
  }
  if (answer.finish === undefined) throw new NotStreamed("No piece is the last one.");
  const { content, refusal, calls, finish, usage } = answer;
  return { choices: [{ finish_reason: finish, message: { content, refusal, tool_calls: calls } }], usage };
}

/** Whether the model has said something in it: pieces without a word come while it has not begun. */
function take(answer: AnswerSoFar, { choices, usage }: z.infer<typeof Piece>): boolean {
  answer.usage = usage ?? answer.usage;
  const choice = choices.find(({ index }) => (index ?? 0) === 0);
  answer.finish = choice?.finish_reason ?? answer.finish;
  const { role: _, tool_calls, ...texts } = choice?.delta ?? {};
  answer.content = joined(answer.content, texts.content);
  answer.refusal = joined(answer.refusal, texts.refusal);
  const calls = tool_calls ?? [];
  for (const piece of calls) takeCall(answer.calls, piece);
  // There may be others: what it thinks aloud, under one name or another.
  const isText = (value: unknown): boolean => typeof value === "string" && value !== "";
  return calls.length > 0 || Object.values(texts).some(isText);
}

function joined(before: string | null, more: string | null | undefined): string | null {
  return more == null ? before : (before ?? "") + more;
}

function takeCall(calls: ToolCallSoFar[], piece: ToolCallPiece): void {
  const call = begun(calls, piece) ?? begin(calls, piece);
  call.id ||= piece.id ?? "";
  call.function.name = piece.function?.name ?? call.function.name;
  call.function.arguments += piece.function?.arguments ?? "";
}

/** By number; some services have none, and some give all calls the same. */
function begun(calls: readonly ToolCallSoFar[], { index, id }: ToolCallPiece): ToolCallSoFar | undefined {
  const isItsId = (call: ToolCallSoFar): boolean => (id ?? "") === "" || call.id === "" || call.id === id;
  const last = index == null ? calls.at(-1) : calls.findLast((call) => call.index === index);
  return last !== undefined && isItsId(last) ? last : calls.find((call) => call.id !== "" && call.id === id);
}

function begin(calls: ToolCallSoFar[], { index }: ToolCallPiece): ToolCallSoFar {
  const call: ToolCallSoFar = {
    ...{ index: index ?? undefined, id: "", type: "function" },
    function: { name: "", arguments: "" },
  };
  calls.push(call);
  return call;
}
