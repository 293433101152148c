const ICON =
  '<svg viewBox="0 0 24 24" width="16" height="16" aria-hidden="true"><path fill="none" ' +
  'stroke="currentColor" stroke-width="2" stroke-linecap="round" d="M9 15l6-6M11 6l2-2a5 5 0 017 7' +
  'l-2 2M13 18l-2 2a5 5 0 01-7-7l2-2"/></svg>';

// Clipboards want the click to be recent: where that or a permission is missing, the field is shown.
async function copy(link, field) {
  try {
    await navigator.clipboard.writeText(link);
    return true;
  } catch {
    field.hidden = false;
    field.focus();
    field.select();
    return document.execCommand("copy");
  }
}

// The link is put together when it is asked for, and comes with the answer to that order alone.
async function deliver(row, data) {
  if (!data.link || data.order !== row.ordered) {
    return;
  }
  row.ordered = null;
  const field = row.querySelector("input");
  field.value = data.link;
  const done = await copy(data.link, field);
  row.querySelector("[role=status]").textContent = done ? data.text.copied : data.text.failed;
}

export default function ({ data, parentElement, setTriggerValue }) {
  let row = parentElement.querySelector(".row");
  if (!row) {
    row = document.createElement("div");
    row.className = "row";
    const status = document.createElement("span");
    status.setAttribute("role", "status");
    const button = document.createElement("button");
    button.type = "button";
    button.innerHTML = ICON;
    button.append(document.createElement("b"));
    const field = document.createElement("input");
    field.type = "text";
    field.readOnly = true;
    field.hidden = true;
    field.onfocus = () => field.select();
    row.append(field, status, button);
    parentElement.append(row);
  }
  const button = row.querySelector("button");
  row.querySelector("input").setAttribute("aria-label", data.text.label);
  button.querySelector("b").textContent = data.text.copy;
  button.setAttribute("aria-label", data.text.copy);
  button.title = data.text.help;
  button.onclick = () => {
    row.querySelector("[role=status]").textContent = "";
    row.ordered = Date.now();
    setTriggerValue("order", row.ordered);
  };
  deliver(row, data);
}
