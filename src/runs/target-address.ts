// Addresses below a configured one: whatever a user or a model wrote is a segment or a value in them, and never a way out.
import { TargetRefused } from "./target-errors.ts";

export interface BaseAddress {
  readonly host: string;
  /** Without a slash at its end, and without user, query and fragment. */
  readonly href: string;
}

export function baseAddress(url: string): BaseAddress {
  const { host, origin, pathname } = new URL(url);
  return { host, href: origin + pathname.replace(/\/+$/, "") };
}

/** "." and ".." between slashes, also in a spelling that a proxy on the way takes for them. */
const WAY_UP = /(^|[/\\]|%2f|%5c)(\.|%2e){1,2}($|[/\\]|%2f|%5c)/i;

/** @throws TargetRefused for a segment that is none */
export function addressBelow(
  { host, href }: BaseAddress,
  path: readonly string[],
  query: Readonly<Record<string, string>> = {},
): string {
  for (const segment of path)
    if (segment === "" || WAY_UP.test(segment) || !segment.isWellFormed())
      throw new TargetRefused(
        `Nothing was asked of ${host}: ${JSON.stringify(segment)} cannot be a part of an address. Give a name or an id.`,
      );
  const written = [href, ...path.map(encodeURIComponent)].join("/");
  const asked = new URLSearchParams(query).toString();
  return asked === "" ? written : `${written}?${asked}`;
}
