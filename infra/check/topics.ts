// The topics that alarms go to: CloudWatch may publish there, and can.
import { at, listOf, ofType, type Resource, targetOf, type Template } from "./template.ts";

const CLOUDWATCH = "cloudwatch.amazonaws.com";

export function topicFindings(template: Template): readonly string[] {
  return ofType(template, "AWS::SNS::Topic").flatMap(([name, topic]) => [
    ...(isOpenToCloudWatch(name, template)
      ? []
      : [`No policy lets ${CLOUDWATCH} publish to ${name}, so alarms are lost.`]),
    ...keyFindings(name, topic),
  ]);
}

function isOpenToCloudWatch(topic: string, template: Template): boolean {
  const policies = ofType(template, "AWS::SNS::TopicPolicy").filter(([, { Properties }]) =>
    listOf(at(Properties, "Topics")).some((named) => targetOf(named) === topic),
  );
  return policies
    .flatMap(([, { Properties }]) => listOf(at(Properties, "PolicyDocument", "Statement")))
    .some(
      (statement) =>
        at(statement, "Effect") === "Allow" &&
        listOf(at(statement, "Principal", "Service")).includes(CLOUDWATCH) &&
        listOf(at(statement, "Action")).includes("sns:Publish") &&
        listOf(at(statement, "Resource")).some((resource) => targetOf(resource) === topic),
    );
}

/** Nobody can let a service use a key that AWS manages. */
function keyFindings(name: string, { Properties }: Resource): readonly string[] {
  const key = at(Properties, "KmsMasterKeyId");
  return typeof key === "string" && key.includes("alias/aws/")
    ? [`${name}.KmsMasterKeyId is ${key}, which CloudWatch may not use, so alarms are lost.`]
    : [];
}
