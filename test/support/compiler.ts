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

function optionsIn(folder: string): ts.CompilerOptions {
  const host = { ...ts.sys, onUnRecoverableConfigFileDiagnostic: () => undefined };
  const options = ts.getParsedCommandLineOfConfigFile(join(folder, "tsconfig.json"), {}, host)?.options;
  if (options?.strict !== true) throw new Error(`The settings in ${folder} are not strict.`);
  return options;
}
