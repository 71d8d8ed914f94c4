// Everything that can be known to be wrong with a packaged template before it is deployed, each as a sentence.
import { alarmFindings } from "./alarms.ts";
import { disabledFindings } from "./disabled.ts";
import { environmentFindings } from "./environment.ts";
import { type Built, functionFindings } from "./functions.ts";
import { httpApiFindings } from "./http-api.ts";
import { nameFindings } from "./names.ts";
import { permissionFindings } from "./permissions.ts";
import { propertyFindings } from "./properties.ts";
import { queueFindings } from "./queues.ts";
import { referenceFindings } from "./references.ts";
import { secretFindings } from "./secrets.ts";
import { tableFindings } from "./table.ts";
import type { Template } from "./template.ts";
import { topicFindings } from "./topics.ts";

/**
 * What is wrong with a template, for handlers that were built as `built` says; nothing, if it may be deployed.
 *
 * @example
 * findingsIn(templateIn(json), { "dist/slack": ["handler"] }); // ["Table.BilingMode is no property of AWS::DynamoDB::Table."]
 */
export function findingsIn(template: Template, built: Built): readonly string[] {
  return [
    ...propertyFindings(template),
    ...referenceFindings(template),
    ...functionFindings(template, built),
    ...environmentFindings(template),
    ...permissionFindings(template),
    ...secretFindings(template),
    ...tableFindings(template),
    ...queueFindings(template),
    ...alarmFindings(template),
    ...topicFindings(template),
    ...httpApiFindings(template),
    ...nameFindings(template),
    ...disabledFindings(template),
  ];
}
