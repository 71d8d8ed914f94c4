// What the compiler says of a few files in a copy of the project, without checking all that they stand on.
import { join } from "node:path";
import ts from "typescript";

/**
 * As strictly as the copy's own settings are. It reads all that the files import, and checks no more of that than they use.
 *
 * @example
 * expect(mistakesIn(copy, ["src/workflows/notice.ts"])).toEqual([]);
 */
export function mistakesIn(folder: string, names: readonly string[]): readonly string[] {
  const files = names.map((name) => join(folder, name));
  const program = ts.createProgram([...files, join(folder, "src/local/dynalite.d.ts")], optionsIn(folder));
  return files.flatMap((file) =>
    ts
      .getPreEmitDiagnostics(program, program.getSourceFile(file))
      .map(({ messageText }) => ts.flattenDiagnosticMessageText(messageText, "\n")),
  );
}

export interface Mistake {
  /** By the name under which it was given. */
  readonly file: string;
  readonly text: string;
}

/** That something is not used says nothing of a part of a file. */
const UNUSED = new Set([6133, 6192, 6196, 6198]);

/**
 * The same for files that only the compiler sees, by their names in the folder.
 *
 * @example
 * expect(mistakesInTexts(root, new Map([["src/workflows/notice.ts", code]]))).toEqual([]);
 */
export function mistakesInTexts(folder: string, texts: ReadonlyMap<string, string>): readonly Mistake[] {
  const options = optionsIn(folder);
  const host = ts.createCompilerHost(options);
  const given = new Map([...texts].map(([name, text]) => [join(folder, name), text]));
  const { fileExists, readFile, getSourceFile } = host;
  host.fileExists = (name) => given.has(name) || fileExists(name);
  host.readFile = (name) => given.get(name) ?? readFile(name);
  host.getSourceFile = (name, language, ...rest) => {
    const text = given.get(name);
    return text === undefined
      ? getSourceFile(name, language, ...rest)
      : ts.createSourceFile(name, text, language);
  };
  const roots = [...given.keys(), join(folder, "src/local/dynalite.d.ts")];
  const program = ts.createProgram(roots, options, host);
  return [...texts.keys()].flatMap((file) =>
    ts
      .getPreEmitDiagnostics(program, program.getSourceFile(join(folder, file)))
      .filter(({ code }) => !UNUSED.has(code))
      .map(({ messageText }) => ({ file, text: ts.flattenDiagnosticMessageText(messageText, "\n") })),
  );
}

function optionsIn(folder: string): ts.CompilerOptions {
  const host = { ...ts.sys, onUnRecoverableConfigFileDiagnostic: () => undefined };
  const options = ts.getParsedCommandLineOfConfigFile(join(folder, "tsconfig.json"), {}, host)?.options;
  if (options?.strict !== true) throw new Error(`The settings in ${folder} are not strict.`);
  return options;
}
