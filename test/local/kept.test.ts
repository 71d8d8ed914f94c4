// What npm run start:slack is told behind its name.
import { expect, test } from "vitest";
import { fileIn } from "../../src/local/kept.ts";

test.each([
  [[], undefined],
  [["--store", "sqlite:./data.db"], "./data.db"],
  [["--store=sqlite:/var/lib/countersign/data.db"], "/var/lib/countersign/data.db"],
])("%j names the file %j", (words, file) => {
  expect(fileIn(words)).toBe(file);
});

test.each([
  [["--stor", "sqlite:./data.db"], '"--stor" is not understood. npm run start:slack keeps its data with'],
  [["data.db"], '"data.db" is not understood.'],
  [["--store"], "--store takes one store, and is given once."],
  [["--store=sqlite:a.db", "--store=sqlite:b.db"], "--store takes one store, and is given once."],
  [
    ["--store", "./data.db"],
    '"./data.db" is no store: it must be sqlite: and a file, such as sqlite:./data.db.',
  ],
  [["--store", "sqlite:"], '"sqlite:" is no store:'],
  [["--store", "sqlite::memory:"], '"sqlite::memory:" is no store:'],
])("%j is refused with a sentence", (words, says) => {
  expect(() => fileIn(words)).toThrow(says);
});
