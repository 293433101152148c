// The browser's theme may change while a page is open: at dusk, say. The page is drawn again then.
export default function ({ setTriggerValue }) {
  const dark = matchMedia("(prefers-color-scheme: dark)");
  const changed = () => setTriggerValue("changed", true);
  dark.addEventListener("change", changed);
  return () => dark.removeEventListener("change", changed);
}
