// Where this window is: the acting person, the channel and the open thread, kept in the URL so that two windows can be two people.
import { useCallback, useEffect, useState } from "react";

export interface Place {
  readonly as: string;
  /** A channel's id, or HOME for the app's own tab. */
  readonly channel: string;
  /** The ts of the open thread's parent, or empty. */
  readonly thread: string;
}

export const HOME = "home";

export type Go = (change: Partial<Place>, how?: "push" | "replace") => void;

export function usePlace(): readonly [Place, Go] {
  const [place, setPlace] = useState(() => urlToPlace(window.location));
  useEffect(() => {
    const follow = (): void => setPlace(urlToPlace(window.location));
    window.addEventListener("popstate", follow);
    return () => window.removeEventListener("popstate", follow);
  }, []);
  const go = useCallback<Go>((change, how = "push") => {
    // Read from the URL, not from this render: two changes in one tick must not undo each other.
    const next = { ...urlToPlace(window.location), ...change };
    if (how === "push") window.history.pushState(null, "", placeToUrl(next));
    else window.history.replaceState(null, "", placeToUrl(next));
    setPlace(next);
  }, []);
  return [place, go];
}

export function placeToUrl(place: Place): string {
  const query = new URLSearchParams();
  for (const name of ["as", "channel", "thread"] as const)
    if (place[name] !== "") query.set(name, place[name]);
  return `/?${query.toString()}`;
}

/** A message's permalink, /archives/C…/p1767600060000100?thread_ts=…, as the place where that message is read. */
export function permalinkToPlace(url: URL): Omit<Place, "as"> | undefined {
  const [, channel, seconds, micros] = /^\/archives\/(\w+)\/p(\d+)(\d{6})$/.exec(url.pathname) ?? [];
  if (channel === undefined || seconds === undefined || micros === undefined) return undefined;
  return { channel, thread: url.searchParams.get("thread_ts") ?? `${seconds}.${micros}` };
}

function urlToPlace({ href }: Location): Place {
  const url = new URL(href);
  const query = url.searchParams;
  const asked = { channel: query.get("channel") ?? "", thread: query.get("thread") ?? "" };
  return { as: query.get("as") ?? "", ...(permalinkToPlace(url) ?? asked) };
}
