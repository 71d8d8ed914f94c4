// Verifies a history that stands in a file.
import { readFileSync } from "node:fs";
import { type Said, wrong } from "../said.ts";
import { verifiedText } from "./verify.ts";

export function verifiedFile(file: string, head: string | undefined): Said {
  const text = textOf(file);
  if (text === undefined) return wrong(`The file ${file} cannot be read.`);
  return verifiedText(text, head) ?? wrong(`${file} is no exported history: its first line does not say so.`);
}

function textOf(file: string): string | undefined {
  try {
    return readFileSync(file, "utf8");
  } catch {
    // Not there, a folder, or not ours to read: for whoever asked it is all the same.
    return undefined;
  }
}
