"use strict";
/* Conveniences of the pages; each page works without them. */

/* A button that copies the code beside it. */
if (navigator.clipboard) {
  const { copy, copied } = document.body.dataset;
  for (const block of document.querySelectorAll("pre")) {
    const button = document.createElement("button");
    button.type = "button";
    button.className = "copy";
    button.textContent = copy;
    button.addEventListener("click", async () => {
      await navigator.clipboard.writeText(block.querySelector("code").textContent);
      button.textContent = copied;
      setTimeout(() => { button.textContent = copy; }, 1500);
    });
    block.append(button);
  }
}

/* Numbers that change while somebody looks at them. */
for (const part of document.querySelectorAll("[data-live-from]")) {
  const shown = new Map();
  for (const element of part.querySelectorAll("[data-live]")) {
    shown.set(element.dataset.live, element);
  }
  let events = null;
  const follow = () => {
    events?.close();
    events = document.hidden ? null : new EventSource(part.dataset.liveFrom);
    events?.addEventListener("message", ({ data }) => {
      for (const [key, text] of Object.entries(JSON.parse(data))) {
        const element = shown.get(key);
        if (element) {
          element.textContent = text;
          element.parentElement.classList.toggle("quiet", text === "0");
        }
      }
    });
  };
  document.addEventListener("visibilitychange", follow);
  addEventListener("pagehide", () => events?.close());
  follow();
}

/* The slash leads to the search, as on many sites. */
document.addEventListener("keydown", (event) => {
  const isTyping = event.target.closest("input, select, textarea");
  if (event.key === "/" && !isTyping && !event.ctrlKey && !event.metaKey) {
    event.preventDefault();
    document.querySelector(".find input").focus();
  }
});
