// A table of any length of which only the rows in sight exist. One tab stop: arrows move inside.

import { el } from "./dom.js";

const ROW_HEIGHT = 40; // as .grid td in the style sheet
const SPARE = 6; // rows drawn above and below those in sight

/**
 * columns: [{ title, sort, class }]; `sort` says that Enter on the title sorts.
 * cell(row, column): { content, class }. Enter or a click calls open(row) or sortBy(column).
 */
export function makeGrid({ caption, columns, cell, open, sortBy }) {
	const body = el("tbody", {});
	const head = el(
		"tr",
		{ "aria-rowindex": 1 },
		columns.map((column, at) =>
			el(
				"th",
				{
					role: "columnheader",
					scope: "col",
					class: column.class,
					"data-row": -1,
					"data-column": at,
					title: column.hint ?? column.title,
				},
				column.title,
				el("span", { class: "arrow", "aria-hidden": "true" }),
			),
		),
	);
	const grid = el(
		"table",
		{ role: "grid", class: "grid", "aria-label": caption, "aria-colcount": columns.length },
		el("thead", {}, head),
		body,
	);
	const scroller = el("div", { class: "scroller" }, grid);
	let rows = [],
		first = 0,
		last = 0;
	let active = { row: -1, column: 0 };

	const find = ({ row, column }) =>
		grid.querySelector(`[data-row="${row}"][data-column="${column}"]`);
	const mark = () => {
		grid.querySelector('[tabindex="0"]')?.setAttribute("tabindex", "-1");
		(find(active) ?? find({ row: -1, column: 0 })).setAttribute("tabindex", "0");
	};
	const spacer = (nRows) => {
		const place = el("td", { colspan: columns.length });
		place.style.height = `${nRows * ROW_HEIGHT}px`;
		return el("tr", { "aria-hidden": "true", class: "spacer" }, place);
	};
	const drawRow = (at) =>
		el(
			"tr",
			{ "aria-rowindex": at + 2 },
			columns.map((column, k) => {
				const { content, class: kind } = cell(rows[at], k);
				return el(
					k === 0 ? "th" : "td",
					{
						role: k === 0 ? "rowheader" : "gridcell",
						class: `${column.class ?? ""} ${kind ?? ""}`,
						"data-row": at,
						"data-column": k,
						tabindex: -1,
					},
					content,
				);
			}),
		);
	const draw = (always) => {
		const top = Math.floor(scroller.scrollTop / ROW_HEIGHT);
		const from = Math.max(0, top - SPARE),
			to = Math.min(rows.length, top + Math.ceil(scroller.clientHeight / ROW_HEIGHT) + SPARE);
		const hadFocus = body.contains(document.activeElement);
		if (!always && from === first && to === last) return;
		[first, last] = [from, to];
		body.replaceChildren(
			spacer(first),
			...rows.slice(first, last).map((row, at) => drawRow(first + at)),
			spacer(rows.length - last),
		);
		mark();
		if (hadFocus) (find(active) ?? scroller).focus({ preventScroll: true });
	};
	const go = (row, column) => {
		active = {
			row: Math.max(-1, Math.min(rows.length - 1, row)),
			column: Math.max(0, Math.min(columns.length - 1, column)),
		};
		const y = active.row * ROW_HEIGHT,
			seen = scroller.clientHeight - head.offsetHeight;
		if (active.row >= 0 && y < scroller.scrollTop) scroller.scrollTop = y;
		else if (active.row >= 0 && y + ROW_HEIGHT > scroller.scrollTop + seen)
			scroller.scrollTop = y + ROW_HEIGHT - seen;
		draw(false);
		mark();
		find(active).focus({ preventScroll: true });
		find(active).scrollIntoView({ block: "nearest", inline: "nearest" });
	};
	const press = ({ row, column }) => (row < 0 ? sortBy(column) : open(rows[row]));
	const page = () => Math.max(1, Math.floor(scroller.clientHeight / ROW_HEIGHT) - 2);
	const moves = {
		ArrowDown: () => [active.row + 1, active.column],
		ArrowUp: () => [active.row - 1, active.column],
		ArrowRight: () => [active.row, active.column + 1],
		ArrowLeft: () => [active.row, active.column - 1],
		PageDown: () => [active.row + page(), active.column],
		PageUp: () => [Math.max(0, active.row - page()), active.column],
		Home: (far) => [far ? -1 : active.row, 0],
		End: (far) => [far ? rows.length - 1 : active.row, columns.length - 1],
	};
	const placeOf = (target) => {
		const at = target.closest("[data-row]");
		return at && { row: Number(at.dataset.row), column: Number(at.dataset.column) };
	};

	scroller.tabIndex = -1;
	scroller.addEventListener("scroll", () => draw(false), { passive: true });
	scroller.addEventListener("keydown", (event) => {
		if (moves[event.key]) go(...moves[event.key](event.ctrlKey));
		else if (event.key === "Enter" || event.key === " ") press(active);
		else return;
		event.preventDefault();
	});
	scroller.addEventListener("click", (event) => {
		const place = placeOf(event.target);
		if (!place) return;
		active = place;
		mark();
		press(place);
	});
	const resized = new ResizeObserver(() => draw(false));
	resized.observe(scroller);

	return {
		element: scroller,
		focus: () => (find(active) ?? find({ row: -1, column: 0 })).focus(),
		/** Shows these rows; `sorted` is { column, down } or null. */
		setRows(some, sorted) {
			rows = some;
			if (active.row >= rows.length) active = { row: -1, column: 0 };
			grid.setAttribute("aria-rowcount", rows.length + 1);
			for (const [at, title] of [...head.children].entries())
				title.setAttribute(
					"aria-sort",
					sorted?.column === at ? (sorted.down ? "descending" : "ascending") : "none",
				);
			scroller.scrollTop = 0;
			draw(true);
		},
	};
}
