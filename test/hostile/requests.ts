// Hostile requests to the Slack function, made from real ones: spoilt, cut, enormous, of others, too old, twice, or not signed by Slack at all.
import { LOCAL_SECRETS } from "../../src/local/config.ts";
import { signatureOf } from "../../src/slack/signature.ts";
import { signed } from "../support/deliver.ts";
import { type Captured, payloadOf, type Sent } from "./captured.ts";
import type { Chance } from "./chance.ts";
import { type Others, spoilt, spoiltBytes } from "./damage.ts";

type Headers = Readonly<Record<string, string>>;

export interface HostileRequest {
  /** Of what, and what was done to it. */
  readonly of: string;
  readonly how: string;
  readonly event: { readonly body?: string; readonly headers: Headers; readonly isBase64Encoded: boolean };
  /** As the handler has to read them. */
  readonly body: Buffer;
  /** Whether Slack could have sent it, by its signature and time. */
  readonly isSigned: boolean;
  /** Sent once more as it is. */
  readonly isTwice: boolean;
}

type Making = Pick<HostileRequest, "how"> &
  Partial<Omit<HostileRequest, "of">> & { readonly headers: Headers };

const FORM = "application/x-www-form-urlencoded";

/** The same form with another payload. */
export function encoded({ contentType, body }: Sent, payload: Readonly<Record<string, unknown>>): Sent {
  if (contentType.startsWith("application/json")) return { contentType, body: bytesOf(payload) };
  const isCommand = !new URLSearchParams(body.toString()).has("payload");
  const fields = isCommand ? Object.entries(payload) : [["payload", payload] as const];
  const form = new URLSearchParams();
  for (const [name, value] of fields)
    for (const one of isCommand && Array.isArray(value) ? (value as unknown[]) : [value])
      form.append(name, typeof one === "string" ? one : JSON.stringify(one));
  return { contentType, body: Buffer.from(form.toString()) };
}

const bytesOf = (json: unknown): Buffer => Buffer.from(JSON.stringify(json));

interface Given {
  readonly captured: Captured;
  readonly chance: Chance;
  readonly others: Others;
  readonly nowMs: number;
}

const sign = ({ contentType, body }: Sent, nowMs: number): { body: Buffer; headers: Headers } =>
  signed(contentType, body, { nowMs });

function withSpoiltFields({ captured, chance, others, nowMs }: Given): Making {
  const payload = spoilt(payloadOf(captured), chance, others);
  return { how: "fields", ...sign(encoded(captured, payload), nowMs) };
}

function withSpoiltBytes({ captured, chance, nowMs }: Given): Making {
  const body = spoiltBytes(captured.body, chance);
  return { how: "bytes", ...sign({ ...captured, body }, nowMs) };
}

const TYPES = [
  ...["", "application/json", FORM, "text/plain", "multipart/form-data; boundary=x", "APPLICATION/JSON"],
  ...["application/json;charset=utf-16", `${FORM}; charset=\u0000`, "x".repeat(6_000), "application/jsonx"],
];

function ofAnotherType({ captured, chance, nowMs }: Given): Making {
  return { how: "content type", ...sign({ ...captured, contentType: chance.of(TYPES) }, nowMs) };
}

/** From another team, wholly or in one of the places where a team is named. */
function ofAnotherTeam({ captured, chance, nowMs }: Given): Making {
  const payload = structuredClone(payloadOf(captured)) as Record<string, unknown>;
  const other = chance.of(["T0OTHER", "", "__proto__", "T0LOCAL#x", "t0local"]);
  const team = payload["team"] === undefined ? "team_id" : "team";
  const isWhole = chance.oneIn(2);
  payload[team] = team === "team" ? { id: other, domain: "other" } : other;
  const text = JSON.stringify(payload);
  const whole = JSON.parse(
    isWhole ? text.replaceAll(/"team_id":"[^"]*"/g, `"team_id":"${other}"`) : text,
  ) as object;
  return { how: "team", ...sign(encoded(captured, { ...whole }), nowMs) };
}

/** Everything is right but what the button or form names: another thread, question, digest, or an older form of it. */
function withOthersIds({ captured, chance, others, nowMs }: Given): Making {
  const text = JSON.stringify(payloadOf(captured));
  const ids = [...new Set(text.match(/[0-9a-f]{64}|[0-9a-f]{32}/g) ?? [])];
  const wanted = others.filter((one) => /^[0-9a-f]+$/.test(one));
  const other = ids.reduce((now, id) => {
    const sameKind = wanted.filter(({ length }) => length === id.length);
    return chance.oneIn(2) || sameKind.length === 0 ? now : now.replaceAll(id, chance.of(sameKind));
  }, text);
  return {
    how: "others' ids",
    ...sign(encoded(captured, JSON.parse(other) as Record<string, unknown>), nowMs),
  };
}

function enormous({ captured, chance, nowMs }: Given): Making {
  const filling = "x".repeat(1_000_000 * (1 + chance.below(5)));
  const payload = {
    ...payloadOf(captured),
    [chance.of(["filling", "text", "user_id", "trigger_id"])]: filling,
  };
  return { how: "enormous", ...sign(encoded(captured, payload), nowMs) };
}

