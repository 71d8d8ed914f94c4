// npm run countersign on a product that runs, its keys and whether anything is wrong with it; and on the keys of a deployment that the environment names.
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, inject, onTestFinished, test } from "vitest";
import { createApiKeys } from "../../src/aws/api-keys.ts";
import { countersign } from "../../src/cli/countersign.ts";
import { createAdministrator } from "../../src/local/slack/administrator.ts";
import { createPerson } from "../../src/local/slack/person.ts";
import { SEED } from "../../src/local/slack/seed.ts";
import { LOCAL_SECRETS } from "../../src/local/config.ts";
import { type ApiKeys, authenticate } from "../../src/runs/api-keys.ts";
import { UNCOUNTED } from "../../src/runs/metrics.ts";
import { startLocalSlack } from "../slack/support.ts";
import { freshDynamo } from "../support/dynamo.ts";
import { type Product, startProduct } from "../support/product.ts";
import { DEPLOYS } from "../support/system.ts";

const { teamId: team, users } = SEED;
const CREATE = ["key", "create", "name=ci", "owner=U0RITA", "scopes=start,read"];

interface Ended {
  readonly code: number;
  readonly out: string;
  readonly err: string;
}

type Environment = Readonly<Record<string, string>>;

function ran(args: readonly string[], env: Environment = {}): Promise<Ended> {
  return countersign([...args], { ...process.env, ...env });
}

interface Answer {
  readonly kind?: string;
  readonly text: string;
  readonly token?: string;
  readonly key?: { readonly rotated: { readonly at: string } };
  readonly names?: readonly string[];
  readonly keys?: readonly object[];
}

/** As a program asks. */
async function asked(
  args: readonly string[],
  env: Environment = {},
): Promise<Answer & { readonly code: number }> {
  const { code, out } = await ran([...args, "--json"], env);
  return { ...(JSON.parse(out) as Answer), code };
}

/** All that is kept there. */
function filesIn(folder: string): readonly Buffer[] {
  const files = readdirSync(folder, { recursive: true, withFileTypes: true }).filter((entry) =>
    entry.isFile(),
  );
  return files.map(({ parentPath, name }) => readFileSync(join(parentPath, name)));
}

