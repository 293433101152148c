function copyByHand(field) {
  field.focus();
  field.select();
  return document.execCommand("copy");
}

async function copy(link, field) {
  try {
    await navigator.clipboard.writeText(link);
    return true;
  } catch {
    return copyByHand(field);
  }
}

export default function ({ data, parentElement }) {
  let row = parentElement.querySelector(".row");
  if (!row) {
    row = document.createElement("div");
    row.className = "row";
    const field = document.createElement("input");
    field.type = "text";
    field.readOnly = true;
    field.onfocus = () => field.select();
    const button = document.createElement("button");
    button.type = "button";
    const status = document.createElement("span");
    status.setAttribute("role", "status");
    row.append(field, button, status);
    parentElement.append(row);
  }
  const field = row.querySelector("input");
  const button = row.querySelector("button");
  const status = row.querySelector("[role=status]");
  if (field.value !== data.link) {
    status.textContent = "";
  }
  field.value = data.link;
  field.setAttribute("aria-label", data.text.label);
  button.textContent = data.text.copy;
  button.onclick = async () => {
    const done = await copy(data.link, field);
    status.textContent = done ? data.text.copied : data.text.failed;
  };
}
