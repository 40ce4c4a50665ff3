// The numbers that a figure draws, as tables and as a file: read from its Bokeh document when a reader opens the line
// below it, and read anew when the line is opened after a control has moved.
(() => {
  const SHOWN = 50;  // rows of a table on the page; the file has all

  const isList = (value) => Array.isArray(value) || ArrayBuffer.isView(value);

  const round = (value) => typeof value === "number" && !Number.isInteger(value) ? Number(value.toPrecision(6)) : value;

  const isFlat = (column) => ![...column].some(isList);
  const range = (count) => [...Array(count).keys()];
  const across = (columns) => range(Math.max(...columns.map((column) => column.length))).map((k) => columns.map((column) => round(column[k])));

  // What the axes and the legend say of a column and of a mark.
  const words = (axis) => typeof axis?.axis_label === "string" && axis.axis_label;
  const label = (panel, renderer) => {
    const legend = [...panel.center, ...panel.left, ...panel.right, ...panel.above, ...panel.below].filter(({type}) => type === "Legend");
    const item = legend.flatMap(({items}) => items).find(({renderers}) => renderers.includes(renderer));
    return typeof item?.label === "string" ? item.label : item?.label?.value ?? "";
  };
  const named = (panel, glyph) => (column) => {
    if (glyph.x?.field === column) return words(panel.below[0]) || column;
    if (glyph.y?.field === column) return words(panel.left[0]) || column;
    return column;
  };

  const columnsOf = ({data}) => (data instanceof Map ? [...data] : Object.entries(data))
    .filter(([name, column]) => isList(column) && column.length && !/colou?r|alpha/.test(name));

  // Rows of points as a line each, for marks that are lines or areas.
  const manyLines = (columns) => across(columns[0][1].length ? [range(columns[0][1].length)] : []).flatMap(([line]) =>
    across(columns.map(([, column]) => isList(column[line]) ? column[line] : [column[line]])).map((row) => [line + 1, ...row]));

  // A value for every place of an image; one that is a long single row or column is the scale of colours.
  const image = (panel, glyph, columns) => {
    const given = Object.fromEntries(columns), value = (name) => given[glyph[name]?.field]?.[0] ?? glyph[name]?.value;
    const values = columns.filter(([, column]) => isList(column[0])), [down, wide] = values[0]?.[1][0].shape ?? [0, 0];
    if (!down || (Math.min(down, wide) < 2 && Math.max(down, wide) > 100)) return [];
    const [x, y, dw, dh] = ["x", "y", "dw", "dh"].map(value);
    const places = range(down * wide).map((k) => [x + (k % wide + .5) * dw / wide, y + (Math.floor(k / wide) + .5) * dh / down]);
    const rows = places.map((place, k) => [...place, ...values.map(([, [cells]]) => cells[k])].map(round));
    return [{names: [words(panel.below[0]) || "x", words(panel.left[0]) || "y", ...values.map(([name]) => name)], rows}];
  };

  const table = (panel, {data_source, glyph}) => {
    const columns = columnsOf(data_source), name = named(panel, glyph);
    if (!columns.length || glyph.type === "Text" || glyph.type === "ImageRGBA") return [];
    if (glyph.type === "Image") return image(panel, glyph, columns);
    const names = columns.map(([column]) => name(column));
    if (columns.every(([, column]) => isFlat(column))) return [{names, rows: across(columns.map(([, column]) => [...column]))}];
    return [{names: ["line", ...names], rows: manyLines(columns)}];
  };

  const KIND = {Scatter: "points", Circle: "points", Line: "line", MultiLine: "lines", Segment: "segments", Rect: "cells", Quad: "boxes", VBar: "bars", HBar: "bars", Image: "image", Patch: "area", Patches: "areas", VArea: "band"};

  // A panel that is hidden, as the other positions of an explorer are, is left out.
  const panels = (doc) => {
    const found = [];
    const visit = (model) => {
      if (!model || model.visible === false) return;
      if (model.type === "Figure") found.push(model);
      const children = [...(model.children ?? []), ...(model.tabs ?? []).map(({child}) => child)];
      children.forEach((child) => visit(Array.isArray(child) ? child[0] : child));
    };
    doc.roots().forEach(visit);
    return found;
  };

  const tables = (doc) => panels(doc).flatMap((panel, place, all) => {
    const seen = new Set(), head = panel.title?.text || (all.length > 1 ? `Panel ${place + 1}` : "");
    return panel.renderers.filter(({visible, data_source}) => visible && data_source && !seen.has(data_source) && seen.add(data_source))
      .flatMap((mark) => table(panel, mark).map((found) => ({...found, title: [head, KIND[mark.glyph.type] ?? mark.glyph.type, label(panel, mark)].filter(Boolean).join(" · ")})));
  });

  const quoted = (value) => /[",\n]/.test(`${value}`) ? `"${`${value}`.replaceAll('"', '""')}"` : `${value ?? ""}`;

  const asFile = (found) => found.map(({title, names, rows}) => [`# ${title}`, names.map(quoted).join(","), ...rows.map((row) => row.map(quoted).join(","))].join("\n")).join("\n\n");

  const element = (name, ...children) => {
    const made = document.createElement(name);
    made.append(...children);
    return made;
  };

  const row = (kind, values) => element("tr", ...values.map((value) => element(kind, `${value ?? ""}`)));

  const asTable = ({title, names, rows}) => {
    const cut = rows.length > SHOWN ? `; the first ${SHOWN} of ${rows.length} rows` : "";
    const made = element("table", element("caption", title + cut), element("thead", row("th", names)), element("tbody", ...rows.slice(0, SHOWN).map((values) => row("td", values))));
    const room = element("div", made);
    room.className = "tsup-data-room";
    room.tabIndex = 0;
    room.setAttribute("role", "group");
    room.setAttribute("aria-label", title);
    return room;
  };

  const download = (found, name) => {
    const address = URL.createObjectURL(new Blob([asFile(found)], {type: "text/csv"}));
    const link = element("a", "Download as CSV");
    Object.assign(link, {href: address, download: `${name}.csv`});
    return element("p", link);
  };

  const fill = async (details) => {
    const page = location.pathname.split("/").pop().replace(/\.html$/, ""), id = details.dataset.of;
    [...details.children].slice(1).forEach((old) => old.remove());
    const found = tables(await tsupFigures.wake(id));
    if (!found.length) return details.append(element("p", "This figure draws no columns of numbers."));
    details.append(download(found, `${page}-${id}`), ...found.map(asTable));
  };

  document.querySelectorAll(".tsup-data").forEach((details) => details.addEventListener("toggle", () => {
    if (details.open) fill(details).catch((error) => details.append(element("p", `The data could not be read (${error.message}).`)));
  }));
})();
