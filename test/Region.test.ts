import { describe, expect, it } from "@effect/vitest"
import * as ConfigProvider from "effect/ConfigProvider"
import * as Effect from "effect/Effect"
import type * as Layer from "effect/Layer"
import { Region } from "effect-genesys-chats"

/** https://developer.genesys.cloud/platform/api/ */
const domains: { readonly [name in Region.Name]: string } = {
  "us-east-1": "mypurecloud.com",
  "us-west-2": "usw2.pure.cloud",
  "us-east-2": "use2.us-gov-pure.cloud",
  "ca-central-1": "cac1.pure.cloud",
  "sa-east-1": "sae1.pure.cloud",
  "mx-central-1": "mxc1.pure.cloud",
  "eu-west-1": "mypurecloud.ie",
  "eu-west-2": "euw2.pure.cloud",
  "eu-central-1": "mypurecloud.de",
  "eu-central-2": "euc2.pure.cloud",
  "eusc-de-east-1": "edee1.eusc-pure.cloud",
  "me-central-1": "mec1.pure.cloud",
  "ap-south-1": "aps1.pure.cloud",
  "ap-southeast-1": "apse1.pure.cloud",
  "ap-southeast-2": "mypurecloud.com.au",
  "ap-northeast-1": "mypurecloud.jp",
  "ap-northeast-2": "apne2.pure.cloud",
  "ap-northeast-3": "apne3.pure.cloud"
}

const region = <E>(layer: Layer.Layer<Region.Region, E>) => Effect.provide(Region.Region, layer)

describe("the 18 regions", () => {
  it("are these, each once", () => {
    expect([...Region.names].sort()).toEqual(Object.keys(domains).sort())
    expect(new Set(Region.names).size).toBe(18)
    expect(new Set(Object.values(domains)).size).toBe(18)
  })

  for (const name of Region.names) {
    it.effect(name, () =>
      Effect.gen(function* () {
        const expected = { apiUrl: `https://api.${domains[name]}`, loginUrl: `https://login.${domains[name]}` }
        expect(yield* region(Region.layer(name))).toEqual(expected)
        expect(Region.make(name)).toEqual(expected)
      })
    )
  }
})

describe("layerCustom", () => {
  const custom = (apiUrl: string, loginUrl = "https://login.example") =>
    region(Region.layerCustom({ apiUrl, loginUrl }))

  it.effect("takes http and https, with a port and a path, without the slash at the end", () =>
    Effect.gen(function* () {
      for (const [given, taken] of [
        ["https://api.example", "https://api.example"],
        ["https://api.example/", "https://api.example"],
        ["http://127.0.0.1:8080", "http://127.0.0.1:8080"],
        ["http://[::1]:8080/base//", "http://[::1]:8080/base"],
        ["HTTPS://API.Example", "https://api.example"]
      ] as const) {
        expect(yield* custom(given)).toEqual({ apiUrl: taken, loginUrl: "https://login.example" })
      }
    })
  )

  it.effect("refuses what cannot be a host's URL, and says which it is and why", () =>
    Effect.gen(function* () {
      for (const [given, why] of [
        ["", "not a URL"],
        ["api.example", "not a URL"],
        ["/api", "not a URL"],
        ["ftp://api.example", "http or https"],
        ["javascript:alert(1)", "http or https"],
        ["https://user:pass@api.example", "user name"],
        ["https://api.example?x=1", "query"],
        ["https://api.example/#x", "fragment"]
      ] as const) {
        const asApi = String(yield* Effect.flip(custom(given)))
        expect(asApi).toContain("apiUrl")
        expect(asApi).toContain(why)
        const asLogin = String(yield* Effect.flip(custom("https://api.example", given)))
        expect(asLogin).toContain("loginUrl")
        expect(asApi).not.toContain("user:pass")
      }
    })
  )
})

describe("layerConfig", () => {
  const configured = (env: { readonly [name: string]: string }) =>
    region(Region.layerConfig).pipe(Effect.withConfigProvider(ConfigProvider.fromMap(new Map(Object.entries(env)))))

  it.effect("takes a region by its name", () =>
    Effect.gen(function* () {
      for (const name of Region.names) {
        expect(yield* configured({ GENESYS_CLOUD_REGION: name })).toEqual(Region.make(name))
      }
    })
  )

  it.effect("takes URLs of one's own before it", () =>
    Effect.gen(function* () {
      const urls = { GENESYS_CLOUD_API_URL: "http://127.0.0.1:1/", GENESYS_CLOUD_LOGIN_URL: "http://127.0.0.1:2" }
      const expected = { apiUrl: "http://127.0.0.1:1", loginUrl: "http://127.0.0.1:2" }
      expect(yield* configured(urls)).toEqual(expected)
      expect(yield* configured({ ...urls, GENESYS_CLOUD_REGION: "eu-west-1" })).toEqual(expected)
    })
  )

  it.effect("names the variable that is missing or wrong", () =>
    Effect.gen(function* () {
      const cases: ReadonlyArray<readonly [env: { readonly [name: string]: string }, named: string]> = [
        [{}, "GENESYS_CLOUD_REGION"],
        [{ GENESYS_CLOUD_REGION: "" }, "GENESYS_CLOUD_REGION"],
        [{ GENESYS_CLOUD_REGION: "eu-central-9" }, "GENESYS_CLOUD_REGION"],
        [{ GENESYS_CLOUD_REGION: "toString" }, "GENESYS_CLOUD_REGION"],
        [{ GENESYS_CLOUD_REGION: "__proto__" }, "GENESYS_CLOUD_REGION"],
        [{ GENESYS_CLOUD_API_URL: "http://127.0.0.1:1" }, "GENESYS_CLOUD_LOGIN_URL"],
        [{ GENESYS_CLOUD_LOGIN_URL: "http://127.0.0.1:1" }, "GENESYS_CLOUD_API_URL"],
        [{ GENESYS_CLOUD_API_URL: "nonsense", GENESYS_CLOUD_LOGIN_URL: "http://127.0.0.1:1" }, "GENESYS_CLOUD_API_URL"],
        [{ GENESYS_CLOUD_API_URL: "http://127.0.0.1:1", GENESYS_CLOUD_LOGIN_URL: "ftp://x" }, "GENESYS_CLOUD_LOGIN_URL"]
      ]
      for (const [env, named] of cases) expect(String(yield* Effect.flip(configured(env)))).toContain(named)
      const wrong = String(yield* Effect.flip(configured({ GENESYS_CLOUD_REGION: "eu-central-9" })))
      expect(wrong).toContain("eu-central-9")
      for (const name of Region.names) expect(wrong).toContain(name)
    })
  )
})
