import { describe, expect, it } from "@effect/vitest"
import * as FastCheck from "effect/FastCheck"
import { printable, redact } from "../../src/internal/redact.js"

const secret = "s3cr/ET+0987654321\\n&<x>"
const utf8 = (text: string) => Buffer.from(text, "utf8")

describe("redact", () => {
  const echoes: ReadonlyArray<readonly [how: string, echo: string]> = [
    ["as it is", secret],
    ["in another case", secret.toLowerCase()],
    ["in JSON", JSON.stringify(secret).slice(1, -1)],
    ["in JSON in JSON", JSON.stringify(JSON.stringify(secret)).slice(3, -3)],
    ["with slashes escaped", secret.replaceAll("/", "\\/")],
    ["in unicode escapes", [...secret].map((c) => `\\u${c.charCodeAt(0).toString(16).padStart(4, "0")}`).join("")],
    ["percent-encoded", encodeURIComponent(secret)],
    ["percent-encoded twice", encodeURIComponent(encodeURIComponent(secret))],
    ["percent-encoded throughout", [...secret].map((c) => `%${c.charCodeAt(0).toString(16)}`).join("")],
    ["in HTML", secret.replaceAll("&", "&amp;").replaceAll("<", "&lt;").replaceAll(">", "&gt;")],
    ["in the escapes of code", [...secret].map((c) => `\\x${c.charCodeAt(0).toString(16)}`).join("")],
    ["in the escapes of code, braced", [...secret].map((c) => `\\u{${c.charCodeAt(0).toString(16)}}`).join("")],
    ["in hexadecimal references, padded", [...secret].map((c) => `&#X0000${c.charCodeAt(0).toString(16)};`).join("")],
    ["in references without semicolons", [...secret].map((c) => `&#${c.charCodeAt(0)}`).join("")],
    ["wrapped by HTML", secret.replace("<x>", "").replace(/.{5}/g, "$&<br />\n")],
    ["wrapped by HTML where it fits", secret.replace("<x>", "").replace(/.{5}/g, "$&<wbr>")],
    ["marked up", `${secret.slice(0, 7)}</b><span>${secret.slice(7, 18)}`],
    ["with breaks that are not seen", secret.slice(0, 19).replace(/.{5}/g, "$&&shy;")],
    ["wrapped in a mail", secret.slice(0, 20).replace(/.{6}/g, "$&=\r\n")],
    ["coloured", secret.slice(0, 19).replace(/.{5}/g, "$&\u001b[0;31m")],
    ["in decimal references", [...secret].map((c) => `&#${c.charCodeAt(0)};`).join("")],
    ["in base64", utf8(secret).toString("base64")],
    ["in base64, after one more byte", utf8(`:${secret}`).toString("base64").slice(2)],
    ["in base64, after two more bytes", utf8(`id${secret}`).toString("base64").slice(3)],
    ["in base64url", utf8(secret).toString("base64url")],
    ["in hexadecimal", utf8(secret).toString("hex")],
    ["wrapped over lines", secret.replace(/.{5}/g, "$&\r\n\t")],
    ["wrapped over lines, in JSON", JSON.stringify(secret.replace(/.{5}/g, "$&\r\n\t")).slice(1, -1)],
    [
      "wrapped over lines, in JSON in JSON",
      JSON.stringify(JSON.stringify(secret.replace(/.{5}/g, "$&\n"))).slice(3, -3)
    ]
  ]
  for (const [how, echo] of echoes) {
    it(`${how}: taken out, and nothing around it`, () => {
      expect(redact(`before [${echo}] after`, [secret])).toMatch(/^before \[(.{0,3}<redacted>.{0,3})+\] after$/)
    })
  }

  it("cut at either end: each run of eight characters goes", () => {
    const long = "abcdefghijklmnopqrstuvwxyz012345"
    for (let from = 0; from <= long.length - 8; from++) {
      for (const length of [8, 9, 12, 13, 20]) {
        const piece = long.slice(from, from + length)
        if (piece.length >= 8) expect(redact(`no such key: ${piece}…`, [long])).toBe("no such key: <redacted>…")
      }
    }
    expect(redact("abcdefg stays", [long])).toBe("abcdefg stays")
  })

  it("cut in base64", () => {
    const basic = utf8(`the-client-id:${secret}`).toString("base64")
    const shown = redact(`Basic ${basic.slice(0, 36)}`, [secret])
    expect(utf8(shown.slice(6, 30)).toString()).not.toContain(utf8(secret.slice(0, 8)).toString("base64").slice(2))
    expect(shown).toContain("<redacted>")
  })

  it("beyond ASCII", () => {
    const russian = "пароль-длинный"
    for (const echo of [russian, encodeURIComponent(russian), utf8(russian).toString("base64")]) {
      expect(redact(`[${echo}]`, [russian])).toMatch(/^\[.{0,2}<redacted>.{0,2}\]$/)
    }
  })

  it("a short secret goes as a whole, an empty one is none", () => {
    expect(redact("code x7q, not x7", ["x7q", ""])).toBe("code <redacted>, not x7")
  })

  it("a text without it stays to the letter", () => {
    const text = 'caf\u00e9 &amp; 100%25 \\u0041\n\t "quoted" İstanbul'
    expect(redact(text, [secret, "tok/EN+1234567890==abc"])).toBe(text)
  })

  it("in a tag's attribute", () => {
    expect(redact(`<a href="/?token=${encodeURIComponent(secret)}">again</a>`, [secret])).toBe(
      '<a href="/?token=<redacted>">again</a>'
    )
  })

  it("a secret that looks like markup is one all the same", () => {
    expect(redact("no such client: <secret-of-acme>", ["<secret-of-acme>"])).toBe("no such client: <redacted>")
  })

  it("whatever is around it, it is gone", () => {
    FastCheck.assert(
      FastCheck.property(
        FastCheck.string(),
        FastCheck.string({ minLength: 12, maxLength: 40, unit: "grapheme-ascii" }).filter((s) => !/\s/.test(s)),
        FastCheck.string(),
        (before, secret, after) => !redact(before + secret + after, [secret]).includes(secret)
      )
    )
  })
})

it("printable leaves no control characters", () => {
  expect(printable("a\r\nb\u001b[31mc\u2028d\u202ee\0")).toBe("a b [31mc d e ")
})
