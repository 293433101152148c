const KEPT_MS = 60_000;
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

async function drawn(kind, answer) {
  const plotly = await loadPlotly(answer.script);
  const image = await plotly.toImage(answer.figure, {
    format: kind,
    width: answer.width,
    height: answer.height,
    scale: answer.scale,
  });
  return kind === "svg" ? described(image, answer) : image;
}

// An SVG says what it shows to those who do not see it.
function described(image, { title, description }) {
  const text = decodeURIComponent(image.slice(image.indexOf(",") + 1));
  const svg = new DOMParser().parseFromString(text, "image/svg+xml");
  for (const [tag, said] of [["desc", description], ["title", title]]) {
    const element = svg.createElementNS("http://www.w3.org/2000/svg", tag);
    element.textContent = said;
    svg.documentElement.prepend(element);
  }
  svg.documentElement.setAttribute("role", "img");
  const whole = new XMLSerializer().serializeToString(svg);
  return `data:image/svg+xml,${encodeURIComponent(whole)}`;
}

function held({ content, mime }) {
  const bytes = Uint8Array.from(atob(content), (one) => one.charCodeAt(0));
  const address = URL.createObjectURL(new Blob([bytes], { type: mime }));
  setTimeout(() => URL.revokeObjectURL(address), KEPT_MS);
  return address;
}

async function save(kind, name, answer) {
  const link = document.createElement("a");
  link.href = answer.content ? held(answer) : await drawn(kind, answer);
  link.download = name;
  link.click();
}

function say(row, text, working) {
  clearTimeout(row.patience);
  row.querySelector("[role=status]").textContent = text;
  for (const button of row.querySelectorAll("button")) {
    button.disabled = working;
  }
}

// What a file is made of comes with the answer to an order, and only then.
async function deliver(row, data) {
  if (!data.answer || data.order.number !== row.ordered) {
    return;
  }
  row.ordered = null;
  clearTimeout(row.patience);
  try {
    await save(data.order.kind, data.files[data.order.kind], data.answer);
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
    for (const kind of Object.keys(data.files)) {
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
      row.patience = setTimeout(() => say(row, data.text.failed, false), data.patience);
      setTriggerValue("order", { kind, number: row.ordered });
    };
  }
  deliver(row, data);
}
