"use strict";
// Links the two sides: what is on the picture has an id that begins with "b", what is in the text one with "t".
(() => {
  const one = (id) => document.getElementById(id);
  const root = document.documentElement;
  root.classList.add("js");

  const keyAt = (target) => target.closest?.(".linked, .scan a[id]")?.id.slice(1);
  const both = (key) => [one("t" + key), one("b" + key)].filter(Boolean);
  let lit = null, chosen = null;

  function light(key) {
    if (key === lit) return;
    for (const element of lit && lit !== chosen ? both(lit) : []) element.classList.remove("on");
    for (const element of key ? both(key) : []) element.classList.add("on");
    lit = key;
  }
  function choose(key) {
    const before = chosen;
    chosen = key;
    if (before && before !== key && before !== lit) for (const element of both(before)) element.classList.remove("on");
    for (const element of key ? both(key) : []) element.classList.add("on");
  }
  const reveal = (element) => element?.scrollIntoView({ block: "nearest", inline: "nearest" });

  const main = one("pages");
  main.addEventListener("pointerover", (event) => light(keyAt(event.target) ?? null));
  main.addEventListener("pointerleave", () => light(null));
  main.addEventListener("focusin", (event) => { if (event.target.matches(".linked")) choose(keyAt(event.target)); });
  main.addEventListener("click", (event) => {
    const key = keyAt(event.target);
    const link = event.target.closest("a");
    if (!key || (link && !/^#[bt]/.test(link.getAttribute("href") ?? ""))) return;
    if (link) event.preventDefault();
    const text = one("t" + key);
    choose(key);
    if (event.target.closest(".scan")) {
      text.focus({ preventScroll: true });
      reveal(text);
    } else reveal(one("b" + key));
  });

  // One block of a page is a stop of the tab key; the arrows go on from it.
  const blocks = [...document.querySelectorAll(".block")];
  const placeOf = new Map(blocks.map((block, i) => [block, i]));
  for (const section of document.querySelectorAll(".text"))
    [...section.querySelectorAll(".block")].slice(1).forEach((block) => { block.tabIndex = -1; });

  function go(block) {
    if (!block) return;
    block.closest(".text").querySelector('.block[tabindex="0"]').tabIndex = -1;
    block.tabIndex = 0;
    block.focus({ preventScroll: true });
    reveal(block);
  }
  main.addEventListener("keydown", (event) => {
    if (event.altKey || event.ctrlKey || event.metaKey) return;
    if (event.key === "Escape") { choose(null); light(null); return; }
    const at = placeOf.get(event.target);
    if (event.key === "Enter" && event.target.matches(".linked")) {
      choose(keyAt(event.target));
      one("b" + chosen)?.scrollIntoView({ block: "center" });
    } else if (at === undefined) return;
    else if (event.key === "ArrowDown") go(blocks[at + 1]);
    else if (event.key === "ArrowUp") go(blocks[at - 1]);
    else if (event.key === "Home") go(event.target.closest(".text").querySelector(".block"));
    else if (event.key === "End") go([...event.target.closest(".text").querySelectorAll(".block")].at(-1));
    else return;
    event.preventDefault();
  });

  // Search: the matches as ranges, which the browser paints without a change to the page.
  const query = one("query"), found = one("found"), steps = [one("previous"), one("next")];
  const painted = typeof Highlight === "function" && CSS.highlights;
  let matches = [], current = -1;

  function* rangesIn(block, wanted) {
    const walker = document.createTreeWalker(block, NodeFilter.SHOW_TEXT, (node) =>
      node.parentElement.closest(".number, .tip") ? NodeFilter.FILTER_REJECT : NodeFilter.FILTER_ACCEPT);
    const nodes = [], starts = [];
    let text = "";
    for (let node; (node = walker.nextNode()); text += node.data) { nodes.push(node); starts.push(text.length); }
    const lower = text.toLowerCase();
    // Few letters change their number when they change their case; then places would be wrong.
    const all = lower.length === text.length ? lower : text;
    const place = (offset, end) => {
      let i = starts.length - 1;
      while (starts[i] > offset || (end && starts[i] === offset && i)) i--;
      return [nodes[i], offset - starts[i]];
    };
    for (let at = all.indexOf(wanted); at >= 0; at = all.indexOf(wanted, at + wanted.length)) {
      const range = document.createRange();
      range.setStart(...place(at, false));
      range.setEnd(...place(at + wanted.length, true));
      yield range;
    }
  }
  function search() {
    const wanted = query.value.trim().toLowerCase();
    matches = [];
    current = -1;
    for (const element of document.querySelectorAll(".hit")) element.classList.remove("hit");
    if (wanted)
      for (const block of blocks) {
        const ranges = [...rangesIn(block, wanted)];
        if (!ranges.length) continue;
        matches.push(...ranges.map((range) => ({ block, range })));
        for (const element of both(block.id.slice(1))) element.classList.add("hit");
        document.querySelector(`nav a[href="#${block.closest(".page").id}"]`)?.classList.add("hit");
      }
    document.body.classList.toggle("searching", matches.length > 0);
    if (painted) CSS.highlights.set("found", new Highlight(...matches.map((match) => match.range)));
    if (matches.length) step(1);
    else show(wanted);
  }
  function show(wanted) {
    found.textContent = matches.length ? `${current + 1} of ${matches.length}` : wanted ? "No match" : "";
    for (const button of steps) button.disabled = !matches.length;
    if (painted) CSS.highlights.set("current", matches.length ? new Highlight(matches[current].range) : new Highlight());
  }
  function step(by) {
    if (!matches.length) return;
    current = (current + by + matches.length) % matches.length;
    const { block, range } = matches[current];
    choose(block.id.slice(1));
    reveal(block);
    const box = range.getBoundingClientRect(), bar = document.querySelector(".bar").getBoundingClientRect();
    if (box.top < bar.bottom || box.bottom > innerHeight) scrollBy(0, box.top - innerHeight / 3);
    show(query.value);
  }
  let waiting;
  query.addEventListener("input", () => { clearTimeout(waiting); waiting = setTimeout(search, 120); });
  query.addEventListener("keydown", (event) => {
    if (event.key === "Enter") { event.preventDefault(); step(event.shiftKey ? -1 : 1); }
    else if (event.key === "Escape") { query.value = ""; search(); }
  });
  steps[0].addEventListener("click", () => step(-1));
  steps[1].addEventListener("click", () => step(1));
  show("");
})();
