// Charts as inline SVG. Each has a text that says what it shows; colours come from the style sheet.

import { el, svg } from "./dom.js";
import { atLeast, percent } from "./words.js";

function picture(label, width, height, ...children) {
	return svg(
		"svg",
		{
			viewBox: `0 0 ${width} ${height}`,
			role: "img",
			"aria-label": label,
			preserveAspectRatio: "none",
		},
		children,
	);
}

/** One candidate from 0 to 100%: what is proven, what was scored, and where the bar is. */
export function strip(share, proven, bar) {
	const label = `${percent(share)} right, worst case ${atLeast(proven)}, the bar is ${percent(bar)}`;
	const x = (value) => (100 * value).toFixed(2);
	return svg(
		"svg",
		{
			viewBox: "0 0 100 16",
			role: "img",
			"aria-label": label,
			class: "strip",
			preserveAspectRatio: "none",
		},
		svg("rect", { class: "rail", x: 0, y: 6, width: 100, height: 4 }),
		svg("rect", { class: "proven", x: 0, y: 4, width: x(proven ?? 0), height: 8 }),
		svg("line", { class: "bar", x1: x(bar), x2: x(bar), y1: 0, y2: 16 }),
		svg("line", { class: "seen", x1: x(share), x2: x(share), y1: 1, y2: 15 }),
	);
}

/** The strip of a running candidate; laneMarks() fills it. */
export function lane(nTickets) {
	return svg("svg", {
		viewBox: `0 0 ${Math.max(nTickets, 1)} 10`,
		class: "ticks",
		role: "img",
		preserveAspectRatio: "none",
	});
}

function tick(at, width, kind) {
	return svg("rect", { class: kind, x: at, y: 0, width: width * 0.999, height: 10 });
}

/**
 * Answers of an earlier session and of baselines have no event: these are counted first. Without
 * labels all marks are alike.
 */
export function laneMarks(chart, own, nTickets) {
	const counted = own.answered - own.marks.length;
	const rightBefore = own.scored ? own.right - own.marks.filter(Boolean).length : counted;
	chart.setAttribute(
		"aria-label",
		`${own.answered} of ${nTickets} answered${own.scored ? `, ${own.right} right` : ""}`,
	);
	if (Number(chart.dataset.answered) > own.answered) chart.replaceChildren();
	if (chart.childElementCount === 0 && counted > 0)
		chart.append(
			tick(0, rightBefore, "right"),
			tick(rightBefore, counted - rightBefore, "wrong"),
		);
	for (let at = Number(chart.dataset.ticked ?? 0); at < own.marks.length; at++)
		chart.append(tick(counted + at, 1, own.marks[at] || !own.scored ? "right" : "wrong"));
	chart.dataset.ticked = own.marks.length;
	chart.dataset.answered = own.answered;
}

/** The probabilities of one answer, the likeliest label first. */
export function probabilityBars(probs, gold) {
	const rows = Object.entries(probs).sort((a, b) => b[1] - a[1]);
	return el(
		"table",
		{ class: "probs" },
		el("caption", { class: "unseen" }, "Probability of each label"),
		el(
			"tbody",
			{},
			rows.map(([label, share]) =>
				el(
					"tr",
					{ class: label === gold ? "gold" : null },
					el(
						"th",
						{ scope: "row" },
						el("bdi", {}, label),
						label === gold ? el("span", { class: "note" }, " expected") : null,
					),
					el("td", { class: "n" }, percent(share, 1)),
					el(
						"td",
						{},
						picture(
							`${percent(share)}`,
							100,
							8,
							svg("rect", { class: "rail", x: 0, y: 0, width: 100, height: 8 }),
							svg("rect", {
								class: "proven",
								x: 0,
								y: 0,
								width: 100 * share,
								height: 8,
							}),
						),
					),
				),
			),
		),
	);
}
