// What may follow one approval is declared by names of arguments: those that there are, and that people can be shown.
import { isJsonObject, type JsonObject } from "./json.ts";
import { secretKindOf } from "./secret-names.ts";
import { schemaPlace } from "./secret-schema.ts";

interface Declared {
  readonly action: { readonly name: string; readonly args: JsonObject };
  readonly schema?: JsonObject | undefined;
  readonly forRun?: readonly string[];
}

/**
 * @throws when a name is no argument's, or that of a secret: nobody could be told what they allow. A value that only looks like a
 * secret is no mistake of the author's; then allowing is not offered.
 */
export function assertForRun({ action, schema, forRun = [] }: Declared): void {
  const properties = schema?.["properties"];
  const declared = isJsonObject(properties) ? properties : {};
  for (const name of forRun) {
    const isArgument = Object.hasOwn(action.args, name) || Object.hasOwn(declared, name);
    if (!isArgument)
      throw new TypeError(
        `The request for "${action.name}" names "${name}" in forRun, and there is no such argument. Name arguments of the action, or leave forRun empty.`,
      );
    const isSecret = secretKindOf(name) !== undefined || schemaPlace(schema).child(name).isSecret;
    if (isSecret)
      throw new TypeError(
        `The request for "${action.name}" names "${name}" in forRun, which is masked wherever it is shown, so nobody could see what they allow. Leave it out of forRun.`,
      );
  }
}