function tooOld({ captured, chance, nowMs }: Given): Making {
  const off = chance.of([-301, -3_600, -86_400 * 365, 360, 86_400]);
  return { how: "old or early", ...sign(captured, nowMs + off * 1_000), isSigned: false };
}

function twice({ captured, nowMs }: Given): Making {
  return { how: "twice", ...sign(captured, nowMs), isTwice: true };
}

const SIGNATURE = "x-slack-signature";
const TIME = "x-slack-request-timestamp";

function wronglySigned({ captured, chance, nowMs }: Given): Making {
  const { body, headers } = sign(captured, nowMs);
  const [good, time] = [headers[SIGNATURE] ?? "", headers[TIME] ?? ""];
  const at = (text: string): string => signatureOf(body, text, LOCAL_SECRETS.signingSecret);
  const wrong: readonly Readonly<Record<string, string | undefined>>[] = [
    ...[{ [SIGNATURE]: undefined }, { [TIME]: undefined }, { [SIGNATURE]: undefined, [TIME]: undefined }],
    ...["", "v0=", good.slice(0, -1), `${good}0`, good.toUpperCase(), good.replace("v0=", "v1="), "v0=é"].map(
      (signature) => ({ [SIGNATURE]: signature }),
    ),
    // As API Gateway joins what was sent twice.
    ...[
      { [SIGNATURE]: `${good},${good}` },
      { [TIME]: `${time},${time}` },
      { [SIGNATURE]: `v0=${"0".repeat(64)},${good}` },
    ],
    { [SIGNATURE]: signatureOf(body, time, "another secret") },
    { [SIGNATURE]: signatureOf(Buffer.concat([body, Buffer.from(" ")]), time, LOCAL_SECRETS.signingSecret) },
    { [SIGNATURE]: signatureOf(body, time, "") },
    // Signed for a time that is none.
    ...["", "NaN", "0x1", `${time}.0`, ` ${time}`, `-${time}`, "1e9", "9".repeat(400), `${time}\u0000`].map(
      (text) => ({
        ...{ [TIME]: text, [SIGNATURE]: at(text) },
      }),
    ),
    { [TIME]: String(Number(time) - 1) },
  ];
  const changed = Object.entries({ ...headers, ...chance.of(wrong) });
  const kept = changed.filter((entry): entry is [string, string] => entry[1] !== undefined);
  return { how: "signature", body, headers: Object.fromEntries(kept), isSigned: false };
}

function withOddHeaders({ captured, chance, nowMs }: Given): Making {
  const { body, headers } = sign(captured, nowMs);
  const cased = chance.of([
    (name: string) => name.toUpperCase(),
    (name: string) => name,
    (name: string) => name.replace("x-", "X-"),
  ]);
  const odd: Headers = {
    "x-slack-retry-num": chance.of(["1", "-1", "abc", "1e9", "1,2", "99999999999999999999"]),
    "x-slack-retry-reason": chance.of(["http_timeout", "\u0000", "x".repeat(5_000), "__proto__"]),
    ...{ "content-length": "0", "transfer-encoding": "chunked", __proto__x: "1", constructor: "x", "": "" },
  };
  const named = Object.entries(headers).map(([name, value]) => [cased(name), value]);
  return { how: "headers", body, headers: { ...odd, ...(Object.fromEntries(named) as Headers) } };
}

/** What API Gateway could hand over by mistake: nothing, or bytes in another form than it says. */
function handedOverWrongly({ captured, chance, nowMs }: Given): Making {
  const { body, headers } = sign(captured, nowMs);
  const how = "event";
  switch (chance.below(4)) {
    case 0:
      return {
        how,
        headers,
        body: Buffer.alloc(0),
        isSigned: false,
        event: { headers, isBase64Encoded: true },
      };
    case 1: {
      const event = { headers, body: body.toString("base64"), isBase64Encoded: false };
      return { how, headers, body, isSigned: false, event };
    }
    case 2: {
      const event = { headers, body: "%%% not base64 at all ¬", isBase64Encoded: true };
      return { how, headers, body, isSigned: false, event };
    }
    default: {
      // Plain text is as good as base64, and signed all the same.
      const event = { headers, body: body.toString(), isBase64Encoded: false };
      return { how, headers, body, event };
    }
  }
}

const WAYS: readonly (readonly [weight: number, make: (given: Given) => Making])[] = [
  ...[[40, withSpoiltFields] as const, [12, withSpoiltBytes] as const, [6, ofAnotherType] as const],
  ...[
    [6, ofAnotherTeam] as const,
    [12, withOthersIds] as const,
    [1, enormous] as const,
    [5, tooOld] as const,
  ],
  ...[
    [3, twice] as const,
    [8, wronglySigned] as const,
    [4, withOddHeaders] as const,
    [3, handedOverWrongly] as const,
  ],
];
const TICKETS = WAYS.flatMap(([weight, make]) => Array.from({ length: weight }, () => make));

export function hostileRequest(given: Given): HostileRequest {
  const { headers, body = Buffer.alloc(0), ...made } = given.chance.of(TICKETS)(given);
  return {
    ...{ of: given.captured.name, isSigned: true, isTwice: false, body },
    event: { headers, body: body.toString("base64"), isBase64Encoded: true },
    ...made,
  };
}
