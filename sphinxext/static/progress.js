// Ticks on exercises and the table of one's progress. All of it stays in the browser, and leaves it only as a file of the reader's.
(() => {
  const DONE = "tsup-done-", GUESS = "tsup-predict-", FORMAT = "tsup-progress";
  const store = {
    get: (key) => { try { return localStorage.getItem(key); } catch { return null; } },
    set: (key, value) => { try { localStorage.setItem(key, value); } catch { /* not kept where the browser keeps nothing */ } },
    drop: (key) => { try { localStorage.removeItem(key); } catch { /* nothing was kept */ } },
  };
  const make = (tag, about = {}, ...inside) => {
    const element = Object.assign(document.createElement(tag), about);
    element.append(...inside);
    return element;
  };

  document.querySelectorAll(".tsup-card").forEach((card) => {
    const key = DONE + card.dataset.exercise;
    const box = make("input", {type: "checkbox", checked: store.get(key) !== null});
    box.addEventListener("change", () => { if (box.checked) store.set(key, "1"); else store.drop(key); });
    card.append(make("label", {}, box, " Done"));
    window.addEventListener("storage", () => { box.checked = store.get(key) !== null; });
  });

  const names = (cell, kind) => cell.dataset[kind].split(" ").filter(Boolean);
  const cells = (table, kind) => [...table.querySelectorAll(`[data-${kind}]`)];

  const equip = (place) => {
    const exercises = cells(place, "exercises"), predictions = cells(place, "predictions");
    const kinds = [[exercises, "exercises", DONE], [predictions, "predictions", GUESS]];
    const said = make("p", {className: "tsup-said"});
    said.setAttribute("role", "status");

    const count = ([all, kind, prefix]) => {
      let done = 0, total = 0;
      all.forEach((cell) => {
        const known = names(cell, kind), kept = known.filter((name) => store.get(prefix + name) !== null);
        done += kept.length;
        total += known.length;
        cell.querySelector("span").textContent = known.length ? `${kept.length} of ${known.length}` : "–";
        cell.classList.toggle("whole", known.length > 0 && kept.length === known.length);
      });
      return `${done} of ${total} ${kind}`;
    };
    const show = (before = "") => { said.textContent = `${before}${kinds.map(count).join(", ")}.`; };

    const kept = () => {
      const of = ([all, kind, prefix]) => all.flatMap((cell) => names(cell, kind)).map((name) => [name, store.get(prefix + name)])
        .filter(([, value]) => value !== null);
      return {format: FORMAT, version: 1, exercises: of(kinds[0]).map(([name]) => name), predictions: Object.fromEntries(of(kinds[1]))};
    };

    const save = () => {
      const address = URL.createObjectURL(new Blob([`${JSON.stringify(kept(), null, 1)}\n`], {type: "application/json"}));
      make("a", {href: address, download: "superposition-progress.json"}).click();
      setTimeout(() => URL.revokeObjectURL(address), 1000);
      show("Exported: ");
    };

    const read = (text) => {
      const found = JSON.parse(text), known = (all, kind) => new Set(all.flatMap((cell) => names(cell, kind)));
      if (found?.format !== FORMAT || !Array.isArray(found.exercises) || typeof found.predictions !== "object") throw new Error();
      const [own, asked] = [known(exercises, "exercises"), known(predictions, "predictions")];
      found.exercises.filter((name) => own.has(name)).forEach((name) => store.set(DONE + name, "1"));
      Object.entries(found.predictions ?? {}).filter(([name]) => asked.has(name)).forEach(([name, guess]) => store.set(GUESS + name, String(guess)));
    };
    const load = async (input) => {
      try {
        read(await input.files[0].text());
        show("Imported, beside what was here: ");
      } catch {
        show("That file is no export of this page, and nothing was changed: ");
      }
      input.value = "";
    };

    const forget = () => {
      if (!confirm("Forget all ticks and guesses in this browser?")) return;
      kinds.forEach(([all, kind, prefix]) => all.flatMap((cell) => names(cell, kind)).forEach((name) => store.drop(prefix + name)));
      show("Forgotten: ");
    };

    const file = make("input", {type: "file", accept: ".json,application/json"});
    file.addEventListener("change", () => { if (file.files.length) load(file); });
    const button = (text, onclick) => make("button", {type: "button", onclick}, text);
    place.prepend(said, make("div", {className: "tsup-keeping"},
      button("Export as a file", save), make("label", {}, "Import a file ", file), button("Forget all", forget)));
    window.addEventListener("storage", () => show());
    show();
  };

  document.querySelectorAll(".tsup-progress").forEach(equip);
})();