describe("of an npm start", () => {
  let product: Product;
  beforeAll(async () => {
    product = await startProduct(".");
  });
  afterAll(() => product.stop());
  const here = (): readonly string[] => ["--data", product.dataDir];

  test("keys are created, listed, rotated and revoked as in Slack, by the clock of that product", async () => {
    const created = await ran([...CREATE, ...here()]);
    expect(created).toMatchObject({ code: 0, err: "" });
    const [said, token = "", use] = created.out.split("\n");
    expect(said).toBe(
      "Created the API key ci of U0RITA: start, read. Its token is kept nowhere and cannot be shown again:",
    );
    expect(token).toMatch(/^csk_ci_[A-Za-z0-9_-]{43}$/);
    expect(use).toBe("It goes with each request, as in: Authorization: Bearer csk_ci_…");
    const { now } = await createAdministrator(product.url).advance(3_600);
    const rotated = await asked(["key", "rotate", "ci", ...here()]);
    expect(rotated).toMatchObject({ code: 0, kind: "rotated", key: { name: "ci", rotated: { by: "cli" } } });
    expect(rotated.key?.rotated.at.localeCompare(now)).toBeGreaterThanOrEqual(0);
    expect(rotated.token).not.toBe(token);
    const ana = createPerson(product.url, users.ana);
    // On a machine that does much else its first answer may come too late for Slack.
    const list = async (): Promise<string | undefined> => {
      await ana.say(DEPLOYS, "/countersign key list");
      return (await ana.ephemerals()).at(-1)?.text;
    };
    await expect
      .poll(list)
      .toMatch(
        /^API keys: 1\n• `ci` of <@U0RITA>: start and read · created by the command line .* · rotated by the command line/,
      );
    expect(await asked(["key", "revoke", "ci", ...here()])).toMatchObject({ code: 0, isNew: true });
    const listed = await asked(["key", ...here()]);
    expect(listed.keys).toMatchObject([{ name: "ci", scopes: ["start", "read"], revoked: { by: "cli" } }]);
    expect(listed.text).toMatch(
      /^ci of U0RITA: start, read; created by cli at .* UTC; .*; revoked by cli at /,
    );
    for (const one of [token, rotated.token ?? ""]) {
      const secret = one.slice("csk_ci_".length);
      for (const file of filesIn(product.dataDir)) expect(file.includes(secret)).toBe(false);
      expect(JSON.stringify(listed)).not.toContain(secret);
    }
  });

  test("doctor finds nothing wrong with it, by its own clock, and says what only it can know", async () => {
    await createAdministrator(product.url).advance(86_400);
    const looked = await asked(["doctor", ...here()]);
    expect(looked).toMatchObject({ code: 0, kind: "fine" });
    expect(looked.text).toMatch(
      /^Looked at the npm start that has its data in .*\nfine +Slack +The bot token is taken/s,
    );
    expect(looked.text).not.toMatch(/setup|WRONG/);
    expect(looked.text).toContain("fine   Runs               Nothing has been due");
    expect(await ran(["doctor", "--data", join(product.dataDir, "none")])).toMatchObject({
      code: 1,
      out: "",
    });
  });

  test("its addresses are on this machine and hold no secret; they are gone when it is", async () => {
    const file = join(product.dataDir, "running.json");
    const running = JSON.parse(readFileSync(file, "utf8")) as object;
    expect(running).toEqual({
      slackUrl: product.url,
      dynamoUrl: expect.stringMatching(/^http:\/\/127\.0\.0\.1:\d+$/) as string,
      queueUrl: expect.stringMatching(/^http:\/\/127\.0\.0\.1:\d+\/\d+\/countersign-jobs$/) as string,
      opsUrl: expect.stringMatching(/^http:\/\/127\.0\.0\.1:\d+$/) as string,
      ...{ table: "countersign", team },
    });
    await product.interrupt();
    expect(existsSync(file)).toBe(false);
    const nothing = `No npm start runs with its data in ${product.dataDir}.`;
    // As whoever was ended without a word leaves them behind.
    writeFileSync(file, JSON.stringify(running));
    expect(await ran(["key", ...here()])).toMatchObject({
      code: 1,
      err: expect.stringContaining(nothing) as string,
    });
  });
});

interface Deployment {
  readonly env: Environment;
  readonly apiKeys: ApiKeys;
}

async function deployment(): Promise<Deployment> {
  const slack = await startLocalSlack();
  const { dynamo, table } = await freshDynamo();
  const env = {
    ...{ TABLE_NAME: table, SLACK_TEAM_ID: team, SLACK_BOT_TOKEN: LOCAL_SECRETS.botToken },
    ...{ SLACK_API_URL: `${slack.url}/api/`, AWS_ENDPOINT_URL_DYNAMODB: inject("dynamoUrl") },
  };
  return { env, apiKeys: createApiKeys(dynamo, table, UNCOUNTED) };
}

test("without a folder it is the deployment that the environment names; what is refused is said, with another exit code", async () => {
  const { env, apiKeys } = await deployment();
  const { token = "", code } = await asked(CREATE, env);
  expect(code).toBe(0);
  const who = { team, token, now: new Date().toISOString() };
  expect(await authenticate(apiKeys, who)).toMatchObject({ kind: "key", key: { createdBy: "cli" } });
  const [again, guest, unknown] = await Promise.all([
    asked(CREATE, env),
    ran(["key", "create", "name=other", "owner=U0GUS", "scopes=read"], env),
    asked(["key", "revoke", "cii"], env),
  ]);
  expect(again).toMatchObject({ code: 1, kind: "taken" });
  expect(again.text).toBe(
    "There is an API key of that name, and a name is used once. Nothing was created; choose another name.",
  );
  expect(guest).toEqual({
    ...{ code: 1, out: "" },
    err: "The owner of a key must be a full member of the workspace; this one is a guest. Nothing was created.\n",
  });
  expect(unknown).toMatchObject({ code: 1, kind: "unknown", names: ["ci"] });
  expect(unknown.text).toBe(`There is no API key "cii". Did you mean ci? Nothing was changed.`);
  expect(await apiKeys.keys(team)).toHaveLength(1);
});

