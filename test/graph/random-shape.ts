// The shapes of random graphs: which nodes beside and behind each other, and what each of them goes through.
import fc from "fast-check";

/** A node that does something of its own. */
export interface Work {
  readonly kind: "work";
  /** Calls of task() beside each other, before the questions; true for one that asks. */
  readonly calls: readonly boolean[];
  readonly questions: number;
  /** The wording of its first question has changed by the time it is answered. */
  readonly rewords: boolean;
  /** A graph that it invokes behind its questions. */
  readonly within: GraphShape | undefined;
  /** Of the runs of a visit, those that fail before they do anything. */
  readonly failsOn: readonly number[];
  /** How many runs of a visit fail once all is answered. */
  readonly failsBehind: number;
  /** How often it runs until it does not lead to itself any more. */
  readonly rounds: number;
  readonly sends: number;
  /** What leads to itself and to what it sends. */
  readonly leadsBy: "condition" | "command";
}

/** A node, or a graph as a node. */
export type NodeShape = Work | { readonly kind: "graph"; readonly graph: GraphShape };

/** Each layer runs behind all of the one before it. */
export interface GraphShape {
  readonly layers: readonly (readonly NodeShape[])[];
  /** What the Sends of all its nodes lead to. */
  readonly sent: NodeShape;
  /** Stops before the node of this number. */
  readonly stopsBefore: number | undefined;
}

interface Bounds {
  /** How many graphs may be within each other. */
  readonly depth: number;
  /**
   * Only what has no hazard on LangGraph.js 1.4.10. Left out: several questions of a node beside each other and wordings that change,
   * since its questions share one id and their answers go by position; failures, since an answer to a node that failed is gone;
   * breakpoints, since null may answer a question; graphs that a node calls and task() in one, whose questions go by position too.
   */
  readonly isPlain: boolean;
}

/** A counterexample is shrunk to the simplest kind. */
const SHRINKING = { withCrossShrink: true };

const rarely = <Value>(usual: Value, arbitrary: fc.Arbitrary<Value>): fc.Arbitrary<Value> =>
  fc.oneof(SHRINKING, { weight: 4, arbitrary: fc.constant(usual) }, { weight: 1, arbitrary });

export function graphShape({ depth, isPlain }: Bounds): fc.Arbitrary<GraphShape> {
  return shapeOf({ depth, isPlain, width: 3 });
}

/** `width`: how many nodes may stand beside each other, or be sent to. */
function shapeOf({ depth, isPlain, width }: Bounds & { readonly width: number }): fc.Arbitrary<GraphShape> {
  // On LangGraph.js, of several questions beside each other in a graph within a node only one is told, and when that is
  // answered finished siblings run again: there, all is in a row.
  const innerWidth = isPlain ? 1 : 2;
  // What is deep is small: its parts multiply with those around it.
  const height = depth === 0 ? 1 : 2;
  const inner = depth === 0 ? undefined : shapeOf({ depth: depth - 1, isPlain, width: innerWidth });
  const work = workShape({ inner: isPlain ? undefined : inner, isPlain, width, height });
  const node =
    inner === undefined
      ? work
      : fc.oneof(
          SHRINKING,
          { weight: 4, arbitrary: work },
          { weight: 1, arbitrary: inner.map((graph): NodeShape => ({ kind: "graph", graph })) },
        );
  const layers = fc.array(fc.array(node, { minLength: 1, maxLength: width }), {
    minLength: 1,
    maxLength: height,
  });
  return fc.record({
    layers: isPlain ? layers.map(roundFirst) : layers,
    // What is sent comes to an end of its own: it leads nowhere.
    sent: node.map((one) => (one.kind === "graph" ? one : { ...one, rounds: 1, sends: 0 })),
    stopsBefore: isPlain ? fc.constant(undefined) : rarely<number | undefined>(undefined, fc.nat({ max: 8 })),
  });
}

/** On LangGraph.js a node that both its own condition and the layer before lead to at once runs twice. */
function roundFirst(layers: GraphShape["layers"]): GraphShape["layers"] {
  return layers.map((nodes, level) => (level === 0 ? nodes : nodes.map(once)));
}

function once(node: NodeShape): NodeShape {
  return node.kind === "graph" ? node : { ...node, rounds: 1 };
}

interface WorkBounds {
  readonly inner: fc.Arbitrary<GraphShape> | undefined;
  readonly isPlain: boolean;
  readonly width: number;
  readonly height: number;
}

function workShape({ inner, isPlain, width, height }: WorkBounds): fc.Arbitrary<Work> {
  const unless = <Value>(plain: Value, arbitrary: fc.Arbitrary<Value>): fc.Arbitrary<Value> =>
    isPlain ? fc.constant(plain) : rarely(plain, arbitrary);
  return fc.record({
    kind: fc.constant("work"),
    calls: unless<readonly boolean[]>([], fc.array(fc.boolean(), { minLength: 1, maxLength: 2 })),
    questions: fc.integer({ min: 0, max: 2 }),
    rewords: unless(false, fc.constant(true)),
    within: inner === undefined ? fc.constant(undefined) : unless<GraphShape | undefined>(undefined, inner),
    failsOn: unless<readonly number[]>([], fc.uniqueArray(fc.nat({ max: 3 }), { minLength: 1 })),
    failsBehind: unless(0, fc.integer({ min: 1, max: 3 })),
    // A node that goes round stands beside the layer behind it.
    rounds: width === 1 && height > 1 ? fc.constant(1) : rarely(1, fc.integer({ min: 2, max: 3 })),
    sends: width === 1 ? fc.constant(0) : rarely(0, fc.integer({ min: 1, max: 2 })),
    leadsBy: fc.constantFrom("condition", "command"),
  });
}
