const SCALE = 2;
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

export default function ({ data, parentElement }) {
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
  const status = row.querySelector("[role=status]");
  for (const button of row.querySelectorAll("button")) {
    const kind = button.dataset.kind;
    button.textContent = data.text[kind];
    button.onclick = async () => {
      button.disabled = true;
      status.textContent = data.text.working;
      try {
        await draw(kind, data);
        status.textContent = "";
      } catch (error) {
        status.textContent = data.text.failed;
        console.error(error);
      } finally {
        button.disabled = false;
      }
    };
  }
}
