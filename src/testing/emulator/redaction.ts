/** What the log shows in the place of a secret. */
export const redacted = "<redacted>"

/**
 * Names of secrets, in lower case and without `_` and `-`: so `accessToken`, `access_token` and
 * `Access-Token` are one.
 */
const secretNames: ReadonlySet<string> = new Set(["code", "codeverifier", "connecturi", "jwt", "samlresponse"])

/** What the names of others end with, as `X-Amz-Security-Token` and `db_password`. */
const secretEndings =
  /(?:accesskey|apikey|assertion|authorization|cookie|credentials?|passphrase|passw(?:or)?d|privatekey|pwd|secret|sessionid|signature|token)$/

export const isSecretName = (name: string): boolean => {
  const plain = name.toLowerCase().replace(/[-_]/g, "")
  return secretNames.has(plain) || secretEndings.test(plain)
}

const schemes = /^(basic|bearer|digest|negotiate|ntlm)\s+\S/i

/** A header's value: of credentials no more than the scheme. */
export const redactHeader = (name: string, value: string): string => {
  if (!isSecretName(name)) return name.toLowerCase() === "referer" ? redactText(value) : value
  const scheme = schemes.exec(value)?.[1]
  return scheme === undefined ? redacted : `${scheme} ${redacted}`
}

/** The first value of each parameter of a query or a form. */
export const redactParameters = (text: string): Record<string, string> => {
  const values: Record<string, string> = {}
  for (const [name, value] of new URLSearchParams(text)) values[name] ??= isSecretName(name) ? redacted : value
  return values
}

/**
 * JSON without its secrets. The `code` of an error or an event says what kind it is: it is kept
 * where it is a word with dots, as `not.found`, which no authorization code is.
 */
export const redactJson = (value: unknown): unknown => {
  if (Array.isArray(value)) return value.map(redactJson)
  if (typeof value !== "object" || value === null) return value
  return Object.fromEntries(
    Object.entries(value).map(([name, field]) => [
      name,
      isSecretName(name) && !isErrorCode(name, field) ? redacted : redactJson(field)
    ])
  )
}

/** Whatever is in it, keys too, as a redactor that knows the secrets themselves writes it. */
export const withoutSecrets = <A>(value: A, redact: (text: string) => string): A => {
  const inner = (value: unknown): unknown => {
    if (typeof value === "string") return redact(value)
    if (Array.isArray(value)) return value.map(inner)
    if (typeof value !== "object" || value === null) return value
    return Object.fromEntries(Object.entries(value).map(([name, field]) => [redact(name), inner(field)]))
  }
  // texts stay texts, and what holds them keeps its form
  return inner(value) as A
}

const isErrorCode = (name: string, value: unknown): boolean =>
  name === "code" && typeof value === "string" && /^[a-z]+(\.[a-z]+)+$/.test(value)

/** Text that is no whole JSON and no form: what stands behind the name of a secret goes, as in `"password": "…"` or `password=…`. */
export const redactText = (text: string): string =>
  text
    .replace(/("([\w-]+)"\s*:\s*)("(?:[^"\\]|\\.)*"?|[^\s,}\]]+)/g, (whole, before: string, name: string) =>
      isSecretName(name) ? `${before}"${redacted}"` : whole
    )
    .replace(/(^|[?&\s;])([\w-]+)=([^&\s;]*)/g, (whole, before: string, name: string) =>
      isSecretName(name) ? `${before}${name}=${redacted}` : whole
    )
