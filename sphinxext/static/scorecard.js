// Filters the scorecard by verdict, section, kind and words; without this script all of it is there.
(() => {
  const make = (tag, about = {}, ...inside) => {
    const element = Object.assign(document.createElement(tag), about);
    element.append(...inside);
    return element;
  };

  const choice = (name, all, values) => {
    const options = [...new Set(values.filter(Boolean))].map((value) => make("option", {value}, value));
    return make("label", {}, `${name} `, make("select", {name: name.toLowerCase()}, make("option", {value: ""}, all), ...options));
  };

  const equip = (card) => {
    const groups = [...card.querySelectorAll("tbody")];
    const entries = groups.flatMap((group) => [...group.querySelectorAll("tr[data-verdict]")].map((row) => ({
      row, group, verdict: row.dataset.verdict, kind: row.dataset.kind, section: group.dataset.section,
      text: `${group.rows[0].textContent} ${row.textContent}`.toLowerCase(),
    })));
    const of = (key) => entries.map((entry) => entry[key]);
    const words = make("input", {type: "search", name: "words", autocomplete: "off"});
    const said = make("p", {className: "tsup-said"});
    said.setAttribute("role", "status");
    const form = make(
      "form", {className: "tsup-filter"},
      choice("Verdict", "every verdict", of("verdict")), choice("Section", "the whole paper", of("section")),
      choice("Kind", "every kind", of("kind")), make("label", {}, "Words ", words),
      make("button", {type: "reset"}, "Show all"),
    );
    form.setAttribute("aria-label", "Filter the scorecard");

    const show = () => {
      const asked = Object.fromEntries(new FormData(form));
      const wanted = asked.words.toLowerCase().split(/\s+/).filter(Boolean);
      const fits = (entry) => ["verdict", "section", "kind"].every((key) => !asked[key] || entry[key] === asked[key])
        && wanted.every((word) => entry.text.includes(word));
      entries.forEach((entry) => { entry.row.hidden = !fits(entry); });
      groups.forEach((group) => { group.hidden = !group.querySelector("tr[data-verdict]:not([hidden])"); });
      const count = (all) => `${all.filter((one) => !(one.row ?? one).hidden).length} of ${all.length}`;
      said.textContent = `${count(entries.filter(({kind}) => kind))} claims, of ${count(groups)} rows.`;
    };
    form.addEventListener("input", show);
    form.addEventListener("reset", () => setTimeout(show));
    form.addEventListener("submit", (event) => event.preventDefault());
    const place = card.querySelector(".tsup-filter-place");
    place.append(form, said);
    show();
  };

  document.querySelectorAll(".tsup-scorecard").forEach(equip);
})();
