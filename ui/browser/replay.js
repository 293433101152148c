// The home chart of another day, drawn where it stands from what came beforehand: a server's answer
// to each step of the slider would take several times as long.
const INK = /#000037/g;
const BACKGROUND = /#000038/g;
const TAKEN = ["title", "annotations", "shapes", "margin", "height"];
const days = (window.shareReplayDays ??= new Map());
const SETTLED_MS = 300;
let loading = null;

async function unpacked(text) {
  const bytes = Uint8Array.from(atob(text), (one) => one.charCodeAt(0));
  const stream = new Blob([bytes]).stream().pipeThrough(new DecompressionStream("gzip"));
  return JSON.parse(await new Response(stream).text());
}

function loadPlotly(address) {
  loading ??= new Promise((resolve, reject) => {
    if (window.Plotly) {
      resolve();
      return;
    }
    const script = document.createElement("script");
    script.src = address;
    script.onload = resolve;
    script.onerror = reject;
    document.head.append(script);
  });
  return loading;
}

// The page's own settings stay: Streamlit has coloured them for the reader's theme.
function draw(at) {
  const plot = document.querySelector(`.st-key-chart_${at.stem} .js-plotly-plot`);
  const frame = days.get(at.key)?.[at.index];
  if (!at.moved || !frame || !plot?.layout || plot.layout === at.layout) {
    return;
  }
  const background = getComputedStyle(document.querySelector(".stApp")).backgroundColor;
  const text = frame.figure.replace(INK, plot.layout.font.color).replace(BACKGROUND, background);
  const figure = JSON.parse(text);
  at.layout = { ...plot.layout };
  for (const name of TAKEN) {
    at.layout[name] = figure.layout[name];
  }
  for (const name of ["xaxis", "yaxis"]) {
    at.layout[name] = { ...plot.layout[name], ...figure.layout[name] };
  }
  if (plot.layout.title?.text?.startsWith("<b>")) {
    at.layout.title.text = `<b>${at.layout.title.text}</b>`;
  }
  window.Plotly.react(plot, figure.data, at.layout, plot._context);
  plot.closest("[role=figure]")?.setAttribute("aria-label", frame.alt);
  if (at.plot !== plot) {
    at.plot = plot;
    // Streamlit draws its own again when the width changes.
    plot.on("plotly_afterplot", () => draw(at));
  }
}

function follow(at, slider) {
  const index = at.labels.indexOf(slider.getAttribute("aria-valuetext"));
  if (index >= 0 && index !== at.index) {
    Object.assign(at, { index, moved: true, layout: null });
    draw(at);
  }
}

export default function ({ data, parentElement, setStateValue, setTriggerValue }) {
  const at = (parentElement.replay ??= { index: -1 });
  const own = document.querySelector(`.st-key-${data.controls}`);
  const slider = own?.querySelector("input[type=range]");
  Object.assign(at, { key: data.key, stem: data.stem, labels: data.labels });
  if (at.index < 0) {
    at.index = data.index;
  }
  if (data.frames && !days.has(data.key)) {
    Promise.all([unpacked(data.frames), loadPlotly(data.script)]).then(([frames]) => {
      days.set(data.key, frames);
      setStateValue("ready", data.key);
    });
  } else if (days.has(data.key) && window.Plotly && data.ready !== data.key) {
    setStateValue("ready", data.key);
  }
  const ask = () => {
    if (!days.has(at.key) && at.asked !== at.key) {
      at.asked = at.key;
      setTriggerValue("order", at.key);
    }
  };
  if (own) {
    own.onpointerenter = ask;
    own.onfocusin = ask;
    own.addEventListener("focusin", ask, { once: true });
  }
  if (slider && at.slider !== slider) {
    at.observer?.disconnect();
    at.slider = slider;
    at.observer = new MutationObserver(() => follow(at, slider));
    at.observer.observe(slider, { attributes: true, attributeFilter: ["aria-valuetext"] });
  }
  if (slider) {
    follow(at, slider);
  }
  draw(at);
  // What the server sent with this may be drawn only now.
  setTimeout(() => draw(at), SETTLED_MS);
  return () => at.observer?.disconnect();
}
