/**
 * How a secret comes back from what echoes it: broken, cut, or in another spelling; and what is left of it in a text.
 */
const utf8 = (text: string) => Buffer.from(text, "utf8")

const otherCase = (text: string) =>
  [...text].map((char) => (char === char.toLowerCase() ? char.toUpperCase() : char.toLowerCase())).join("")

export const echoes = (secret: string): ReadonlyArray<string> => [
  `Bearer ${secret}`,
  `xx${secret}yy`,
  secret.slice(0, -4),
  secret.slice(5),
  secret.slice(3, 15),
  secret.replace(/.{6}/g, "$& "),
  secret.replace(/.{4}/g, "$&\r\n\t"),
  otherCase(secret),
  utf8(secret).toString("base64"),
  utf8(`Bearer ${secret}`).toString("base64url"),
  utf8(secret).toString("hex"),
  encodeURIComponent(secret),
  [...secret].map((char) => `%${char.charCodeAt(0).toString(16)}`).join(""),
  JSON.stringify(JSON.stringify(secret)),
  [...secret].map((char) => `\\u00${char.charCodeAt(0).toString(16)}`).join("")
]

/** The runs of twelve characters that a text has in common with a secret in one of those spellings. */
export const leftOf = (text: string, secret: string): ReadonlyArray<string> => {
  const read = text
    .replace(/\\[nrt]/g, "")
    .replace(/[\s\\]/g, "")
    .toLowerCase()
  return [secret, utf8(secret).toString("base64"), utf8(secret).toString("hex"), encodeURIComponent(secret)].flatMap(
    (spelling) =>
      Array.from({ length: Math.max(0, spelling.length - 11) }, (_, i) => spelling.slice(i, i + 12)).filter((run) =>
        read.includes(run.toLowerCase())
      )
  )
}
