// What the bundles do without: parts of libraries that no function of Countersign uses, most of what the libraries weigh and of what they take to load.
import { readFile } from "node:fs/promises";
import { fileURLToPath } from "node:url";
import { type ImportKind, type Plugin, type PluginBuild, transform } from "esbuild";

const ROOT = fileURLToPath(new URL("..", import.meta.url));

/** Each with why it can stay out. A function that uses one all the same is told so by `unused`. */
export const LEFT_OUT = {
  // Bolt loads all its receivers, whichever it is given, and with them Express, a WebSocket client and undici; ours is in src/slack/receiver.ts.
  "bolt-receivers": { of: /@slack\/bolt/, path: /^\.\.?\/receivers\// },
  // Nobody talks with an assistant or runs a function of Slack's own, nothing is kept of conversations and nothing is said word by word.
  "bolt-features": {
    of: /@slack\/(bolt|web-api)/,
    path: /^\.\/(Assistant|CustomFunction|conversation-store|chat-stream)$/,
  },
  // An app of one workspace, installed by hand.
  "@slack/oauth": { of: /@slack\/bolt/, path: /^@slack\/oauth$/ },
  // Types, and what reads them is gone once they are compiled.
  "@slack/types": { of: /@slack\/(bolt|web-api)/, path: /^@slack\/types$/ },
  // What DynamoDB's client keeps discovered endpoints in. Discovery is off unless the environment asks for it, which serverless.yml does not.
  "mnemonist/lru-cache": { of: /@aws-sdk\/endpoint-cache/, path: /^mnemonist\/lru-cache$/ },
  // Answers that come as a stream of events: neither DynamoDB, SQS nor Secrets Manager has any.
  "event-streams": { of: /@smithy\/core/, path: /^@smithy\/core\/event-streams$/ },
} as const;

/** Leaves those out, and of what stays what is never read. */
export const leftOut: Plugin = {
  name: "left-out",
  setup(bundler) {
    for (const [name, { of, path }] of Object.entries(LEFT_OUT))
      bundler.onResolve({ filter: path }, ({ importer, kind }) =>
        of.test(importer) ? { path: name, namespace: "left-out", pluginData: kind } : undefined,
      );
    bundler.onLoad({ filter: /./, namespace: "left-out" }, ({ path, pluginData }) => ({
      contents: standIn(path, pluginData as ImportKind),
      resolveDir: ROOT,
    }));
    credentialsOfLambda(bundler);
    onlyVersions(bundler);
    namesThatAreRead(bundler);
  },
};

/** Loading it does nothing, unless it is only loaded to be used. */
function standIn(name: string, kind: ImportKind): string {
  const imported = `import { unused } from "./infra/unused.ts";`;
  const part = `unused(${JSON.stringify(name)})`;
  if (kind === "require-call") return `module.exports = require("./infra/unused.ts").${part};`;
  return kind === "dynamic-import" ? `${imported} ${part}();` : `${imported} export default ${part};`;
}

/** Lambda puts a function's credentials into its environment, so the other ways to find some (SSO, STS, profiles, a machine's own) are never gone. */
function credentialsOfLambda(bundler: PluginBuild): void {
  const filter = /^@aws-sdk\/credential-provider-node$/;
  bundler.onResolve({ filter }, ({ path }) => ({ path, namespace: "credentials" }));
  bundler.onLoad({ filter, namespace: "credentials" }, () => ({
    contents: `export { fromEnv as defaultProvider } from "@aws-sdk/credential-provider-env";`,
    resolveDir: ROOT,
  }));
}

/** Libraries tell servers their version, and bring all of their package.json for it. */
function onlyVersions(bundler: PluginBuild): void {
  bundler.onLoad({ filter: /node_modules\/.*\/package\.json$/ }, async ({ path }) => {
    const { name, version } = JSON.parse(await readFile(path, "utf8")) as Readonly<Record<string, unknown>>;
    return { contents: JSON.stringify({ name, version }), loader: "json" };
  });
}

/** The only errors that take their `name` from their class, which has another one once names are shortened. */
function namesThatAreRead(bundler: PluginBuild): void {
  bundler.onLoad({ filter: /@slack\/web-api\/dist\/errors\.js$/ }, async ({ path }) => {
    const { code } = await transform(await readFile(path, "utf8"), { keepNames: true });
    return { contents: code };
  });
}
