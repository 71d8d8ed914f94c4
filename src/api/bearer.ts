// Whose key a request is sent with.
import { authenticate } from "../runs/api-keys.ts";
import type { ApiContext, ApiDeps } from "./context.ts";
import { problem, type Reply } from "./problem.ts";

type Admitted =
  | { readonly kind: "admitted"; readonly context: ApiContext }
  | { readonly kind: "problem"; readonly reply: Reply };

const SCHEME = /^bearer +(\S+) *$/i;

/** @throws StorageUnavailable */
export async function admitted(
  deps: ApiDeps,
  team: string,
  authorization: string | undefined,
): Promise<Admitted> {
  const token = SCHEME.exec(authorization ?? "")?.[1];
  if (token === undefined)
    return refused(
      "There is no API key with this request. Send `Authorization: Bearer csk_…`; an operator makes one with /countersign key.",
    );
  const cameAt = deps.clock.now();
  const who = await authenticate(deps.apiKeys, { team, token, now: cameAt });
  return who.kind === "key"
    ? { kind: "admitted", context: { deps, team, key: who.key, cameAt } }
    : refused("The API key is not valid: it is unknown, revoked, or was replaced by a newer one.");
}

function refused(detail: string): Admitted {
  return {
    kind: "problem",
    reply: problem("unauthenticated", detail, { headers: { "www-authenticate": "Bearer" } }),
  };
}
