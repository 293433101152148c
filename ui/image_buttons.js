const SCALE = 2;
const PATIENCE_MS = 30_000;
let loading = null;

function loadPlotly(address) {
  if (!loading) {
    loading = new Promise((resolve, reject) => {
      const script = document.createElement("script");
      script.src = address;
      script.onload = () => resolve(window.Plotly);
      script.onerror = () => {
        loading = null;
        script.remove();
        reject(new Error(address));
      };
      document.head.append(script);
    });
  }
  return loading;
}

async function draw(kind, data) {
  const plotly = await loadPlotly(data.script);
  const scale = kind === "png" ? SCALE : 1;
  const address = await plotly.toImage(data.figure, {
    format: kind,
    width: data.width,
    height: data.height,
    scale,
  });
  const link = document.createElement("a");
  link.href = address;
  link.download = data.files[kind];
  link.click();
}

function say(row, text, working) {
  clearTimeout(row.patience);
  row.querySelector("[role=status]").textContent = text;
  for (const button of row.querySelectorAll("button")) {
    button.disabled = working;
  }
}

// The figure comes with the answer to an order, and only then.
async function deliver(row, data) {
  if (!data.figure || data.order.number !== row.ordered) {
    return;
  }
  row.ordered = null;
  clearTimeout(row.patience);
  try {
    await draw(data.order.kind, data);
    say(row, "", false);
  } catch (error) {
    say(row, data.text.failed, false);
    console.error(error);
  }
}

export default function ({ data, parentElement, setTriggerValue }) {
  let row = parentElement.querySelector(".row");
  if (!row) {
    row = document.createElement("div");
    row.className = "row";
    for (const kind of ["png", "svg"]) {
      const button = document.createElement("button");
      button.type = "button";
      button.dataset.kind = kind;
      row.append(button);
    }
    const status = document.createElement("span");
    status.setAttribute("role", "status");
    row.append(status);
    parentElement.append(row);
  }
  for (const button of row.querySelectorAll("button")) {
    const kind = button.dataset.kind;
    button.textContent = data.text[kind];
    button.onclick = () => {
      say(row, data.text.working, true);
      row.ordered = Date.now();
      row.patience = setTimeout(() => say(row, data.text.failed, false), PATIENCE_MS);
      setTriggerValue("order", { kind, number: row.ordered });
    };
  }
  deliver(row, data);
}
