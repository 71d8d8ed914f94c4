// Plays src/workflows/contract.ts: the terms of a deal, sentence by sentence, as the clauses of a contract.
import { type Script, sentence } from "./script.ts";

export const contract: Script = ({ asked: [request = ""] }) => {
  const [, terms] = /^Draft the clauses of a contract from these terms:\n(.*)$/s.exec(request) ?? [];
  return terms === undefined ? undefined : JSON.stringify({ clauses: clausesOf(terms) });
};

/** The first whose words are in a sentence names its clause. */
const HEADINGS: readonly (readonly [heading: string, words: RegExp])[] = [
  ["Liability", /liab|damage|compensat|negligen/i],
  ["Warranty", /warrant|guarant/i],
  ["Term and termination", /\bends?\b|notice|terminat|runs until/i],
  ["Availability", /availab/i],
  ["Obligations of the customer", /\b(names|sends|provides|delivers) /i],
  ["Services and fees", /(?:)/],
];

interface Clause {
  readonly heading: string;
  readonly text: string;
}

function clausesOf(terms: string): readonly Clause[] {
  // A number such as 99.9 does not end a sentence.
  const sentences = terms.split(/(?<=[.!?])\s+|\n+/).filter((one) => one.trim() !== "");
  const headed = sentences.map((one) => ({ heading: headingOf(one), text: sentence(one) }));
  const headings = [...new Set(headed.map(({ heading }) => heading))];
  return headings.map((heading) => {
    const texts = headed.filter((one) => one.heading === heading).map(({ text }) => text);
    return { heading, text: texts.join(" ") };
  });
}

function headingOf(one: string): string {
  return HEADINGS.find(([, words]) => words.test(one))?.[0] ?? "Services and fees";
}
