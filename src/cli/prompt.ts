// Questions at a terminal; what is secret is typed unseen.
import { createInterface } from "node:readline/promises";
import { Writable } from "node:stream";

/** Asks one question; the answer without the spaces around it. */
export type Prompt = (question: string, how: { readonly isHidden: boolean }) => Promise<string>;

/** @example const prompt = terminalPrompt(process.stdin, process.stderr); */
export function terminalPrompt(input: NodeJS.ReadableStream, output: NodeJS.WritableStream): Prompt {
  return async (question, { isHidden }) => {
    output.write(`${question}: `);
    // What is typed is echoed by whoever reads it, so into nowhere.
    const nowhere = new Writable({ write: (_chunk, _encoding, done) => done() });
    const lines = createInterface({ input, output: isHidden ? nowhere : output, terminal: true });
    try {
      return (await lines.question("")).trim();
    } finally {
      lines.close();
      if (isHidden) output.write("\n");
    }
  };
}
