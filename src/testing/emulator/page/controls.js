// @ts-check
import { call } from "./api.js"
import { $, avatar, h, ignore, shownMillis, shownSeconds, the, toast, within } from "./dom.js"
import { nameOf, now, store } from "./store.js"

/** @typedef {typeof import("../http/schemas.js").Faults.Type} Faults */
/** @typedef {Faults["plan"]} Plan */

/** @typedef {{ readonly html: number, readonly when?: "after" }} Html */

/** @type {(status: number, more?: { readonly when?: "after" }) => Html} */
const html = (status, more = {}) => ({ html: status, ...more })

/**
 * A click each: the next POST, or the next request of any kind.
 *
 * @type {ReadonlyArray<readonly [string, Plan]>}
 */
const presets = [
  ["Next POST answers 504", { for: "POST", plan: [html(504)] }],
  ["Next POST is done, but answers 504", { for: "POST", plan: [html(504, { when: "after" })] }],
  ["Next POST answers 503", { for: "POST", plan: [{ status: 503 }] }],
  ["Next request answers 429, wait 2 s", [{ status: 429, retryAfter: 2 }]],
  ["Next request is reset", [{ reset: "before" }]],
  ["Next POST is done, then reset", { for: "POST", plan: [{ reset: "after" }] }],
  ["Next reply takes 3 s", [{ delay: "3 seconds" }]],
  ["Next login answers 500", { for: "token", plan: [{ status: 500 }] }]
]

/** @type {ReadonlyArray<readonly [string, string]>} */
const steps = [
  ["+ 1 minute", "1 minute"],
  ["+ 1 hour", "1 hour"],
  ["+ 1 day", "1 day"],
  ["+ 30 days", "30 days"]
]

export const setUp = () => {
  /** @param {unknown} plan */
  const setFaults = (plan) => call("PUT", "/faults", plan).then(showFaults, ignore)
  $("faults-presets").append(
    ...presets.map(([text, plan]) =>
      h("button", { type: "button", class: "button", onclick: () => setFaults(plan) }, text)
    )
  )
  $("faults-none").addEventListener("click", () => setFaults("none"))
  $("faults-random").addEventListener("submit", (event) => {
    event.preventDefault()
    const form = new FormData(the("faults-random", HTMLFormElement))
    const faults = [{ status: 503 }, html(504), html(504, { when: "after" }), { reset: "after" }]
    setFaults({ random: { seed: Number(form.get("seed")), rate: Number(form.get("rate")) / 100, faults } })
  })
  $("faults-json").addEventListener("submit", (event) => {
    event.preventDefault()
    try {
      setFaults(JSON.parse(the("faults-plan", HTMLTextAreaElement).value))
    } catch (error) {
      toast(`That is no JSON: ${error instanceof Error ? error.message : error}`)
    }
  })
  $("clock-steps").append(
    ...steps.map(([text, advance]) =>
      h(
        "button",
        { type: "button", class: "button", onclick: () => call("POST", "/clock", { advance }).catch(ignore) },
        text
      )
    )
  )
  setInterval(tick, 1000)
  setUpPopovers()
  setUpTheme()
}

/** One at a time; Escape and a click elsewhere close it. */
const setUpPopovers = () => {
  const all = [...document.querySelectorAll("details.tool")].filter((one) => one instanceof HTMLDetailsElement)
  /** @param {HTMLElement} [but] */
  const closeAll = (but) => {
    for (const one of all) if (one !== but) one.open = false
  }
  for (const one of all) {
    one.addEventListener("toggle", () => {
      if (one.open) closeAll(one)
    })
  }
  document.addEventListener("click", (event) => closeAll(within(event, "details.tool")))
  document.addEventListener("keydown", ({ key }) => {
    if (key !== "Escape") return
    const open = all.find((one) => one.open)
    closeAll()
    open?.querySelector("summary")?.focus()
  })
}

const setUpTheme = () => {
  const root = document.documentElement
  const kept = localStorage.getItem("emulator-theme")
  if (kept !== null) root.dataset["theme"] = kept
  $("theme").addEventListener("click", () => {
    const dark =
      root.dataset["theme"] === undefined
        ? matchMedia("(prefers-color-scheme: dark)").matches
        : root.dataset["theme"] === "dark"
    const next = dark ? "light" : "dark"
    root.dataset["theme"] = next
    localStorage.setItem("emulator-theme", next)
  })
}

export const render = () => {
  if (store.moment === undefined) return
  showFaults(store.moment.faults)
  tick()
}

/** @param {Faults} faults */
const showFaults = ({ plan, text }) => {
  const none = plan === "none"
  $("faults-summary").textContent = none ? "none" : "on"
  $("faults-summary").classList.toggle("warn", !none)
  $("faults-text").textContent = none ? "Every request goes through." : text.replaceAll("Faults.", "")
}

const tick = () => {
  if (store.moment === undefined) return
  const time = new Date(now()).toISOString()
  $("clock").textContent = shownSeconds(time)
  $("clock").setAttribute("datetime", time)
  const { offset } = store.moment.clock
  const text = offset === 0 ? "As this machine’s." : `${shownOffset(offset)} ahead of this machine’s.`
  if ($("clock-offset").textContent !== text) $("clock-offset").textContent = text
  showWindows()
}

/** @param {number} millis */
const shownOffset = (millis) => {
  const days = Math.floor(millis / 86_400_000)
  const hours = Math.floor(millis / 3_600_000) % 24
  const minutes = Math.floor(millis / 60_000) % 60
  return (
    [days && `${days} d`, hours && `${hours} h`, minutes && `${minutes} min`].filter(Boolean).join(" ") ||
    shownMillis(millis)
  )
}

const showWindows = () => {
  if (store.moment === undefined) return
  const { rateLimit, windows } = store.moment
  const open = windows.filter(({ resets }) => Date.parse(resets) > now()).sort((a, b) => b.count - a.count)
  const [fullest] = open
  const allowed = rateLimit === "unlimited" ? undefined : rateLimit.requests
  $("limit-summary").replaceChildren(
    allowed === undefined ? "unlimited" : meter(fullest?.count ?? 0, allowed, "Requests in the fullest window"),
    allowed === undefined ? "" : h("span", { class: "mono" }, `${fullest?.count ?? 0}/${allowed}`)
  )
  $("limit-list").replaceChildren(
    ...open.map(({ allowed, count, resets, user }) =>
      h(
        "div",
        { class: "window" },
        avatar(store.users.get(user), "small"),
        h("span", { class: "window-name" }, nameOf(user)),
        meter(count, allowed, `Requests of ${nameOf(user)}`),
        h("span", { class: "mono" }, `${count}/${allowed}`),
        h("span", { class: "hint" }, `${Math.max(0, Math.ceil((Date.parse(resets) - now()) / 1000))} s`)
      )
    ),
    ...(open.length === 0 ? [h("p", { class: "empty" }, "No window is open.")] : [])
  )
}

/**
 * @param {number} value
 * @param {number} max
 * @param {string} label
 */
const meter = (value, max, label) => {
  const share = Math.min(1, value / max)
  const fill = h("span", { class: `fill ${share >= 1 ? "full" : share > 0.8 ? "high" : ""}` })
  fill.style.width = `${share * 100}%`
  return h(
    "span",
    {
      class: "meter",
      role: "meter",
      "aria-valuenow": value,
      "aria-valuemin": 0,
      "aria-valuemax": max,
      "aria-label": label
    },
    fill
  )
}
