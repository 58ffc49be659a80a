/**
 * Ids that are out to leave the segment of the path that they stand in.
 */

/** Nothing may be sent for these: a URL cannot carry them exactly, or folds them away. */
export const refused: ReadonlyArray<string> = [
  "",
  ".",
  "..",
  "%2e",
  "%2e%2e",
  ".%2E",
  "%252e%252e",
  "%25252E.",
  "a\r\nb",
  "\r\nx-injected: 1",
  "\n",
  "\0",
  "a\0b",
  "\x7f",
  "\ud800",
  "a\udfffb"
]

/** The server must see exactly these. */
export const carried: ReadonlyArray<string> = [
  "plain",
  "5f3c0b1e9d8a7c6b5a4f3e2d@conference.acme.orgspan.com",
  "a/b",
  "../../admin",
  "/",
  "//evil.example",
  "a?b",
  "a#b",
  "%",
  "%2F",
  "%zz",
  "a%00b",
  "😀",
  "é",
  "e\u0301",
  "x".repeat(5000),
  "a\\b",
  "..\\..",
  " ",
  " a ",
  ";",
  "a;b=c",
  ",",
  "a,b",
  "a&b=c",
  "a+b",
  "http://evil.example/",
  "{roomJid}",
  "__proto__",
  "\u2028",
  "\u202e",
  ".\u200b"
]
