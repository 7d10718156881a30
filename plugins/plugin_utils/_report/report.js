"use strict";
(() => {
  const find = (selector) => [...document.querySelectorAll(selector)];
  const byId = (id) => document.getElementById(id);
  document.documentElement.classList.add("js");
  const body = document.querySelector(".fleet tbody");
  const rows = find(".fleet tbody tr").map((row) => ({
    row,
    section: byId(row.querySelector("a").hash.slice(1)),
    text: row.textContent.toLowerCase(),
  }));
  const heads = find(".fleet thead th");

  function filter() {
    const words = byId("search").value.toLowerCase().split(/\s+/);
    const facet = document.querySelector("[name=show]:checked").value;
    let shown = 0;
    for (const { row, section, text } of rows) {
      const found = words.every((word) => text.includes(word));
      row.hidden = section.hidden = !found;
      shown += found && (!facet || row.dataset.f.split(" ").includes(facet));
    }
    byId("shown").textContent = shown === rows.length ? "" : `${shown} of ${rows.length} targets`;
    byId("none").hidden = shown > 0 || rows.length === 0;
  }

  function sort(column, direction) {
    const value = ({ row }) => row.cells[column].dataset.v ?? row.cells[column].textContent;
    const sign = direction === "up" ? 1 : -1;
    const sorted = [...rows].sort((a, b) => sign * value(a).localeCompare(value(b), "en", { numeric: true }));
    body.append(...sorted.map(({ row }) => row));
    heads.forEach((head, index) => {
      if (index === column) head.setAttribute("aria-sort", direction === "up" ? "ascending" : "descending");
      else head.removeAttribute("aria-sort");
    });
  }

  heads.forEach((head, column) => {
    const button = document.createElement("button");
    button.type = "button";
    button.textContent = head.textContent;
    head.replaceChildren(button);
    if (column !== 4) byId("sort").add(new Option(button.textContent.toLowerCase(), column));
    button.addEventListener("click", () => {
      const up = head.getAttribute("aria-sort") === "ascending";
      sort(column, head.hasAttribute("aria-sort") ? (up ? "down" : "up") : head.dataset.first);
    });
  });
  byId("sort").addEventListener("change", ({ target }) => sort(+target.value, heads[+target.value].dataset.first));

  function reveal() {
    const section = location.hash && byId(location.hash.slice(1));
    if (section && section.matches("details")) {
      section.open = true;
      section.scrollIntoView();
    }
  }

  byId("search").addEventListener("input", filter);
  find("[name=show]").forEach((input) => input.addEventListener("change", filter));
  byId("unfold").addEventListener("click", ({ target }) => {
    const open = target.textContent === "Open all";
    find(".target").forEach((section) => { section.open = open; });
    target.textContent = open ? "Close all" : "Open all";
  });
  addEventListener("hashchange", reveal);
  reveal();
  filter();
})();
