// The HTTP API's stage: it limits what comes in, also route by route, and names only routes that are there before it.
import { at, isRecord, listOf, ofType, type Resource, type Template } from "./template.ts";

const LIMITS = ["ThrottlingRateLimit", "ThrottlingBurstLimit"] as const;

export function httpApiFindings(template: Template): readonly string[] {
  return ofType(template, "AWS::ApiGatewayV2::Stage").flatMap(([name, stage]) => {
    const ofRoutes = at(stage.Properties, "RouteSettings");
    const routes = isRecord(ofRoutes) ? Object.entries(ofRoutes) : [];
    return [
      ...limitFindings(`${name}.DefaultRouteSettings`, at(stage.Properties, "DefaultRouteSettings")),
      ...routes.flatMap(([key, settings]) => [
        ...limitFindings(`${name}.RouteSettings.${key}`, settings),
        ...routeFindings([name, stage], key, template),
      ]),
    ];
  });
}

function limitFindings(path: string, settings: unknown): readonly string[] {
  return LIMITS.filter((limit) => !(Number(at(settings, limit)) > 0)).map(
    (limit) => `${path}.${limit} is missing, so a flood goes through to the functions.`,
  );
}

/** API Gateway refuses settings of a route that it does not have yet. */
function routeFindings(
  [name, stage]: readonly [string, Resource],
  key: string,
  template: Template,
): readonly string[] {
  const [route] =
    ofType(template, "AWS::ApiGatewayV2::Route").find(
      ([, { Properties }]) => at(Properties, "RouteKey") === key,
    ) ?? [];
  if (route === undefined) return [`${name}.RouteSettings names ${key}, which is no route.`];
  return listOf(stage["DependsOn"]).includes(route)
    ? []
    : [`${name} does not wait for ${route}, of which it has settings.`];
}
