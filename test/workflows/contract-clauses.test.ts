// The clauses of a contract: what of a model's answer can be used, and which of them a lawyer has to see.
import { expect, test } from "vitest";
import { ModelAnswerUnusable } from "../../src/agent/model-errors.ts";
import type { ChatModel } from "../../src/graph/index.ts";
import {
  type Clause,
  clausesBy,
  liabilityWords,
  otherLetters,
  placesToReview,
} from "../../src/workflows/contract-clauses.ts";

const FEES: Clause = { heading: "Fees", text: "900 EUR a month." };

function drafted(content: string): Promise<readonly Clause[]> {
  const model: ChatModel = {
    complete: () => Promise.resolve({ message: { role: "assistant", content } }),
  };
  return clausesBy(model, "As agreed.", new AbortController().signal);
}

const answer = (...clauses: readonly object[]): string => JSON.stringify({ clauses });

test.each([
  ["as it was asked for", answer(FEES)],
  ["in a fence", `\`\`\`json\n${answer(FEES)}\n\`\`\``],
  ["with spaces around its words", answer({ heading: " Fees\n", text: "\n900 EUR a month. " })],
])("an answer %s is read", async (_, content) => {
  expect(await drafted(content)).toEqual([FEES]);
});

test.each([
  ["prose", "Here you are!"],
  ["no clauses", answer()],
  ["a clause without words", answer(FEES, { heading: "Limits", text: " " })],
  ["a clause that nobody could edit in a form", answer({ heading: "Fees", text: "a".repeat(3_001) })],
  ["more clauses than a contract has", answer(...Array.from({ length: 31 }, () => FEES))],
])("%s cannot be used", async (_, content) => {
  await expect(drafted(content)).rejects.toThrow(ModelAnswerUnusable);
});

test.each([
  ["in the text", { text: "Our liability ends there. No liability for damages." }, ["liability", "damages"]],
  ["in the heading", { heading: "Indemnification" }, ["indemnification"]],
  ["in capitals", { text: "NO WARRANTIES." }, ["warranties"]],
  ["with a mark in it that nobody sees", { text: "Our lia\u00ADbil\u200Bity." }, ["liability"]],
  ["in letters of another width", { text: "We pay ｄａｍａｇｅｓ." }, ["damages"]],
  [
    "said otherwise",
    { text: "We hold you harmless and compensate losses." },
    ["harmless", "compensate", "losses"],
  ],
  ["nowhere", { text: "We are reliable, and stay within the law." }, []],
])("words on liability %s are found, whatever the model calls the clause", (_, change, words) => {
  expect(liabilityWords({ ...FEES, ...change })).toEqual(words);
});

test.each([
  ["We are not responsible for any loss of profit.", ["responsible", "loss"]],
  ["Acme bears no responsibility, and is not accountable.", ["responsibility", "accountable"]],
  ["We reimburse what was paid.", ["reimburse"]],
  ["Whoever is late has to pay a fine, or fines.", ["fine", "fines"]],
  ["The customer waives all claims.", ["waives", "claims"]],
  ["It is sold as is, at the customer's own risk.", ["as is", "risk"]],
  ["It is sold as-is and AS\nIS.", ["as-is", "as\nis"]],
  ["Damaged goods are kept.", ["damaged"]],
  ["There are no other remedies, and no remedy.", ["remedies", "remedy"]],
  ["Then deposits are forfeited.", ["forfeited"]],
  ["In no event shall we owe more. Nothing is owed.", ["owe", "owed"]],
  ["We disclaim it, and are not answerable.", ["disclaim", "answerable"]],
  ["Each side stays insured.", ["insured"]],
  ["_Liability_ ends here.", ["liability"]],
  ["Our lia\u034Fbi\uFE0Flity and our li\u0301ability.", ["liability"]],
])("in “%s” such words are found", (text, words) => {
  expect(liabilityWords({ heading: "Other", text })).toEqual(words);
  expect(placesToReview([FEES, { heading: "Other", text }])).toEqual([1]);
});

test.each([
  "It is refined in a glossary, and asked for in a reliable way.",
  "Müller & Söhne, Straße 5, Łódź, pay 900 € on the 1st.",
])("“%s” is asked about for no word and no letter", (text) => {
  expect(placesToReview([{ heading: "Other", text }])).toEqual([]);
});

test.each([
  ["one that looks like a Latin one", "Our l\u0456ability.", ["\u0456"]],
  ["those of another language", "責任", ["責", "任"]],
  ["small capitals", "ʟiability", ["ʟ"]],
])("letters that are not plain ones are found, and asked about: %s", (_, text, letters) => {
  expect(otherLetters({ heading: "Other", text })).toEqual(letters);
  expect(placesToReview([{ heading: "Other", text }])).toEqual([0]);
});
