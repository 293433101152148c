// What a browser's own buttons and a phone's drawer are expected to do.
const NARROW = "(max-width: 768px)";
const DRAWER = "[data-testid=stSidebar]";

// A control that writes into the address is no place to go back to: only another page is.
function keepBackForPages() {
  const push = history.pushState.bind(history);
  history.pushState = (state, unused, address) => {
    const next = new URL(address ?? location.href, location.href);
    if (next.pathname === location.pathname) {
      history.replaceState(state, unused, address);
    } else {
      push(state, unused, address);
    }
  };
}

function closeDrawer() {
  const drawer = document.querySelector(DRAWER);
  if (drawer && matchMedia(NARROW).matches && drawer.getBoundingClientRect().right > 0) {
    drawer.querySelector("[data-testid=stSidebarCollapseButton] button")?.click();
  }
}

export default function () {
  if (window.shareNavigation) {
    return;
  }
  window.shareNavigation = true;
  keepBackForPages();
  closeDrawer();
  document.addEventListener("click", (event) => {
    if (event.target.closest?.(`${DRAWER} a, ${DRAWER} .stButton button`)) {
      setTimeout(closeDrawer);
    }
  });
}
