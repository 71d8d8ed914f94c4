// Days, times of day and moments, with Slack's own pickers. What a picker cannot show unchanged is left to be typed.
import type { InputBlock } from "@slack/web-api";
import { type Control, INPUT, NOTHING, type Reading, unreadable, valueRead } from "./control.ts";

/** Undefined when there is no picker that shows this value. */
export function momentControl(format: string, value: string | undefined): Control | undefined {
  switch (format) {
    case "date":
      return dayControl(value);
    case "time":
      return timeControl(value);
    case "date-time":
      return dateTimeControl(value);
    default:
      return undefined;
  }
}

type Element = InputBlock["element"];

function picker(element: Element, held: string | undefined, read: (picked: string) => Reading): Control {
  return {
    ...{ element, mayBeEmpty: false, hint: "" },
    held: held === undefined ? [] : [held],
    read: ([picked]) => (picked === undefined ? NOTHING : read(picked)),
  };
}

const DAY = /^\d{4}-\d{2}-\d{2}$/;

function dayControl(value: string | undefined): Control | undefined {
  const isDay = value === undefined || (DAY.test(value) && isReal(`${value}T00:00:00Z`));
  if (!isDay) return undefined;
  const initial = value === undefined ? {} : { initial_date: value };
  return picker({ type: "datepicker", action_id: INPUT, ...initial }, value, (picked) =>
    DAY.test(picked) ? valueRead(picked) : unreadable("Must be a date."),
  );
}

/** The 30th of February is read as a day in March. */
function isReal(iso: string): boolean {
  const at = new Date(iso);
  return !Number.isNaN(at.getTime()) && at.toISOString().startsWith(iso.slice(0, 10));
}

/** A time as JSON Schema has it, on the minute. */
const TIME = /^((?:[01]\d|2[0-3]):[0-5]\d)((?::00(?:\.0+)?)?(?:Z|[+-]\d{2}:\d{2})?)$/;

function timeControl(value: string | undefined): Control | undefined {
  const [, minute, rest = ":00Z"] = TIME.exec(value ?? "") ?? [];
  if (value !== undefined && minute === undefined) return undefined;
  const initial = minute === undefined ? {} : { initial_time: minute };
  const zone = rest.replace(/^[:.0]*(?=[Z+-]|$)/, "");
  const control = picker({ type: "timepicker", action_id: INPUT, ...initial }, minute, (picked) =>
    TIME.test(picked) ? valueRead(`${picked}${rest}`) : unreadable("Must be a time."),
  );
  return { ...control, hint: zone === "" ? "" : `In ${zone === "Z" ? "UTC" : `the time zone ${zone}`}.` };
}

/** What Slack takes: seconds, of ten digits. */
const FIRST = 1_000_000_000;
const LAST = 9_999_999_999;
/** On the second, in any time zone; how many zeros the fraction has is kept. */
const MOMENT = /^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}:\d{2}(\.0+)?(?:Z|[+-]\d{2}:\d{2})$/;

function dateTimeControl(value: string | undefined): Control | undefined {
  const [, fraction = ""] = MOMENT.exec(value ?? "") ?? [];
  const seconds = value === undefined ? undefined : secondsOf(value);
  if (value !== undefined && seconds === undefined) return undefined;
  const initial = seconds === undefined ? {} : { initial_date_time: seconds };
  const held = seconds === undefined ? undefined : String(seconds);
  const control = picker({ type: "datetimepicker", action_id: INPUT, ...initial }, held, (picked) => {
    const at = Number(picked);
    if (!Number.isInteger(at) || at < 0 || at > LAST) return unreadable("Must be a date and a time.");
    return valueRead(new Date(at * 1_000).toISOString().replace(".000", fraction));
  });
  return { ...control, hint: "In your own time zone." };
}

function secondsOf(value: string): number | undefined {
  const seconds = Date.parse(value) / 1_000;
  const isShown =
    MOMENT.test(value) && Number.isInteger(seconds) && isReal(`${value.slice(0, 10)}T00:00:00Z`);
  return isShown && seconds >= FIRST && seconds <= LAST ? seconds : undefined;
}
