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

/* Values of a chart under the pointer or by arrow keys; dragging, or Shift, selects a range of time. */
for (const plot of document.querySelectorAll(".plot")) {
  const svg = plot.querySelector("svg");
  const label = plot.querySelector("output");
  const [begin, end, left, right, top, bottom] =
    ["begin", "end", "left", "right", "top", "bottom"].map((name) => Number(svg.dataset[name]));
  const columns = [...svg.querySelectorAll(".columns rect")].map((rect) => {
    const title = rect.querySelector("title");
    title.remove();
    return { x: Number(rect.dataset.x), ys: rect.dataset.y.split(" "), text: title.textContent };
  });
  if (columns.length === 0) {
    continue;
  }
  const shape = (name, attributes) => {
    const element = document.createElementNS(svg.namespaceURI, name);
    for (const [key, value] of Object.entries(attributes)) {
      element.setAttribute(key, value);
    }
    svg.append(element);
    return element;
  };
  const selected = shape("rect", { class: "selected", y: top, height: bottom - top, width: 0 });
  const line = shape("line", { class: "cross", y1: top, y2: bottom });
  const dots = columns[0].ys.map((_, number) => shape("circle", { class: `dot s${number}`, r: 4 }));
  let current = null;
  let anchor = null;

  const show = (index) => {
    current = Math.max(0, Math.min(columns.length - 1, index));
    const { x, ys, text } = columns[current];
    line.setAttribute("x1", x);
    line.setAttribute("x2", x);
    dots.forEach((dot, number) => {
      dot.setAttribute("cx", x);
      dot.setAttribute("cy", ys[number]);
    });
    label.textContent = text;
    label.hidden = false;
    plot.classList.add("pointed");
    label.style.insetInlineStart = `${(x / svg.viewBox.baseVal.width) * 100}%`;
    label.classList.toggle("before", x > (left + right) / 2);
  };
  const hide = () => {
    current = null;
    label.hidden = true;
    plot.classList.remove("pointed");
  };
  const select = (from, to) => {
    selected.setAttribute("x", Math.min(from, to));
    selected.setAttribute("width", Math.abs(to - from));
  };
  const clear = () => {
    anchor = null;
    select(0, 0);
  };
  /* Leads to the page with the selected range, in whole minutes. */
  const zoom = (from, to) => {
    const minute = (x, round) => {
      const time = begin + ((x - left) / (right - left)) * (end - begin);
      return new Date(round(time / 60000) * 60000).toISOString().slice(0, 16);
    };
    const address = new URL(location.href);
    address.hash = "";
    address.searchParams.delete("minutes");
    address.searchParams.delete("after");
    address.searchParams.set("from", minute(Math.min(from, to), Math.floor));
    address.searchParams.set("to", minute(Math.max(from, to), Math.ceil));
    location.assign(address);
  };
  const place = (event) => {
    const box = svg.getBoundingClientRect();
    const x = ((event.clientX - box.left) / box.width) * svg.viewBox.baseVal.width;
    return Math.max(left, Math.min(right, x));
  };
  const nearest = (x) => {
    let found = 0;
    columns.forEach((column, index) => {
      if (Math.abs(column.x - x) < Math.abs(columns[found].x - x)) {
        found = index;
      }
    });
    return found;
  };

  svg.addEventListener("pointermove", (event) => {
    const x = place(event);
    show(nearest(x));
    if (anchor !== null) {
      select(anchor, x);
    }
  });
  svg.addEventListener("pointerdown", (event) => {
    if (event.button === 0 && event.pointerType !== "touch") {
      anchor = place(event);
      svg.setPointerCapture(event.pointerId);
      event.preventDefault();
    }
  });
  svg.addEventListener("pointerup", (event) => {
    if (anchor !== null && Math.abs(place(event) - anchor) > 8) {
      zoom(anchor, place(event));
    } else {
      clear();
    }
  });
  svg.addEventListener("pointercancel", clear);
  svg.addEventListener("pointerleave", hide);

  plot.tabIndex = 0;
  plot.setAttribute("role", "group");
  plot.setAttribute("aria-label", `${svg.getAttribute("aria-label")}. ${plot.dataset.hint}`);
  plot.addEventListener("blur", () => { hide(); clear(); });
  plot.addEventListener("keydown", (event) => {
    const last = columns.length - 1;
    const before = current ?? last;
    const index = {
      ArrowLeft: current === null ? last : before - 1,
      ArrowRight: before + 1,
      Home: 0,
      End: last,
    }[event.key];
    if (index !== undefined) {
      event.preventDefault();
      show(index);
      if (event.shiftKey) {
        anchor ??= columns[before].x;
        select(anchor, columns[current].x);
      } else {
        clear();
      }
    } else if (event.key === "Enter" && anchor !== null && current !== null && columns[current].x !== anchor) {
      zoom(anchor, columns[current].x);
    } else if (event.key === "Escape") {
      clear();
      hide();
    }
  });
}

/* Numbers that change while somebody looks at them. */
for (const part of document.querySelectorAll("[data-live-from]")) {
  const shown = new Map();
  for (const element of part.querySelectorAll("[data-live]")) {
    shown.set(element.dataset.live, element);
  }
  const interrupted = part.querySelector("[data-live-interrupted]");
  let events = null;
  const follow = () => {
    events?.close();
    events = document.hidden ? null : new EventSource(part.dataset.liveFrom);
    events?.addEventListener("open", () => { interrupted.hidden = true; });
    events?.addEventListener("error", () => { interrupted.hidden = false; });
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
