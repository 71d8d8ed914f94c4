// Messages of about 1 KB made of words that look and repeat like English, the same in every run.

/** A generator of numbers from 0 to 1, by Park and Miller. */
function randomFrom(seed: number): () => number {
  let state = seed;
  return () => (state = (state * 48_271) % 2_147_483_647) / 2_147_483_647;
}

const STARTS = "b c d f g h l m n p r s t w st tr ch sh pl gr".split(" ");
const VOWELS = "a e i o u ea ou ai".split(" ");
const ENDS = "n t s r d l m ng st ck th ".split(" ");

export function messagesOf(count: number, bytes = 1_000): readonly string[] {
  const random = randomFrom(20_260_301);
  const pick = (from: readonly string[]): string => from[Math.floor(random() * from.length)] ?? "";
  const syllable = (): string => pick(STARTS) + pick(VOWELS) + pick(ENDS);
  const words = Array.from({ length: 4_000 }, () =>
    Array.from({ length: 1 + Math.floor(random() * 3) }, syllable).join(""),
  );
  // As in any language, a few words are most of the text.
  const word = (): string => words[Math.floor(words.length ** random()) - 1] ?? "";
  return Array.from({ length: count }, () => {
    let text = "";
    while (text.length < bytes) text += `${word()} `;
    return text;
  });
}
