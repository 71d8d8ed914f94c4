// Writes the list of workflows that Slack and REST read, so that they need not load a graph. A test fails when it is behind.
import { writeFileSync } from "node:fs";
import { listings } from "./listings.ts";

writeFileSync(
  new URL("../src/workflows/manifest.json", import.meta.url),
  `${JSON.stringify(listings(), null, 2)}\n`,
);
