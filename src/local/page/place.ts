// Where this window is: the acting person, the channel, the open thread and the panel, kept in the URL so that two windows can be two people.
import { useCallback, useEffect, useState } from "react";

export interface Place {
  readonly as: string;
  /** A channel's id, or HOME for the app's own tab. */
  readonly channel: string;
  /** The ts of the open thread's parent, or empty. */
  readonly thread: string;
  /** The ts of the message a link led to, or empty. */
  readonly message: string;
  /** The open side panel, or empty. */
  readonly panel: string;
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
    // Whoever goes on has left the message a link led to.
    const next = { ...urlToPlace(window.location), ...(how === "push" && { message: "" }), ...change };
    if (how === "push") window.history.pushState(null, "", placeToUrl(next));
    else window.history.replaceState(null, "", placeToUrl(next));
    setPlace(next);
  }, []);
  return [place, go];
}

const IN_QUERY = ["as", "channel", "thread", "message", "panel"] as const;

export function placeToUrl(place: Partial<Place>): string {
  const query = new URLSearchParams();
  for (const name of IN_QUERY) if ((place[name] ?? "") !== "") query.set(name, place[name] ?? "");
  return `/?${query.toString()}`;
}

/** A message's permalink, /archives/C…/p1767600060000100?thread_ts=…, as the place where that message is read. */
export function permalinkToPlace(url: URL): Pick<Place, "channel" | "thread" | "message"> | undefined {
  const [, channel, seconds, micros] = /^\/archives\/(\w+)\/p(\d+)(\d{6})$/.exec(url.pathname) ?? [];
  if (channel === undefined || seconds === undefined || micros === undefined) return undefined;
  const message = `${seconds}.${micros}`;
  return { channel, thread: url.searchParams.get("thread_ts") ?? message, message };
}

function urlToPlace({ href }: Location): Place {
  const url = new URL(href);
  const asked = (name: (typeof IN_QUERY)[number]): string => url.searchParams.get(name) ?? "";
  const [as, panel] = [asked("as"), asked("panel")];
  const linked = permalinkToPlace(url);
  const named = { channel: asked("channel"), thread: asked("thread"), message: asked("message") };
  return { as, panel, ...(linked ?? named) };
}
