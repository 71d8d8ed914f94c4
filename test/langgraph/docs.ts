// Writes docs/langgraph.md: what is the same as in LangGraph.js and what differs, from the scenarios that are played on both.
import { writeFile } from "node:fs/promises";
import { pathToFileURL } from "node:url";
import type { Scenario, Topic } from "./scenario.ts";
import { topics } from "./scenarios/index.ts";

export const DOCS = new URL("../../docs/langgraph.md", import.meta.url);

const INTRODUCTION = `# Countersign's runtime and LangGraph.js

A graph that was written for LangGraph.js runs on \`src/graph\` with another import line. This page lists what is the same and
what differs on purpose. Every line is a scenario that \`npm test\` plays on \`@langchain/langgraph\` 1.4.10 and on Countersign,
side by side (\`test/langgraph/scenarios/\`); the seventeen hazards that are gone are in \`test/langgraph/hazards.test.ts\`.
\`npm run docs\` writes this page anew.
`;

export function docsOf(all: readonly Topic[]): string {
  const scenarios = all.flatMap((topic) => topic.scenarios);
  const different = scenarios.filter(({ differs }) => differs !== undefined).length;
  const summary = `${scenarios.length} scenarios: ${scenarios.length - different} the same, ${different} different on purpose.`;
  return `${[INTRODUCTION, summary, ...all.map(sectionOf)].join("\n\n").replaceAll(/\n{3,}/g, "\n\n")}\n`;
}

function sectionOf({ topic, scenarios }: Topic): string {
  const different = scenarios.flatMap((scenario) =>
    scenario.differs === undefined ? [] : [differenceOf(scenario)],
  );
  const same = scenarios
    .filter(({ differs }) => differs === undefined)
    .map(({ title }) => `- ${cell(title)}`);
  return [
    `## ${topic}`,
    ...(different.length === 0
      ? []
      : [
          [
            "| different on purpose | why | LangGraph.js | Countersign |",
            "|---|---|---|---|",
            ...different,
          ].join("\n"),
        ]),
    ...(same.length === 0 ? [] : ["The same:", same.join("\n")]),
  ].join("\n\n");
}

function differenceOf({ title, differs }: Scenario): string {
  const { why = "", langgraph, ours } = differs ?? {};
  return `| ${[cell(title), cell(why), code(langgraph), code(ours)].join(" | ")} |`;
}

function code(value: unknown): string {
  const text = JSON.stringify(value, (_, part: unknown) => (part === undefined ? "undefined" : part)) as
    string | undefined;
  return `\`${cell(text ?? "undefined")}\``;
}

function cell(text: string): string {
  return text.replaceAll("|", "\\|").replaceAll("`", "'");
}

if (import.meta.url === pathToFileURL(process.argv[1] ?? "").href) await writeFile(DOCS, docsOf(topics));
