// API Gateway's HTTP API as web requests and responses.
import type { APIGatewayProxyEventV2, APIGatewayProxyStructuredResultV2 } from "aws-lambda";
import * as z from "zod";

const Arrived = z.object({ requestContext: z.object({ timeEpoch: z.number() }) });

/** When API Gateway had the request, in milliseconds; events that are made by others need not say. */
export function arrivedAt(event: APIGatewayProxyEventV2): number | undefined {
  return Arrived.safeParse(event).data?.requestContext.timeEpoch;
}

/** Undefined for what is no request, such as one with half a character in its address. */
export function requestFrom({
  rawPath,
  rawQueryString,
  headers,
  body,
  isBase64Encoded,
  requestContext: { http },
}: APIGatewayProxyEventV2): Request | undefined {
  // Which host it came for is of no interest: every route is below the same.
  const address = `https://api.invalid${rawPath}${rawQueryString === "" ? "" : `?${rawQueryString}`}`;
  const takesBody = http.method !== "GET" && http.method !== "HEAD";
  const bytes = Buffer.from(body ?? "", isBase64Encoded ? "base64" : "utf8");
  try {
    return new Request(address, {
      method: http.method,
      headers: Object.entries(headers).map(([name, value]): [string, string] => [name, value ?? ""]),
      ...(takesBody && bytes.length > 0 && { body: bytes }),
    });
  } catch (error) {
    if (error instanceof TypeError) return undefined;
    throw error;
  }
}

export async function resultOf(response: Response): Promise<APIGatewayProxyStructuredResultV2> {
  return {
    statusCode: response.status,
    headers: Object.fromEntries(response.headers),
    body: await response.text(),
  };
}
