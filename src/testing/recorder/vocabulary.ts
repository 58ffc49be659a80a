import * as Struct from "effect/Struct"
import { served } from "../operation.js"

/*
 * What of a request and a reply is the API's own and may be recorded as it is. All else may be somebody's:
 * a recording by default holds nothing that is not listed here.
 */

/** Fields whose values are words of the API, as `"roomType": "adhoc"`. */
const wordFields: ReadonlySet<string> = new Set([
  "actionType",
  "chatType",
  "code",
  "entityType",
  "error",
  "errorCode",
  "excludeClosed",
  "excludeMetadata",
  "expand",
  "fieldName",
  "fields",
  "grant_type",
  "ignoreErrors",
  "includePresence",
  "includeRoomOwners",
  "key",
  "limit",
  "namespace",
  "notify",
  "operator",
  "pageNumber",
  "pageSize",
  "resolution",
  "roomType",
  "sortBy",
  "sortOrder",
  "state",
  "token_type",
  "transports",
  "type",
  "types",
  "version",
  "visibility",
  "when"
])

const word = /^[\w.:-]{1,60}$/

const emoji = /^[^\p{L}\p{N}]{1,16}$/u

const plain: ReadonlyArray<RegExp> = [
  /^$/,
  /^<redacted>$/,
  // a date, which programs page by
  /^\d{4}-\d\d-\d\dT\d\d:\d\d(?::\d\d(?:\.\d+)?)?(?:Z|[+-]\d\d:?\d\d)$/,
  // a client may learn from it how long to wait
  /^Rate limit exceeded the maximum(?:\. Retry the request in \[\d+\] seconds)?$/,
  // a topic, whose ids have been replaced by then
  /^v2\.(?:system|users|detail)\.[\w.-]+$/
]

/** Whether text is of the API and of nobody. */
export const isPlain = (text: string, field: string | undefined): boolean =>
  plain.some((pattern) => pattern.test(text)) ||
  (field === "emoji" || field === "reactions"
    ? emoji.test(text)
    : field !== undefined && wordFields.has(field) && word.test(text))

/** The words that paths of the API are made of. */
const pathWords: ReadonlySet<string> = new Set([
  "",
  "oauth",
  "token",
  ...["notifications", "channels", "subscriptions", "availabletopics"],
  ...Struct.keys(served).flatMap((operation) => served[operation].path.split("/"))
])

export const isPathWord = (segment: string): boolean => pathWords.has(segment)
