// Who a request says that it is from, and how it proves that: mostly as the operation wants it, and else in every way that must not do.
import { Webhook } from "standardwebhooks";
import { LOCAL_WEBHOOK_SECRET } from "../../../src/local/config.ts";
import type { Chance } from "../chance.ts";
import type { ApiOperation } from "./document.ts";
import type { Key } from "./stage.ts";

type Headers = Readonly<Record<string, string>>;

interface Presented {
  /** Undefined for whoever must not be let in. */
  readonly key: Key | undefined;
  readonly headers: Headers;
}

interface Presenting {
  readonly operation: ApiOperation;
  readonly keys: readonly Key[];
  readonly chance: Chance;
  /** Of the message that may have to be signed. */
  readonly id: string;
  readonly text: string;
}

export function presented(given: Presenting): Presented {
  const { chance, operation } = given;
  const proof = chance.of(operation.proofs);
  if (chance.oneIn(8)) return { key: undefined, headers: wrongly(given, proof) };
  return proof === "apiKey" ? byKey(given) : bySecret(given, proof);
}

/** Mostly one that may. */
function byKey({ keys, chance, operation: { scope } }: Presenting): Presented {
  const valid = keys.filter(({ isValid }) => isValid);
  const able = valid.filter(({ scopes }) => scope === undefined || scopes.includes(scope));
  const decider = able.filter(({ name }) => scope === "decide" && name === "decider");
  const among = chance.oneIn(4) ? valid : decider.length > 0 ? decider : able;
  const key = chance.of(among);
  return { key, headers: { authorization: `${chance.of(["Bearer", "bearer", "BEARER"])} ${key.token}` } };
}

function bySecret({ id, text }: Presenting, proof: string): Presented {
  const sender = { name: "", scopes: ["start"], token: LOCAL_WEBHOOK_SECRET, isValid: true };
  const alertmanager = { ...sender, owner: "webhook:alertmanager" };
  switch (proof) {
    case "webhookBearer":
      return { key: alertmanager, headers: { authorization: `Bearer ${LOCAL_WEBHOOK_SECRET}` } };
    case "webhookBasic":
      return { key: alertmanager, headers: { authorization: basic(LOCAL_WEBHOOK_SECRET) } };
    case "webhookSignature":
      // Nobody can sign a message that has no name.
      return {
        key: id === "" ? undefined : { ...sender, owner: "webhook:signed" },
        headers: signatureOf({ id, text, at: new Date() }),
      };
    default:
      throw new Error(`The document has a way to prove oneself that this test does not know: ${proof}.`);
  }
}

const basic = (password: string): string =>
  `Basic ${Buffer.from(`alertmanager:${password}`).toString("base64")}`;

interface Message {
  readonly id: string;
  readonly text: string;
  readonly at: Date;
  readonly secret?: string;
}

function signatureOf({ id, text, at, secret = LOCAL_WEBHOOK_SECRET }: Message): Headers {
  const signing = secret.startsWith("whsec_") ? new Webhook(secret) : new Webhook(secret, { format: "raw" });
  const timestamp = String(Math.floor(at.getTime() / 1_000));
  return { "webhook-timestamp": timestamp, "webhook-signature": signing.sign(id, at, text) };
}

function wrongly({ keys, chance, id, text }: Presenting, proof: string): Headers {
  const now = new Date();
  if (proof === "webhookSignature")
    return chance.of<Headers>([
      ...[
        {},
        signatureOf({ id, text, at: now, secret: "another" }),
        signatureOf({ id, text: `${text} `, at: now }),
      ],
      ...[signatureOf({ id, text, at: new Date(0) }), signatureOf({ id: `${id}x`, text, at: now })],
      { ...signatureOf({ id, text, at: now }), "webhook-timestamp": "1e9" },
      { authorization: `Bearer ${LOCAL_WEBHOOK_SECRET}` },
    ]);
  const { token } = chance.of(keys.filter(({ isValid }) => isValid));
  if (proof !== "apiKey")
    return chance.of<Headers>([
      ...[
        {},
        { authorization: `Bearer ${token}` },
        { authorization: basic("") },
        { authorization: basic(token) },
      ],
      { authorization: `Bearer ${LOCAL_WEBHOOK_SECRET}x` },
      { authorization: `Basic ${LOCAL_WEBHOOK_SECRET}` },
    ]);
  return chance.oneIn(10) ? {} : { authorization: chance.of(wrongTokens(token, keys)) };
}

function wrongTokens(token: string, keys: readonly Key[]): readonly string[] {
  const [other = ""] = keys.filter((key) => key.token !== token).map((key) => key.token);
  const gone = keys.filter(({ isValid }) => !isValid).map((key) => `Bearer ${key.token}`);
  return [
    ...["", "Bearer", "Bearer ", `Basic ${token}`, token, `Bearer ${token.slice(0, -1)}`, `Bearer ${token}x`],
    ...[`Bearer ${token.toUpperCase()}`, `Bearer ${token},${token}`, `Bearer csk_nobody_${token.slice(-43)}`],
    ...[`Bearer ${LOCAL_WEBHOOK_SECRET}`, `Bearer ${other.slice(0, -43)}${token.slice(-43)}`],
    ...["Bearer csk_", `Bearer csk_${"a".repeat(9_000)}_`, "Bearer null", "Bearer __proto__", ...gone],
  ];
}
