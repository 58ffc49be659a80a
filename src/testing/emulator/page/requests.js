// @ts-check
import { call } from "./api.js"
import { callsOf, outcome, statusText } from "./calls.js"
import { $, h, ignore, shownMillis, shownSeconds, the, within } from "./dom.js"
import { attemptView } from "./requestDetail.js"
import { nameOf, store } from "./store.js"

/**
 * The log as calls: attempts of one call in one row, with the waits between them. Rows have one
 * height, and only those in view are in the document.
 */
const rowHeight = 44
/** @typedef {import("./calls.js").Call} Call */
/** @typedef {import("./store.js").LoggedRequest} LoggedRequest */
/** @typedef {import("./store.js").RequestDetail} RequestDetail */

const filters = { all: "All", writes: "Writes", retried: "Retried", failed: "Failed" }

let filter = "all"
/** @type {Array<Call>} */
let shown = []
/** @type {number | undefined} */
let selected
/** Wider for longer calls, but a long one leaves the short ones visible. */
let longest = 1

export const setUp = () => {
  $("log-filter").append(
    ...Object.entries(filters).map(([value, text]) =>
      h(
        "label",
        {},
        h("input", { type: "radio", name: "log-filter", value, checked: value === filter }),
        h("span", {}, text)
      )
    )
  )
  $("log-filter").addEventListener("change", ({ target }) => {
    if (target instanceof HTMLInputElement) filter = target.value
    refresh()
  })
  $("log-search").addEventListener("input", refresh)
  $("log-clear").addEventListener("click", () => {
    call("DELETE", "/requests").then(() => {
      store.requests.clear()
      select(undefined)
      refresh()
    }, ignore)
  })
  const list = $("log")
  list.append(h("div", { class: "log-rows" }))
  list.addEventListener("scroll", draw, { passive: true })
  list.addEventListener("click", (event) => {
    const row = within(event, "[data-call]")
    if (row !== undefined) select(Number(row.dataset["call"]))
  })
  list.addEventListener("keydown", onKey)
  new ResizeObserver(draw).observe(list)
  document.addEventListener("keydown", (event) => {
    if (event.key === "/" && !/^(input|textarea|select)$/i.test(document.activeElement?.tagName ?? "")) {
      event.preventDefault()
      $("log-search").focus()
    }
  })
}

/** @param {KeyboardEvent} event */
const onKey = (event) => {
  const at = shown.findIndex((one) => one.call === selected)
  const to = new Map([
    ["ArrowDown", at + 1],
    ["ArrowUp", at - 1],
    ["Home", 0],
    ["End", shown.length - 1],
    ["PageDown", at + 10],
    ["PageUp", at - 10]
  ]).get(event.key)
  if (event.key === "Escape") select(undefined)
  if (to === undefined || shown.length === 0) return
  event.preventDefault()
  const index = Math.max(0, Math.min(shown.length - 1, to))
  select(shown[index]?.call)
}

/** @param {number} index */
const intoView = (index) => {
  const list = $("log")
  list.scrollTop = Math.max(Math.min(list.scrollTop, index * rowHeight), (index + 1) * rowHeight - list.clientHeight)
}

export const refresh = () => {
  const words = the("log-search", HTMLInputElement)
    .value.toLowerCase()
    .split(/\s+/)
    .filter((word) => word !== "")
  const calls = callsOf(store.requests.values())
  shown = calls.filter(({ attempts, first, last }) => {
    if (filter === "writes" && first.method === "GET") return false
    if (filter === "retried" && attempts.length === 1) return false
    if (filter === "failed" && outcome(last) === "ok") return false
    if (words.length === 0) return true
    const text = attempts
      .map((one) =>
        [
          one.method,
          one.path,
          one.operation,
          one.status ?? "no reply",
          one.fault,
          one.correlationId,
          one.preview,
          nameOf(one.user)
        ].join(" ")
      )
      .join(" ")
      .toLowerCase()
    return words.every((word) => text.includes(word))
  })
  longest = Math.max(1, ...shown.slice(0, 2000).map(({ took }) => took))
  $("log-count").textContent =
    shown.length === calls.length
      ? `${calls.length.toLocaleString()} calls`
      : `${shown.length.toLocaleString()} of ${calls.length.toLocaleString()} calls`
  draw()
  if (selected !== undefined && $("detail").dataset["state"] !== stateOf(selected)) showDetail(selected)
}

