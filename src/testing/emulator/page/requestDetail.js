// @ts-check
import { outcome, statusText } from "./calls.js"
import { h, shownMillis } from "./dom.js"

/** @typedef {import("./store.js").RequestDetail} RequestDetail */

/**
 * One attempt, with the wait since the one before it.
 *
 * @param {RequestDetail} attempt
 * @param {RequestDetail | undefined} previous
 * @param {number} count of how many it is one
 */
export const attemptView = (attempt, previous, count) => {
  const waited =
    previous === undefined ? undefined : Date.parse(attempt.time) - Date.parse(previous.time) - (previous.duration ?? 0)
  return h(
    "details",
    { class: "attempt", open: attempt.attempt === count },
    h(
      "summary",
      {},
      h("span", { class: `status ${outcome(attempt)}` }, statusText(attempt)),
      h("span", {}, `Attempt ${attempt.attempt}`),
      waited === undefined ? "" : h("span", { class: "hint" }, `after a wait of ${shownMillis(Math.max(0, waited))}`),
      attempt.fault === undefined ? "" : h("span", { class: "chip warn" }, attempt.fault),
      h("span", { class: "grow" }),
      h("span", { class: "hint" }, shownMillis(attempt.duration))
    ),
    h(
      "dl",
      {},
      ...pair("Time", attempt.time),
      ...pair("Correlation id", attempt.correlationId),
      ...(attempt.processedStatus === undefined
        ? pair("Taken in", "no: nothing happened")
        : attempt.processedStatus === attempt.status
          ? []
          : pair("Taken in", `yes: the emulator answered ${attempt.processedStatus}`)),
      ...(Object.keys(attempt.query).length === 0 ? [] : pair("Query", JSON.stringify(attempt.query)))
    ),
    code("Headers", attempt.headers),
    code("Body", attempt.body),
    code("Reply", attempt.reply)
  )
}

/**
 * @param {string} name
 * @param {string} value
 */
const pair = (name, value) => [h("dt", {}, name), h("dd", {}, value)]

/**
 * @param {string} title
 * @param {unknown} value
 */
const code = (title, value) =>
  value === undefined
    ? ""
    : h(
        "div",
        { class: "code" },
        h("h4", {}, title),
        h(
          "pre",
          { tabindex: "0", "aria-label": title },
          typeof value === "string" ? value : JSON.stringify(value, null, 2)
        )
      )
