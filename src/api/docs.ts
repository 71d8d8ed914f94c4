// The documentation page: what the OpenAPI document says, to be read by people. It loads nothing and runs no script.
import openapi from "./openapi.json" with { type: "json" };
import * as z from "zod";
import { problemKinds } from "./problem.ts";

const Operation = z.object({
  summary: z.string(),
  description: z.string().optional(),
  parameters: z
    .array(
      z.object({
        in: z.string(),
        name: z.string(),
        required: z.boolean().optional(),
        description: z.string().optional(),
        schema: z.object({ description: z.string().optional() }).optional(),
      }),
    )
    .default([]),
  requestBody: z.object({ content: z.record(z.string(), z.object({ schema: z.unknown() })) }).optional(),
  responses: z.record(z.string(), z.object({ description: z.string() })),
});
type Operation = z.infer<typeof Operation>;

const Document = z.object({
  info: z.object({ title: z.string(), description: z.string() }),
  paths: z.record(z.string(), z.record(z.string(), Operation)),
  components: z.object({ schemas: z.record(z.string(), z.unknown()) }),
});

export function docsPage(): Response {
  return new Response(pageOf(Document.parse(openapi)), {
    headers: {
      "content-type": "text/html; charset=utf-8",
      "content-security-policy":
        "default-src 'none'; style-src 'unsafe-inline'; base-uri 'none'; form-action 'none'",
      "x-content-type-options": "nosniff",
      "cache-control": "no-store",
    },
  });
}

function pageOf({ info, paths, components }: z.infer<typeof Document>): string {
  const operations = Object.entries(paths).flatMap(([path, methods]) =>
    Object.entries(methods).map(([method, operation]) => operationText(method, path, operation)),
  );
  const problems = problemKinds().map(
    ({ kind, status, title }) =>
      `<li id="${kind}"><code>${status}</code> ${escaped(title)} <small>(${kind})</small></li>`,
  );
  const schemas = Object.entries(components.schemas).map(
    ([name, schema]) =>
      `<details id="schema-${escaped(name)}"><summary><code>${escaped(name)}</code></summary>${preText(schema)}</details>`,
  );
  return `<!doctype html><html lang="en"><meta charset="utf-8"><meta name="viewport" content="width=device-width">
<title>${escaped(info.title)} API</title><style>${STYLE}</style>
<h1>${escaped(info.title)} API</h1><p>${proseText(info.description)}</p>
<p>Every request but a webhook's needs <code>Authorization: Bearer csk_…</code>. The same as an <a href="/openapi.json">OpenAPI document</a>.</p>
<pre>${escaped(EXAMPLE)}</pre>
<h2>Routes</h2>${operations.join("\n")}
<h2>Problems</h2><ul>${problems.join("")}</ul>
<h2>Forms</h2>${schemas.join("\n")}</html>`;
}

function operationText(method: string, path: string, operation: Operation): string {
  const { summary, description = "", parameters, requestBody, responses } = operation;
  const asked = parameters.map(
    (one) =>
      `<li><code>${escaped(one.name)}</code> <small>${one.in}${one.required === true ? ", required" : ""}</small> ${escaped(one.description ?? one.schema?.description ?? "")}</li>`,
  );
  const body = Object.values(requestBody?.content ?? {}).map(({ schema }) => bodyText(schema));
  const answers = Object.entries(responses).map(
    ([status, answer]) => `<li><code>${status}</code> ${escaped(answer.description)}</li>`,
  );
  return `<section><h3><code>${method.toUpperCase()} ${escaped(path)}</code></h3><p><b>${escaped(summary)}.</b> ${proseText(description)}</p>
${asked.length > 0 ? `<ul>${asked.join("")}</ul>` : ""}${body.join("")}<ul>${answers.join("")}</ul></section>`;
}

const EXAMPLE = `curl -X POST "$URL/v1/runs?wait=20" -H "Authorization: Bearer $KEY" -H "Content-Type: application/json" \\
  -H "Idempotency-Key: build-4711" \\
  -d '{"workflow": "deploy", "input": {"service": "checkout", "version": "v2.4.1", "env": "prod"}}'`;

const Reference = z.object({ $ref: z.string() });

/** A form that has a name is shown once, below. */
function bodyText(schema: unknown): string {
  const name = Reference.safeParse(schema).data?.$ref.split("/").at(-1);
  if (name === undefined) return preText(schema);
  return `<p>Body: <a href="#schema-${escaped(name)}"><code>${escaped(name)}</code></a></p>`;
}

/** With what stands between backticks as code. */
function proseText(text: string): string {
  return escaped(text).replaceAll(/`([^`]+)`/g, "<code>$1</code>");
}

function preText(value: unknown): string {
  return `<pre>${escaped(JSON.stringify(value, null, 2))}</pre>`;
}

function escaped(text: string): string {
  return text
    .replaceAll("&", "&amp;")
    .replaceAll("<", "&lt;")
    .replaceAll(">", "&gt;")
    .replaceAll('"', "&quot;");
}

const STYLE = `:root{color-scheme:light dark}body{font:16px/1.5 system-ui,sans-serif;max-width:52rem;margin:2rem auto;padding:0 1rem}
h3{margin-bottom:0}section{border-top:1px solid #8884;padding-top:.5rem}pre{overflow-x:auto;background:#8881;padding:.75rem;border-radius:6px;font-size:13px}
code{font-size:.95em}small{opacity:.7}li{margin:.15rem 0}`;
