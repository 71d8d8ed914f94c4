// Writes what is made from the code and served as it was written: the list of workflows, so that Slack and REST need not load a graph, and the OpenAPI document.
// A test fails when either is behind.
import { writeFileSync } from "node:fs";
import { openApiDocument } from "./openapi.ts";
import { listings } from "./listings.ts";

const MADE = { "workflows/manifest.json": listings(), "api/openapi.json": openApiDocument() };

for (const [path, made] of Object.entries(MADE))
  writeFileSync(new URL(`../src/${path}`, import.meta.url), `${JSON.stringify(made, null, 2)}\n`);
