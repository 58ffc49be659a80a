import { call } from "./api.js"
import { $, h, shownMillis, shownSeconds } from "./dom.js"
import { nameOf, store } from "./store.js"

/**
 * The log as calls: attempts of one call in one row, with the waits between them. Rows have one
 * height, and only those in view are in the document.
 */
const rowHeight = 44
const filters = { all: "All", writes: "Writes", retried: "Retried", failed: "Failed" }

let filter = "all"
let shown = []
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
    filter = target.value
    refresh()
  })
  $("log-search").addEventListener("input", refresh)
  $("log-clear").addEventListener("click", () => {
    call("DELETE", "/requests").then(
      () => {
        store.requests.clear()
        select(undefined)
        refresh()
      },
      () => {}
    )
  })
  const list = $("log")
  list.append(h("div", { class: "log-rows" }))
  list.addEventListener("scroll", draw, { passive: true })
  list.addEventListener("click", ({ target }) => {
    const row = target.closest("[data-call]")
    if (row !== null) select(Number(row.dataset.call))
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

const onKey = (event) => {
  const at = shown.findIndex((one) => one.call === selected)
  const to = { ArrowDown: at + 1, ArrowUp: at - 1, Home: 0, End: shown.length - 1, PageDown: at + 10, PageUp: at - 10 }[
    event.key
  ]
  if (event.key === "Escape") select(undefined)
  if (to === undefined || shown.length === 0) return
  event.preventDefault()
  const index = Math.max(0, Math.min(shown.length - 1, to))
  select(shown[index].call)
}

const intoView = (index) => {
  const list = $("log")
  list.scrollTop = Math.max(Math.min(list.scrollTop, index * rowHeight), (index + 1) * rowHeight - list.clientHeight)
}

/** Calls of the requests known, newest first. */
const callsOf = (requests) => {
  const calls = new Map()
  for (const request of requests) {
    const found = calls.get(request.call)
    if (found === undefined) calls.set(request.call, { call: request.call, attempts: [request] })
    else found.attempts.push(request)
  }
  return [...calls.values()]
    .map(({ attempts, call }) => {
      attempts.sort((a, b) => a.index - b.index)
      const [first] = attempts
      const last = attempts.at(-1)
      const start = Date.parse(first.time)
      const end = Date.parse(last.time) + (last.duration ?? 0)
      return { call, attempts, first, last, start, took: Math.max(end - start, last.duration ?? 0) }
    })
    .sort((a, b) => b.call - a.call)
}

export const outcome = ({ duration, status }) =>
  status === undefined
    ? duration === undefined
      ? "pending"
      : "lost"
    : status >= 500
      ? "error"
      : status >= 400
        ? "refused"
        : "ok"

export const refresh = () => {
  const words = $("log-search")
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
  if (selected !== undefined && $("detail").dataset.state !== stateOf(selected)) showDetail(selected)
}

const draw = () => {
  const list = $("log")
  const rows = list.firstElementChild
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

const row = ({ attempts, call, first, last, took }, index) => {
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
    track(attempts, took),
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

const statusText = ({ duration, status }) =>
  status === undefined ? (duration === undefined ? "…" : "lost") : String(status)

/** Attempts as bars, waits as what lies between. */
const track = (attempts, took) => {
  const width = Math.max(4, 100 * Math.sqrt(took / longest))
  const start = Date.parse(attempts[0].time)
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

const stateOf = (call) => {
  const one = shown.find((each) => each.call === call)
  return one === undefined ? "" : one.attempts.map((attempt) => `${attempt.index}:${statusText(attempt)}`).join(",")
}

const select = (call) => {
  selected = call
  draw()
  if (call === undefined) $("detail").hidden = true
  else showDetail(call).then(() => intoView(shown.findIndex((one) => one.call === call)))
}

const showDetail = async (number) => {
  const one = shown.find(({ call }) => call === number)
  if (one === undefined) return
  const detail = $("detail")
  detail.dataset.state = stateOf(number)
  const attempts = await Promise.all(
    one.attempts.map(({ index }) => call("GET", `/requests/${index}`).catch(() => undefined))
  )
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
    ...attempts
      .filter((attempt) => attempt !== undefined)
      .map((attempt, index) => attemptView(attempt, attempts[index - 1], attempts.length))
  )
  detail.hidden = false
}

const attemptView = (attempt, previous, count) => {
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

const pair = (name, value) => [h("dt", {}, name), h("dd", {}, value)]

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
