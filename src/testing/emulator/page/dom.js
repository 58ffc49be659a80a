// @ts-check
/**
 * Elements without HTML text: what a program posts is only ever a text node, so nothing in it can
 * become markup.
 */

/** @typedef {import("./store.js").User} User */
/** @typedef {Node | string | undefined | null | false} Child */

/**
 * `h("p", { class: "hint", onclick }, "text", child)`
 *
 * @template {keyof HTMLElementTagNameMap} K
 * @param {K} tag
 * @param {Record<string, string | number | boolean | undefined | ((event: Event) => void)>} props
 * @param {...(Child | ReadonlyArray<Child>)} children
 * @returns {HTMLElementTagNameMap[K]}
 */
export const h = (tag, props = {}, ...children) => {
  const element = document.createElement(tag)
  for (const [name, value] of Object.entries(props)) {
    if (value === undefined || value === false) continue
    if (typeof value === "function") element.addEventListener(name.slice(2), value)
    else if (value === true) element.setAttribute(name, "")
    else element.setAttribute(name, String(value))
  }
  for (const child of children.flat()) if (child instanceof Node || typeof child === "string") element.append(child)
  return element
}

/**
 * The element of that id, which the page has.
 *
 * @param {string} id
 * @returns {HTMLElement}
 */
export const $ = (id) => the(id, HTMLElement)

/**
 * The element of that id and kind.
 *
 * @template {HTMLElement} T
 * @param {string} id
 * @param {new () => T} kind
 * @returns {T}
 */
export const the = (id, kind) => {
  const element = document.getElementById(id)
  if (!(element instanceof kind)) throw new Error(`The page has no ${kind.name} ${id}`)
  return element
}

/**
 * Where an event came from, if that is in an element like this.
 *
 * @param {Event} event
 * @param {string} selector
 * @returns {HTMLElement | undefined}
 */
export const within = ({ target }, selector) => {
  const found = target instanceof Element ? target.closest(selector) : null
  return found instanceof HTMLElement ? found : undefined
}

/**
 * Makes these the children, each with a `data-key`: one that is as it was stays the same element, so that it keeps
 * the focus, and a screen reader reads only what is new.
 *
 * @param {HTMLElement} parent
 * @param {ReadonlyArray<HTMLElement>} children
 */
export const reconcile = (parent, children) => {
  const before = new Map([...parent.children].map((child) => [child.getAttribute("data-key"), child]))
  const wanted = children.map((child) => {
    const old = before.get(child.getAttribute("data-key"))
    return old?.isEqualNode(child) ? old : child
  })
  const kept = new Set(wanted)
  for (const child of [...parent.children]) if (!kept.has(child)) child.remove()
  let at = parent.firstElementChild
  for (const child of wanted) {
    if (child === at) at = at.nextElementSibling
    else parent.insertBefore(child, at)
  }
}

/** @param {string} name */
export const initials = (name) =>
  name
    .split(/\s+/)
    .filter((word) => /^\p{L}/u.test(word))
    .slice(0, 2)
    .map((word) => word.charAt(0).toUpperCase())
    .join("") || "?"

/** The same hue for the same id, wherever it is seen. @param {string} id */
export const hue = (id) => {
  let hash = 0
  for (const char of id) hash = (hash * 31 + (char.codePointAt(0) ?? 0)) >>> 0
  return (hash * 137) % 360
}

/** @param {User | undefined} user */
export const avatar = (user, size = "") => {
  const element = h("span", { class: `avatar ${size} ${user?.bot ? "bot" : ""}`, "aria-hidden": "true" })
  element.append(user?.bot ? "⌁" : initials(user?.name ?? "?"))
  element.style.setProperty("--hue", String(hue(user?.id ?? "")))
  return element
}

const time = new Intl.DateTimeFormat(undefined, { hour: "2-digit", minute: "2-digit", hourCycle: "h23" })
const seconds = new Intl.DateTimeFormat(undefined, {
  hour: "2-digit",
  minute: "2-digit",
  second: "2-digit",
  hourCycle: "h23"
})
const day = new Intl.DateTimeFormat(undefined, { weekday: "long", day: "numeric", month: "long" })
const shortDay = new Intl.DateTimeFormat(undefined, { day: "numeric", month: "short" })

/** @param {string} iso */
export const shownTime = (iso) => time.format(new Date(iso))
/** @param {string} iso */
export const shownSeconds = (iso) => seconds.format(new Date(iso))
/** @param {string} iso */
export const shownDay = (iso) => day.format(new Date(iso))

/**
 * The time of today, the day of what is longer ago.
 *
 * @param {string} iso
 * @param {number} now
 */
export const shownWhen = (iso, now) =>
  new Date(iso).toDateString() === new Date(now).toDateString() ? shownTime(iso) : shortDay.format(new Date(iso))

/** @param {number | undefined} millis */
export const shownMillis = (millis) => {
  if (millis === undefined) return "…"
  if (millis < 10) return `${millis.toFixed(1)} ms`
  if (millis < 1000) return `${Math.round(millis)} ms`
  if (millis < 60_000) return `${(millis / 1000).toFixed(millis < 10_000 ? 1 : 0)} s`
  return `${(millis / 60_000).toFixed(1)} min`
}

/** @type {ReturnType<typeof setTimeout> | undefined} */
let toastTimer

/** @param {string} text */
export const toast = (text) => {
  const element = $("toast")
  element.textContent = text
  element.classList.add("shown")
  clearTimeout(toastTimer)
  toastTimer = setTimeout(() => element.classList.remove("shown"), 6000)
}

/** What was refused has been said by then. */
export const ignore = () => {}
