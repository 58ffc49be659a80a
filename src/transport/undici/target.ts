import type { HttpClientRequest } from "@effect/platform/HttpClientRequest"
import * as UrlParams from "@effect/platform/UrlParams"
import * as Either from "effect/Either"

/** Where a request goes, as undici wants it. */
export interface Target {
  readonly origin: string
  readonly path: string
}

/** Origins as they are written in URLs, by what `URL` makes of them. A few: who calls more does not notice. */
const origins = new Map<string, string>()
const maxOrigins = 256

const plainOrigin = /^https?:\/\/[a-z0-9.-]+(?::\d+)?$/i

/** A path, and a query, that `URL` would leave as they are. What begins with a dot may be a dot segment. */
const plainPath = /^(?:\/(?!\.|%2e)[\w\-.~!$&'()*+,;=:@%]*)+(?:\?[\w\-.~!$&()*+,;=:@%/?]+)?$/i

/** The target of a request, without parsing its URL where that would change nothing. */
export const targetOf = (request: HttpClientRequest): Either.Either<Target, Error> => {
  const { hash, url, urlParams } = request
  // behind the slashes of https://
  const end = url.indexOf("/", 8)
  if (end === -1 || urlParams.length > 0 || hash._tag === "Some") return parse(request)
  const origin = origins.get(url.slice(0, end))
  const path = url.slice(end)
  return origin !== undefined && plainPath.test(path) ? Either.right({ origin, path }) : parse(request)
}

const parse = ({ hash, url, urlParams }: HttpClientRequest): Either.Either<Target, Error> =>
  Either.map(UrlParams.makeUrl(url, urlParams, hash), (parsed) => {
    const written = url.slice(0, url.indexOf("/", 8))
    if (origins.size < maxOrigins && plainOrigin.test(written)) origins.set(written, parsed.origin)
    return targetOfUrl(parsed)
  })

/** A hash is for who makes the request: it is not sent. */
export const targetOfUrl = ({ origin, pathname, search }: URL): Target => ({ origin, path: pathname + search })
