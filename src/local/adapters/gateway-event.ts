// An HTTP request as the event that API Gateway's HTTP API would make of it.
import type { APIGatewayProxyEventV2 } from "aws-lambda";

export interface GatewayRequest {
  readonly method: string;
  readonly path: string;
  readonly query: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: Buffer;
}

export function gatewayEvent({ method, path, query, headers, body }: GatewayRequest): APIGatewayProxyEventV2 {
  return {
    version: "2.0",
    routeKey: `${method} ${path}`,
    rawPath: path,
    rawQueryString: query,
    headers,
    // API Gateway sends form bodies in base64, so the local server does too.
    body: body.toString("base64"),
    isBase64Encoded: true,
    requestContext: {
      accountId: "local",
      apiId: "local",
      domainName: "localhost",
      domainPrefix: "local",
      http: { method, path, protocol: "HTTP/1.1", sourceIp: "127.0.0.1", userAgent: "local" },
      requestId: "local",
      routeKey: `${method} ${path}`,
      stage: "$default",
      time: new Date().toISOString(),
      timeEpoch: Date.now(),
    },
  };
}
