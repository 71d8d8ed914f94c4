// `npm run cost`: what an approval costs on AWS, counted on this machine's own servers, and written into docs/cost.md.
import { startDynalite } from "../support/servers.ts";
import { tablesOf, writeTables } from "./cost/page.ts";
import { measured } from "./cost/stories.ts";

// The SDK refuses to sign without credentials; the stand-ins accept any.
Object.assign(process.env, {
  AWS_REGION: "local",
  AWS_ACCESS_KEY_ID: "local",
  AWS_SECRET_ACCESS_KEY: "local",
});
const server = await startDynalite();
try {
  const tables = tablesOf(await measured(server.url));
  writeTables(tables);
  console.log(tables);
} finally {
  server.process.kill();
}
