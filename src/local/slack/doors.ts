// Who may come in, and how bodies are read: only this machine may talk to the local Slack.

/** A page of any other site is kept out by its Origin, a rebound DNS name by the Host. */
export function isFromThisMachine(request: Request, allowedHosts: readonly string[]): boolean {
  const hosts = ["localhost", "127.0.0.1", "[::1]", ...allowedHosts];
  const host = request.headers.get("host") ?? new URL(request.url).host;
  const origin = request.headers.get("origin");
  const isHostKnown = hosts.includes(hostnameOf(`http://${host}`));
  return isHostKnown && (origin === null || hosts.includes(hostnameOf(origin)));
}

function hostnameOf(url: string): string {
  return /^https?:/.test(url) && URL.canParse(url) ? new URL(url).hostname : "";
}

/** The local Slack shows its traffic to whoever looks at its page, so a real workspace's secrets must never come near it. @throws when one does. */
export function refuseRealSecrets({
  botToken,
  signingSecret,
  socketMode,
}: {
  readonly botToken: string;
  readonly signingSecret: string;
  readonly socketMode?: { readonly appToken: string };
}): void {
  if (isSlacks(botToken))
    throw new Error(
      `The bot token ${botToken.slice(0, 5)}… looks like one of a real workspace; give the local Slack an invented one, such as "xoxb-local".`,
    );
  if (socketMode !== undefined && isSlacks(socketMode.appToken))
    throw new Error(
      `The app token ${socketMode.appToken.slice(0, 5)}… looks like one of a real app; give the local Slack an invented one, such as "xapp-local".`,
    );
  if (/^[0-9a-f]{32}$/i.test(signingSecret))
    throw new Error(
      'The signing secret looks like one of a real app; give the local Slack an invented one, such as "local-signing-secret".',
    );
}

function isSlacks(token: string): boolean {
  return /^(?:xox[a-z]|xapp)[.-]/.test(token) && (/\d{4}/.test(token) || token.length > 40);
}

/** JSON or a form; anything else, and JSON that is not an object, counts as empty. */
export async function decodeBody(request: Request): Promise<Readonly<Record<string, unknown>>> {
  const text = await request.text();
  const type = request.headers.get("content-type") ?? "";
  if (!type.includes("json")) return Object.fromEntries(new URLSearchParams(text));
  try {
    const value: unknown = JSON.parse(text);
    return typeof value === "object" && value !== null ? { ...value } : {};
  } catch {
    // Unreadable JSON has no arguments; the method then says which one is missing.
    return {};
  }
}
