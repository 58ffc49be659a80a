/**
 * Elements without HTML text: what a program posts is only ever a text node, so nothing in it can
 * become markup.
 */

/** `h("p", { class: "hint", onclick }, "text", child)` */
export const h = (tag, props = {}, ...children) => {
  const element = document.createElement(tag)
  for (const [name, value] of Object.entries(props)) {
    if (value === undefined || value === false) continue
    if (name.startsWith("on")) element.addEventListener(name.slice(2), value)
    else if (value === true) element.setAttribute(name, "")
    else element.setAttribute(name, String(value))
  }
  element.append(...children.flat().filter((child) => child !== undefined && child !== null && child !== false))
  return element
}

export const $ = (id) => document.getElementById(id)

export const initials = (name) =>
  name
    .split(/\s+/)
    .filter((word) => /^\p{L}/u.test(word))
    .slice(0, 2)
    .map((word) => word[0].toUpperCase())
    .join("") || "?"

/** The same hue for the same id, wherever it is seen. */
export const hue = (id) => {
  let hash = 0
  for (const char of id) hash = (hash * 31 + char.codePointAt(0)) >>> 0
  return (hash * 137) % 360
}

export const avatar = (user, size = "") => {
  const element = h("span", { class: `avatar ${size} ${user?.bot ? "bot" : ""}`, "aria-hidden": "true" })
  element.append(user?.bot ? "⌁" : initials(user?.name ?? "?"))
  element.style.setProperty("--hue", hue(user?.id ?? ""))
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

export const shownTime = (iso) => time.format(new Date(iso))
export const shownSeconds = (iso) => seconds.format(new Date(iso))
export const shownDay = (iso) => day.format(new Date(iso))

/** The time of today, the day of what is longer ago. */
export const shownWhen = (iso, now) =>
  new Date(iso).toDateString() === new Date(now).toDateString() ? shownTime(iso) : shortDay.format(new Date(iso))

export const shownMillis = (millis) => {
  if (millis === undefined) return "…"
  if (millis < 10) return `${millis.toFixed(1)} ms`
  if (millis < 1000) return `${Math.round(millis)} ms`
  if (millis < 60_000) return `${(millis / 1000).toFixed(millis < 10_000 ? 1 : 0)} s`
  return `${(millis / 60_000).toFixed(1)} min`
}

let toastTimer
export const toast = (text) => {
  const element = $("toast")
  element.textContent = text
  element.classList.add("shown")
  clearTimeout(toastTimer)
  toastTimer = setTimeout(() => element.classList.remove("shown"), 6000)
}
