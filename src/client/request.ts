import * as HttpBody from "@effect/platform/HttpBody"
import * as HttpClientRequest from "@effect/platform/HttpClientRequest"
import * as HttpTraceContext from "@effect/platform/HttpTraceContext"
import * as Redacted from "effect/Redacted"
import type * as Tracer from "effect/Tracer"
import { acceptEncoding } from "../transport/readBody.js"
import type { Call } from "./Call.js"

/** Where requests go, and as whose. */
export interface Target {
  /** Without a slash at the end. */
  readonly apiUrl: string
  /** Of the API's URL, for spans. */
  readonly server: { readonly address: string; readonly port: number }
  /** Names the organisation in spans and metrics. */
  readonly org: string | undefined
  readonly userAgent: string
  readonly propagateTrace: boolean
}

/** The request of an attempt. */
export const makeRequest = (
  { apiUrl, propagateTrace, userAgent }: Target,
  { encoded: { body, pathAndQuery }, endpoint }: Call,
  token: Redacted.Redacted,
  span: Tracer.Span | undefined
): HttpClientRequest.HttpClientRequest =>
  HttpClientRequest.make(endpoint.method)(apiUrl + pathAndQuery, {
    headers: {
      accept: "application/json",
      "accept-encoding": acceptEncoding(),
      "user-agent": userAgent,
      authorization: `Bearer ${Redacted.value(token)}`,
      ...(propagateTrace && span !== undefined ? HttpTraceContext.toHeaders(span) : {})
    },
    body: body === undefined ? undefined : HttpBody.text(body, "application/json")
  })