const draw = () => {
  const list = $("log")
  const rows = list.firstElementChild
  if (!(rows instanceof HTMLElement)) return
  const first = Math.max(0, Math.floor(list.scrollTop / rowHeight) - 6)
  const last = Math.min(shown.length, Math.ceil((list.scrollTop + list.clientHeight) / rowHeight) + 6)
  rows.style.height = `${shown.length * rowHeight}px`
  rows.replaceChildren(
    ...shown.slice(first, last).map((one, index) => row(one, first + index)),
    ...(shown.length === 0
      ? [
          h(
            "p",
            { class: "empty" },
            store.requests.size === 0
              ? "Nothing was asked yet. Point a program at this emulator."
              : "No call is like that."
          )
        ]
      : [])
  )
  const current = list.querySelector("[aria-selected=true]")
  if (current === null) list.removeAttribute("aria-activedescendant")
  else list.setAttribute("aria-activedescendant", current.id)
}

/**
 * @param {Call} one
 * @param {number} index
 */
const row = (one, index) => {
  const { attempts, call, first, last, took } = one
  const kind = outcome(last)
  const element = h(
    "div",
    {
      class: `log-row ${kind}`,
      id: `call-${call}`,
      role: "option",
      "data-call": call,
      "aria-selected": call === selected ? "true" : "false",
      "aria-setsize": shown.length,
      "aria-posinset": index + 1,
      "aria-label": `${first.operation ?? first.path}, ${attempts.length} attempt${attempts.length === 1 ? "" : "s"}, ${statusText(last)}, ${shownMillis(took)}`
    },
    h("span", { class: `status ${kind}` }, statusText(last)),
    h(
      "span",
      { class: "call" },
      h(
        "span",
        { class: "call-name" },
        h("span", { class: `method ${first.method.toLowerCase()}` }, first.method),
        first.operation ?? first.path
      ),
      h(
        "span",
        { class: "call-who" },
        `${shownSeconds(first.time)} · ${first.user === undefined ? "no token" : nameOf(first.user)}`
      )
    ),
    track(one),
    h(
      "span",
      { class: "took" },
      shownMillis(last.duration === undefined ? undefined : took),
      attempts.length > 1 ? h("span", { class: "tries" }, `${attempts.length}×`) : ""
    )
  )
  element.style.transform = `translateY(${index * rowHeight}px)`
  return element
}

/**
 * Attempts as bars, waits as what lies between.
 *
 * @param {Call} one
 */
const track = ({ attempts, first, took }) => {
  const width = Math.max(4, 100 * Math.sqrt(took / longest))
  const start = Date.parse(first.time)
  const bars = attempts.map((attempt) => {
    const bar = h("span", { class: `bar ${outcome(attempt)} ${attempt.fault === undefined ? "" : "fault"}` })
    const at = took === 0 ? 0 : (Date.parse(attempt.time) - start) / took
    const part = took === 0 ? 1 : (attempt.duration ?? took) / took
    bar.style.left = `${Math.min(98, at * 100)}%`
    bar.style.width = `${Math.max(attempts.length > 1 ? 1.5 : 100, Math.min(1 - at, part) * 100)}%`
    return bar
  })
  const line = h("span", { class: `line ${attempts.length > 1 ? "waits" : ""}` }, bars)
  line.style.width = `${width}%`
  return h("span", { class: "track", "aria-hidden": "true" }, line)
}

/** @param {number} call */
const stateOf = (call) => {
  const one = shown.find((each) => each.call === call)
  return one === undefined ? "" : one.attempts.map((attempt) => `${attempt.index}:${statusText(attempt)}`).join(",")
}

/** @param {number | undefined} call */
const select = (call) => {
  selected = call
  draw()
  if (call === undefined) $("detail").hidden = true
  else showDetail(call).then(() => intoView(shown.findIndex((one) => one.call === call)), ignore)
}

/** @param {number} number */
const showDetail = async (number) => {
  const one = shown.find(({ call }) => call === number)
  if (one === undefined) return
  const detail = $("detail")
  detail.dataset["state"] = stateOf(number)
  /** @type {ReadonlyArray<RequestDetail | undefined>} */
  const found = await Promise.all(one.attempts.map(({ index }) => call("GET", `/requests/${index}`).catch(ignore)))
  const attempts = found.filter((attempt) => attempt !== undefined)
  if (selected !== number) return
  const { first } = one
  detail.replaceChildren(
    h(
      "div",
      { class: "detail-head" },
      h(
        "h3",
        {},
        h("span", { class: `method ${first.method.toLowerCase()}` }, first.method),
        " ",
        first.operation ?? "no endpoint"
      ),
      h("button", { type: "button", class: "button quiet small", onclick: () => select(undefined) }, "Close")
    ),
    h("p", { class: "code-line" }, first.path),
    ...attempts.map((attempt, index) => attemptView(attempt, attempts[index - 1], one.attempts.length))
  )
  detail.hidden = false
}