/** The same words within this process, where another one would tell no more. */
const said = (args: readonly string[], env: Environment = {}): ReturnType<typeof countersign> =>
  countersign(args, { ...env });

test("addresses that lead elsewhere are not followed", async () => {
  const folder = mkdtempSync(join(tmpdir(), "countersign-none-"));
  const asks: unknown[] = [];
  const server = createServer(({ url }, response) => {
    asks.push(url);
    response.end(JSON.stringify({ now: new Date().toISOString() }));
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  onTestFinished(() => {
    server.close();
    rmSync(folder, { recursive: true });
  });
  const { port } = server.address() as AddressInfo;
  const lead = async (host: string): Promise<number> => {
    const addresses = { slackUrl: `http://${host}:${port}`, dynamoUrl: "http://127.0.0.1:9" };
    writeFileSync(join(folder, "running.json"), JSON.stringify({ ...addresses, table: "t", team }));
    return (await said(["key", "--data", folder])).code;
  };
  expect([await lead("localhost"), asks]).toEqual([1, []]);
  expect([await lead("127.0.0.1"), asks]).toEqual([1, ["/local/clock"]]);
});

const NOWHERE = { TABLE_NAME: "t", SLACK_TEAM_ID: team, AWS_ENDPOINT_URL_DYNAMODB: "http://127.0.0.1:9" };
const NO_TOKEN = "SLACK_BOT_TOKEN is missing: Slack is asked who the owner is. No key was created.";

const WRONG: Readonly<Record<string, readonly [args: string, env: Environment, code: number, says: string]>> =
  {
    "no command": ["", {}, 2, "Say what to do.\nnpm run countersign -- --help says what there is."],
    "another command": ["keys", {}, 2, 'There is no command "keys". Did you mean "key"?'],
    "an option that is none": ["key --jason", {}, 2, '"key" has no option --jason. Did you mean --json?'],
    "a word that is none": ["key creat", NOWHERE, 2, 'There is no "key creat". Did you mean "key create"?'],
    "a field too few": ["key create name=ci", NOWHERE, 2, "No key was created.\nowner: This is required: "],
    "a word that is no field": [
      "key create ci",
      NOWHERE,
      2,
      'Write each field once as name=value, and not "ci".',
    ],
    "nobody to ask about the owner": [CREATE.join(" "), NOWHERE, 2, NO_TOKEN],
    "Slack away": [
      CREATE.join(" "),
      { ...NOWHERE, SLACK_BOT_TOKEN: "xoxb-none", SLACK_API_URL: "http://127.0.0.1:9/api/" },
      1,
      "Slack did not say who the owner is, so nothing was created.",
    ],
    "a word too many": ["key revoke ci x", NOWHERE, 2, 'Write "key revoke ci".'],
    "a list of something": ["key list ci", NOWHERE, 2, '"key list" takes no more words.'],
    "another time": ["key rotate ci soon", NOWHERE, 2, 'Write "key rotate ci", with "now" behind it'],
    "a deployment half named": [
      "key",
      { TABLE_NAME: "t" },
      2,
      "The configuration is not usable: SLACK_TEAM_ID is missing",
    ],
    "a database that is away": ["key", NOWHERE, 1, "Nothing was changed. The store did not answer"],
  };

test.each(Object.entries(WRONG))("with %s it says what to do", async (_, [words, env, code, says]) => {
  const ended = await said(words === "" ? [] : words.split(" "), env);
  expect(ended).toEqual({ code, out: "", err: expect.stringContaining(says) as string });
});

test("help says what there is", async () => {
  const { code, out } = await said(["key", "--help"]);
  expect([code, out]).toEqual([0, expect.stringContaining("npm run countersign -- key rotate ci now")]);
});
