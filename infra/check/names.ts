// Names that hold for a whole account and region: each says which stage it is of, so that a second stage is no second owner of the same thing.
import { serviceOf } from "./functions.ts";
import { at, ofType, type Template } from "./template.ts";

const NAMES = [
  ["AWS::Lambda::Function", "FunctionName"],
  ["AWS::SQS::Queue", "QueueName"],
  ["AWS::DynamoDB::Table", "TableName"],
  ["AWS::SNS::Topic", "TopicName"],
  ["AWS::IAM::Role", "RoleName"],
  ["AWS::Logs::LogGroup", "LogGroupName"],
  ["AWS::Events::Rule", "Name"],
] as const;

export function nameFindings(template: Template): readonly string[] {
  const service = serviceOf(template);
  return NAMES.flatMap(([type, key]) =>
    ofType(template, type).flatMap(([resource, { Properties }]) => {
      const given = at(Properties, key);
      const name = at(given, "Fn::Sub") ?? given;
      return typeof name !== "string" || name.includes(service)
        ? []
        : [`${resource}.${key} is ${JSON.stringify(name)}, which another stage would have, too.`];
    }),
  );
}
