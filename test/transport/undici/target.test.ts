import * as HttpClientRequest from "@effect/platform/HttpClientRequest"
import * as UrlParams from "@effect/platform/UrlParams"
import { describe, expect, it } from "@effect/vitest"
import * as Either from "effect/Either"
import * as FastCheck from "effect/FastCheck"
import { targetOf } from "../../../src/transport/undici/target.js"

/** What the platform's own parsing makes of it; the hash is not sent. */
const parsed = ({ hash, url, urlParams }: HttpClientRequest.HttpClientRequest) =>
  Either.map(UrlParams.makeUrl(url, urlParams, hash), ({ origin, pathname, search }) => ({
    origin,
    path: pathname + search
  }))

const check = (request: HttpClientRequest.HttpClientRequest) => {
  const expected = Either.getOrUndefined(parsed(request))
  // the second time the origin is known
  for (const target of [targetOf(request), targetOf(request)]) {
    expect(Either.getOrUndefined(target), request.url).toEqual(expected)
  }
}

const origins = [
  "http://a.example",
  "https://a.example:8443",
  "https://a.example:443",
  "HTTP://A.example",
  "http://user:secret@a.example",
  "http://[::1]:8080",
  "http://127.1",
  "http://a.example?x=",
  "http://a.example#x",
  "http:\\\\a.example",
  "http:a.example",
  "http://",
  "ftp://a.example",
  " http://a.example",
  "http://é.example",
  "http://a b.example",
  "http://a.example\t",
  ""
]

const paths = [
  "",
  "/",
  "//",
  "/a/b",
  "//b.example/c",
  "/a%2Fb%zz%",
  "/.",
  "/..",
  "/a/../b",
  "/a/%2e%2E/b",
  "/a/.%2e",
  "/a/.b",
  "/a\\b",
  "/a b",
  "/a\tb",
  "/é",
  "/{a}",
  "/a|b^c[d]`e",
  '/a"b<c>d',
  "/a;b=c,d'e(f)!$&*+:@~",
  "/a?",
  "/a??b=c/../d",
  "/a?b=c&d=e f",
  "/a?b='c'",
  "/a?b={c}",
  "/a?b=é",
  "/a#b",
  "/a?b#c",
  "?a",
  "#a"
]

describe("the target is what URL makes of it", () => {
  it.each(origins)("%j", (origin) => {
    check(HttpClientRequest.get(`${origin}/`))
    for (const path of paths) check(HttpClientRequest.get(origin + path))
  })

  it("with parameters, and without its hash", () => {
    const request = HttpClientRequest.get("http://a.example/b?c=d")
    check(HttpClientRequest.setUrlParams(request, { e: "f g", h: "i/j" }))
    check(HttpClientRequest.setHash(request, "k"))
  })

  it("whatever the path is", () => {
    const piece = FastCheck.constantFrom(..."/.?%2eE#\\a' {}|\"<>&=;:@é\t\u2028")
    FastCheck.assert(
      FastCheck.property(FastCheck.array(piece, { maxLength: 12 }), (pieces) =>
        check(HttpClientRequest.get(`http://a.example/${pieces.join("")}`))
      ),
      { numRuns: 5000, seed: 1 }
    )
  })
})
