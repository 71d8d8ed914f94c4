// `npm run bench`: what agents cost beyond their model and their tools: on the runtime alone, beside LangGraph.js, and as runs of the product on DynamoDB.
import { measureAgentRuns } from "./agent-runs.ts";
import { compareAgents } from "./agent-runtimes.ts";

await compareAgents();
await measureAgentRuns();
