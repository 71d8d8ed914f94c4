// A drawing in Mermaid's language, line by line as LangGraph writes it, but for names that would break it.
import { type Drawn, type DrawnEdge, type DrawnNode, firstOf, lastOf, type MermaidOptions } from "./drawn.ts";

const COLORS = {
  default: "fill:#f2f0ff,line-height:1.2",
  first: "fill-opacity:0",
  last: "fill:#bfb6fc",
};

export function mermaidOf(
  drawn: Drawn,
  { withStyles = true, curveStyle = "linear", nodeColors = COLORS, wrapLabelNWords = 9 }: MermaidOptions,
): string {
  const ids = createIds();
  const named = (id: string): string => ids.of(id, id);
  const nodes = Object.values(drawn.nodes).map((node) => nodeLine(drawn, node, named(node.id)));
  const write = { ids, line: (edge: DrawnEdge) => edgeLine(edge, { named, words: wrapLabelNWords }) };
  const edges = frameLines(framed(drawn.edges), write);
  const classes = Object.entries(nodeColors).map(([name, color]) => `\tclassDef ${name} ${color};`);
  const lines = withStyles
    ? [`%%{init: {'flowchart': {'curve': '${curveStyle}'}}}%%`, "graph TD;", ...nodes, ...edges, ...classes]
    : ["graph TD;", ...edges];
  return `${lines.join("\n")}\n`;
}

/** Words of the language, which as the id of a node would end or begin something. */
const RESERVED = /^(end|subgraph|graph|flowchart|style|class|classDef|click|linkStyle|default|direction)$/;

interface Ids {
  /** The id of a thing, made of its name: the same for the same thing, another one for each other thing. */
  readonly of: (thing: string, name: string) => string;
}

function createIds(): Ids {
  const known = new Map<string, string>();
  const taken = new Set<string>();
  return {
    of(thing, name) {
      const id = known.get(thing) ?? freeId(RESERVED.test(name) ? `_${name}_` : plainOf(name), taken);
      known.set(thing, id);
      taken.add(id);
      return id;
    },
  };
}

function plainOf(name: string): string {
  return name.replace(/[^a-zA-Z-_0-9]/g, "_");
}

function freeId(wanted: string, taken: ReadonlySet<string>): string {
  let id = wanted;
  for (let number = 2; taken.has(id); number++) id = `${wanted}_${number}`;
  return id;
}

function nodeLine(drawn: Drawn, { id, name, metadata = {} }: DrawnNode, written: string): string {
  const data = Object.entries(metadata).map(([key, value]) => `${key} = ${value}`);
  const note = data.length === 0 ? "" : `<hr/><small><em>${data.join("\n")}</em></small>`;
  // What Markdown would take for emphasis.
  const isMarked = ["*", "_", "`"].some((mark) => name.startsWith(mark) && name.endsWith(mark));
  const text = isPlain(name) ? name : escaped(name);
  const label = (isMarked ? `<p>${text}</p>` : text) + note;
  const shown = isPlain(name) ? label : `"${label}"`;
  const shape = {
    [lastOf(drawn) ?? ""]: `([${shown}]):::last`,
    [firstOf(drawn) ?? ""]: `([${shown}]):::first`,
  };
  return `\t${written}${shape[id] ?? `(${shown})`}`;
}

/** What needs no quotes. */
function isPlain(name: string): boolean {
  return /^[\p{L}\p{N}_ .-]+$/u.test(name) && !RESERVED.test(name);
}

function escaped(text: string): string {
  return text.replace(/[^\p{L}\p{N}_ .,:;!?'/+=~-]|[;]/gu, (found) => `#${String(found.codePointAt(0))};`);
}

interface EdgeWords {
  readonly named: (id: string) => string;
  readonly words: number;
}

function edgeLine({ source, target, conditional, data }: DrawnEdge, { named, words }: EdgeWords): string {
  const text = data === undefined ? undefined : `&nbsp;${wrapped(escaped(data), words)}&nbsp;`;
  const [dotted, plain] = text === undefined ? ["-.->", "-->"] : [`-. ${text} .->`, `-- ${text} -->`];
  return `\t${named(source)} ${conditional ? dotted : plain} ${named(target)};`;
}

function wrapped(text: string, most: number): string {
  const words = text.split(" ");
  const lines = Array.from({ length: Math.ceil(words.length / most) }, (_, line) =>
    words.slice(line * most, (line + 1) * most).join(" "),
  );
  return lines.join("&nbsp;<br>&nbsp;");
}

/** A graph within a node: what leads from one of its nodes to another is drawn inside of it. */
interface Frame {
  readonly path: string;
  readonly name: string;
  readonly edges: DrawnEdge[];
  readonly frames: Map<string, Frame>;
}

function framed(edges: readonly DrawnEdge[]): Frame {
  const outermost = newFrame("", "");
  for (const edge of edges) {
    let frame = outermost;
    for (const name of commonParts(edge)) {
      const inner = frame.frames.get(name) ?? newFrame(`${frame.path}${name}:`, name);
      frame.frames.set(name, inner);
      frame = inner;
    }
    frame.edges.push(edge);
  }
  return outermost;
}

function newFrame(path: string, name: string): Frame {
  return { path, name, edges: [], frames: new Map() };
}

/** The frames that both ends of an edge are in; an id names them, then the node. */
function commonParts({ source, target }: DrawnEdge): readonly string[] {
  const [from, to] = [source.split(":").slice(0, -1), target.split(":").slice(0, -1)];
  const parting = from.findIndex((part, index) => part !== to[index]);
  return parting === -1 ? from : from.slice(0, parting);
}

interface FrameWriter {
  readonly ids: Ids;
  readonly line: (edge: DrawnEdge) => string;
}

/** At the top edges come first, in a frame the frames within it: as LangGraph has it. */
function frameLines({ path, name, edges, frames }: Frame, write: FrameWriter): readonly string[] {
  const own = edges.map(write.line);
  // Before what is within it: of frames of one name, the outer one keeps it.
  const id = path === "" ? name : write.ids.of(path, name);
  const inner = [...frames.values()].flatMap((frame) => frameLines(frame, write));
  if (path === "") return [...own, ...inner];
  const title = id === name ? name : `${id}["${escaped(name)}"]`;
  return [`\tsubgraph ${title}`, ...inner, ...own, "\tend"];
}
