// The page's few icons, drawn in the colour of the text around them; what they mean is said beside them or by the button's name.
import type { ReactElement } from "react";

const PATHS = {
  home: "M3 10.5 12 3l9 7.5M5.5 9v11h4.7v-6h3.6v6h4.7V9",
  ops: "M4 4.5h16v6H4zM4 13.5h16v6H4zM7.5 7.5h.01M7.5 16.5h.01M11 7.5h5.5M11 16.5h5.5",
  run: "M6 4.5a2 2 0 1 1 0 4 2 2 0 0 1 0-4zM6 15.5a2 2 0 1 1 0 4 2 2 0 0 1 0-4zM18 10a2 2 0 1 1 0 4 2 2 0 0 1 0-4zM6 8.500v7M8 6.500c5 0 5 5.500 8 5.500M8 17.500c5 0 5-5.500 8-5.500",
  traffic: "M4 8h14m-4-4 4 4-4 4M20 16H6m4-4-4 4 4 4",
  knobs:
    "M4 7h9m5 0h2M4 17h2m5 0h9M15.500 4.500a2.500 2.500 0 1 1 0 5 2.500 2.500 0 0 1 0-5zM8.500 14.500a2.500 2.500 0 1 1 0 5 2.500 2.500 0 0 1 0-5z",
  send: "M4 4.500 20 12 4 19.500l2-7.500zM6 12h8",
  thread: "M4.500 5h15v11h-9l-4 3.500V16h-2z",
  close: "M6 6l12 12M18 6 6 18",
  hash: "M9.500 4 7.500 20M16.500 4l-2 16M4.500 9h15M4 15h15",
  plus: "M12 5v14M5 12h14",
  file: "M6 3.500h8l4.500 4.500v12.500H6zM13.500 4v4.500H18M9 12.500h6M9 16h6",
  next: "M9 5l7 7-7 7",
} as const;

type IconName = keyof typeof PATHS;

export function Icon({ name, size = 20 }: { readonly name: IconName; readonly size?: number }): ReactElement {
  return (
    <svg
      className="icon"
      width={size}
      height={size}
      viewBox="0 0 24 24"
      fill="none"
      stroke="currentColor"
      strokeWidth="1.8"
      strokeLinecap="round"
      strokeLinejoin="round"
      aria-hidden="true"
    >
      <path d={PATHS[name]} />
    </svg>
  );
}
