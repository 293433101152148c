// Streamlit's file box speaks English only.
const BOX = "[data-testid=stFileUploader]";

function translate(words) {
  for (const box of document.querySelectorAll(BOX)) {
    const texts = document.createTreeWalker(box, NodeFilter.SHOW_TEXT);
    while (texts.nextNode()) {
      const node = texts.currentNode;
      const found = words.find(([pattern]) => new RegExp(`^${pattern}$`).test(node.nodeValue));
      if (found) {
        node.nodeValue = found[1];
      }
    }
  }
}

export default function ({ data, parentElement }) {
  parentElement.watch?.disconnect();
  const watch = new MutationObserver(() => translate(data.words));
  parentElement.watch = watch;
  watch.observe(document.body, { subtree: true, childList: true, characterData: true });
  translate(data.words);
  return () => watch.disconnect();
}
