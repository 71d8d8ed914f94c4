// The graph that a random shape describes, built for whichever runtime is given.
import type { Checkpointer, NodeConfig, Send, StateGraph } from "../../src/graph/index.ts";
import type { Runtime } from "../langgraph/runtimes.ts";
import type { GraphShape, NodeShape, Work } from "./random-shape.ts";

/** What the nodes do to the world around the graph, and what it does to them. */
export interface Outside {
  /** A run of a node begins. Throws when it is to fail. */
  begins(visit: string, work: Work): void;
  /** It has all of its answers. Throws when it is to fail. */
  ends(visit: string, work: Work): void;
  /** As a question that may change is put now. */
  wordingOf(question: string): string;
  got(question: string, answer: string): void;
  called(call: string): void;
  acted(effect: string, config: NodeConfig): void;
}

interface Site {
  readonly runtime: Runtime;
  readonly outside: Outside;
  readonly checkpointer?: Checkpointer;
  /** What the names of its nodes begin with, so that no two nodes of the whole have one name. */
  readonly prefix?: string;
}

interface State {
  readonly log: readonly string[];
  /** Which of several visits to a graph this is: what was sent there begins the words of all its nodes with it. */
  readonly at: string;
}

function stateOf({ Annotation }: Runtime) {
  return Annotation.Root({
    // A graph within a node begins with the log around it and gives the whole of its own back: only the end is new.
    log: Annotation<readonly string[]>({
      reducer: (log, lines) => [...log, ...lines.slice(sharedLength(log, lines))],
      default: () => [],
    }),
    at: Annotation<string>({ reducer: (at) => at }),
  });
}

type Builder = StateGraph<ReturnType<typeof stateOf>, unknown, string>;

function sharedLength(log: readonly string[], lines: readonly string[]): number {
  const differs = lines.findIndex((line, index) => line !== log[index]);
  return differs === -1 ? lines.length : differs;
}

export function graphOf(shape: GraphShape, site: Site) {
  const { runtime, checkpointer, prefix = "" } = site;
  const state = stateOf(runtime);
  const builder = new runtime.StateGraph<typeof state, unknown, string>(state);
  const names: string[] = [];
  const add = (name: string, node: NodeShape): void => {
    names.push(name);
    if (node.kind === "graph") builder.addNode(name, graphOf(node.graph, within(site, name)));
    else addWork(builder, name, { work: node, site });
  };
  let before: readonly string[] = [];
  for (const [level, nodes] of shape.layers.entries()) {
    const layer = nodes.map((_, index) => `${prefix}n${level}${index}`);
    for (const [index, node] of nodes.entries()) add(layer[index] ?? "", node);
    for (const name of layer) builder.addEdge(before.length === 0 ? runtime.START : before, name);
    before = layer;
  }
  const hasSends = shape.layers.flat().some((node) => node.kind === "work" && node.sends > 0);
  if (hasSends) add(`${prefix}sent`, shape.sent);
  const stop = shape.stopsBefore === undefined ? undefined : names[shape.stopsBefore % names.length];
  return builder.compile({
    ...(checkpointer && { checkpointer }),
    ...(stop !== undefined && { interruptBefore: [stop] }),
  });
}

/** A graph within a node has no storage of its own. */
function within({ runtime, outside }: Site, name: string): Site {
  return { runtime, outside, prefix: `${name}.` };
}

interface Placed {
  readonly work: Work;
  readonly site: Site;
}

function addWork(builder: Builder, name: string, placed: Placed): void {
  const { work, site } = placed;
  const { Command } = site.runtime;
  const run = bodyOf(name, placed);
  const leadsAnywhere = work.rounds > 1 || work.sends > 0;
  const targets = [...(work.rounds > 1 ? [name] : []), ...(work.sends > 0 ? [sentFrom(site)] : [])];
  if (leadsAnywhere && work.leadsBy === "command") {
    const ends = { ends: targets };
    builder.addNode(
      name,
      async (state: State, config) => {
        const update = await run(state, config);
        const goto = leadsTo(name, placed, { ...state, log: [...state.log, ...update.log] });
        return new Command({ update, goto });
      },
      ends,
    );
    return;
  }
  builder.addNode(name, run);
  if (leadsAnywhere) builder.addConditionalEdges(name, (state) => leadsTo(name, placed, state), targets);
}

/** The state, not the world, says how often it ran: a run that is replayed leads where it led before. */
function leadsTo(name: string, { work, site }: Placed, state: State): (string | Send)[] {
  const { Send } = site.runtime;
  const runs = visits(name, state);
  const sends = Array.from({ length: work.sends }, (_, index) => {
    const at = `${state.at}${name}#${runs - 1}>${index} `;
    return new Send(sentFrom(site), { log: state.log, at });
  });
  return runs < work.rounds ? [name, ...sends] : sends;
}

function sentFrom({ prefix = "" }: Site): string {
  return `${prefix}sent`;
}

function visits(name: string, { log, at }: State): number {
  return log.filter((line) => line.startsWith(`done ${at}${name}#`)).length;
}

function bodyOf(name: string, { work, site }: Placed) {
  const { runtime, outside } = site;
  const ask = (question: string): string => {
    const answer = runtime.interrupt<string, string>(question);
    outside.got(question, answer);
    return answer;
  };
  const call = runtime.task("call", (what: string, asks: boolean) => {
    const said = asks ? ask(`${what}?`) : "yes";
    outside.called(what);
    return `called ${what}: ${said}`;
  });
  const graph = work.within && graphOf(work.within, within(site, name));
  return async (state: State, config: NodeConfig): Promise<{ readonly log: readonly string[] }> => {
    const visit = `${state.at}${name}#${visits(name, state)}`;
    outside.begins(visit, work);
    const said = await Promise.all(work.calls.map((asks, index) => call(`${visit}! ${index}`, asks)));
    for (let index = 0; index < work.questions; index++) {
      const question = `${visit}? ${index}`;
      said.push(ask(work.rewords && index === 0 ? outside.wordingOf(question) : question));
      outside.acted(question, config);
    }
    if (graph !== undefined) said.push(...(await graph.invoke({ log: [], at: `${visit}/` })).log);
    outside.ends(visit, work);
    outside.acted(visit, config);
    return { log: [`done ${visit}: ${said.join(", ")}`] };
  };
}
