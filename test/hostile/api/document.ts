// The API as its served document has it, and nothing else of it is known here: what each operation takes, and which answers it may give.
import { Ajv2020, type ValidateFunction } from "ajv/dist/2020.js";
import addFormats from "ajv-formats";
import * as z from "zod";

const Schema = z.record(z.string(), z.unknown());
export type Schema = z.infer<typeof Schema>;

const Content = z.record(z.string(), z.object({ schema: Schema }));

const Parameter = z.object({
  in: z.enum(["path", "query", "header"]),
  name: z.string(),
  required: z.boolean().default(false),
  schema: Schema,
});
type Parameter = z.infer<typeof Parameter>;

const Operation = z.object({
  operationId: z.string(),
  description: z.string().default(""),
  security: z.array(z.record(z.string(), z.unknown())).optional(),
  parameters: z.array(Parameter).default([]),
  requestBody: z.object({ required: z.boolean().default(false), content: Content }).optional(),
  responses: z.record(z.string(), z.object({ content: Content.default({}) })),
});

const Document = z.object({
  security: z.array(z.record(z.string(), z.unknown())),
  paths: z.record(z.string(), z.record(z.string(), Operation)),
  components: z.object({ schemas: z.record(z.string(), Schema) }),
});

export interface ApiParameter extends Parameter {
  readonly fits: (value: unknown) => boolean;
}

export interface ApiOperation {
  readonly name: string;
  readonly method: string;
  readonly path: string;
  readonly parameters: readonly ApiParameter[];
  readonly body:
    | { readonly required: boolean; readonly schema: Schema; readonly fits: (value: unknown) => boolean }
    | undefined;
  /** By which of the document's ways its sender is known; any one of them does. */
  readonly proofs: readonly string[];
  /** What a key must be allowed to, as the description says it. */
  readonly scope: string | undefined;
  /** What is wrong with an answer; undefined for one that the document has. */
  wrongAnswer(status: number, type: string | undefined, text: string): string | undefined;
}

export function operationsIn(json: unknown): readonly ApiOperation[] {
  const { paths, components, security } = Document.parse(json);
  const ajv = new Ajv2020({ strict: false, allErrors: true, validateFormats: true });
  addFormats.default(ajv);
  const compiled = (schema: Schema): ValidateFunction => ajv.compile(whole(schema, components.schemas));
  return Object.entries(paths).flatMap(([path, methods]) =>
    Object.entries(methods).map(([method, operation]) => {
      const { requestBody, responses } = operation;
      const body = requestBody?.content["application/json"]?.schema;
      return {
        ...{ name: operation.operationId, method: method.toUpperCase(), path },
        proofs: (operation.security ?? security).flatMap((one) => Object.keys(one)),
        parameters: operation.parameters.map((one) => ({ ...one, fits: compiled(one.schema) })),
        body: body && {
          required: requestBody.required,
          schema: whole(body, components.schemas),
          fits: compiled(body),
        },
        scope: /Needs the scope "(\w+)"/.exec(operation.description)?.[1],
        wrongAnswer: answersOf(responses, compiled),
      };
    }),
  );
}

/** With what it refers to in its place: no form in the document holds itself. */
function whole(schema: Schema, schemas: Readonly<Record<string, Schema>>): Schema {
  const filled = (value: unknown): unknown => {
    if (Array.isArray(value)) return value.map(filled);
    if (typeof value !== "object" || value === null) return value;
    const name = "$ref" in value ? /^#\/components\/schemas\/(.+)$/.exec(String(value.$ref))?.[1] : undefined;
    if (name !== undefined) return filled(schemas[name]);
    return Object.fromEntries(Object.entries(value).map(([key, part]) => [key, filled(part)]));
  };
  return Schema.parse(filled(schema));
}

function answersOf(
  responses: z.infer<typeof Operation>["responses"],
  compiled: (schema: Schema) => ValidateFunction,
): ApiOperation["wrongAnswer"] {
  const checks = new Map<string, ValidateFunction>();
  for (const [status, { content }] of Object.entries(responses))
    for (const [type, { schema }] of Object.entries(content))
      checks.set(`${status} ${type}`, compiled(schema));
  return (status, type = "", text) => {
    const content = responses[String(status)]?.content;
    if (content === undefined) return `It was answered ${status}, which is not documented.`;
    if (Object.keys(content).length === 0)
      return text === "" ? undefined : `The answer ${status} has a body, which is not documented.`;
    const check = checks.get(`${status} ${type}`);
    if (check === undefined) return `The answer ${status} is of the type "${type}", which is not documented.`;
    return check(type.endsWith("json") ? JSON.parse(text) : text) ? undefined : unfit(status, check);
  };
}

function unfit(status: number, { errors }: ValidateFunction): string {
  const said = (errors ?? []).map(({ instancePath, message, params }) =>
    [instancePath, message, JSON.stringify(params)].join(" "),
  );
  return `The answer ${status} does not fit the document: ${said.slice(0, 3).join("; ")}`;
}
