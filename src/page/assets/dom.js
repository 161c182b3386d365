// Builds elements. Texts become text nodes, never markup: no ticket can turn into code here.

const SVG = "http://www.w3.org/2000/svg";

function fill(element, attributes, children) {
	for (const [name, value] of Object.entries(attributes ?? {})) {
		if (typeof value === "function") element.addEventListener(name, value);
		else if (value === true) element.setAttribute(name, "");
		else if (value !== false && value !== null && value !== undefined)
			element.setAttribute(name, value);
	}
	element.append(
		...children
			.flat(Infinity)
			.filter((child) => child !== null && child !== undefined && child !== false),
	);
	return element;
}

/** el("a", { href: "#/", click: go }, "text", other): a function listens, null is left out. */
export function el(tag, attributes, ...children) {
	return fill(document.createElement(tag), attributes, children);
}

export function svg(tag, attributes, ...children) {
	return fill(document.createElementNS(SVG, tag), attributes, children);
}

/** Foreign text in a line of ours: isolated, so that its direction does not reorder the line. */
export function name(text) {
	return el("bdi", {}, text);
}

/** A small button; `unseen` ends its name for those who hear it. */
export function quietButton(text, unseen, click) {
	return el("button", { type: "button", class: "quiet", click }, text, el("span", { class: "unseen" }, unseen));
}

/** A table with headers. A column is { title, cell, class }; the first is the row's header. */
export function table(caption, columns, rows, rowClass = () => null) {
	const head = columns.map((column) =>
		el("th", { scope: "col", class: column.class }, column.title),
	);
	const body = rows.map((row) =>
		el(
			"tr",
			{ class: rowClass(row) },
			columns.map((column, at) =>
				at === 0
					? el("th", { scope: "row", class: column.class }, column.cell(row))
					: el("td", { class: column.class }, column.cell(row)),
			),
		),
	);
	return el(
		"div",
		{ class: "box", tabindex: "0", role: "group", "aria-label": caption },
		el(
			"table",
			{},
			el("caption", {}, el("span", {}, caption)),
			el("thead", {}, el("tr", {}, head)),
			el("tbody", {}, body),
		),
	);
}

let nFields = 0;

/** A control below its label, and a hint below both. */
export function field(label, control, hint) {
	const id = control.id || `field-${++nFields}`;
	control.id = id;
	if (hint) control.setAttribute("aria-describedby", `${id}-hint`);
	return el(
		"div",
		{ class: "field" },
		el("label", { for: id }, label),
		control,
		hint ? el("small", { id: `${id}-hint` }, hint) : null,
	);
}

/** A <select>; an option is [value, text]; several may be chosen. */
export function choice(options, chosen, attributes) {
	return el(
		"select",
		attributes,
		options.map(([value, text]) => el("option", { value, selected: [chosen].flat().includes(value) }, text)),
	);
}

/** Says a line to a screen reader without moving the focus. */
export function announce(text) {
	document.getElementById("announce").textContent = text;
}
