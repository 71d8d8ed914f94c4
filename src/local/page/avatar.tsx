// A person's picture: their initials on a colour of their own; the app has its mark.
import type { ReactElement } from "react";
import type { Person } from "../slack/protocol.ts";

interface AvatarProps {
  readonly person: Pick<Person, "realName" | "kind"> | undefined;
  readonly size?: "large" | "small" | "tiny";
}

export function Avatar({ person, size = "large" }: AvatarProps): ReactElement {
  const name = person?.realName ?? "?";
  const isApp = person === undefined || person.kind === "bot";
  return (
    <span
      className={`avatar ${size}`}
      style={{ backgroundColor: isApp ? "#4a154b" : colourOf(name) }}
      aria-hidden="true"
    >
      {isApp ? <AppMark /> : initialsOf(name)}
    </span>
  );
}

function AppMark(): ReactElement {
  return (
    <svg
      viewBox="0 0 32 32"
      fill="none"
      stroke="#fff"
      strokeWidth="4"
      strokeLinecap="round"
      strokeLinejoin="round"
    >
      <path d="M8 17l6 6 11-14" />
    </svg>
  );
}

function initialsOf(name: string): string {
  const words = name.split(/\s+/).slice(0, 2);
  return words.map((word) => word.charAt(0).toUpperCase()).join("");
}

/** Dark enough for white letters. */
function colourOf(name: string): string {
  const hue = Array.from(name).reduce((sum, letter) => (sum * 97 + (letter.codePointAt(0) ?? 0)) % 360, 7);
  return `hsl(${hue} 38% 42%)`;
}
