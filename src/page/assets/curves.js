// Three curves in one kind of chart: shares up, something across, and a sentence that says it all.

import { el, svg } from "./dom.js";
import { percent, pickOf } from "./words.js";

const WIDTH = 560;
const HEIGHT = 240;
const BOX = { left: 46, right: 548, top: 12, bottom: 206 };
const MAX_DOTS = 60; // more are only a line

/** From a point in shares to one in the picture. `low` is the lowest share that is shown. */
function placer(low) {
	return ({ x, y }) => [
		BOX.left + x * (BOX.right - BOX.left),
		BOX.bottom - ((y - low) / (1 - low)) * (BOX.bottom - BOX.top),
	];
}

function gridLine(place, share) {
	const [x1, y] = place({ x: 0, y: share });
	return [
		svg("line", { class: "grid", x1, x2: BOX.right, y1: y, y2: y }),
		svg("text", { x: x1 - 6, y: y + 4, "text-anchor": "end" }, percent(share)),
	];
}

function barLine(place, bar) {
	const [x1, y] = place({ x: 0, y: bar });
	return svg("line", { class: "bar", x1, x2: BOX.right, y1: y, y2: y });
}

function dot(place, point) {
	const [cx, cy] = place(point);
	return svg("circle", { class: "dot", cx, cy, r: 3.5 }, svg("title", {}, point.title));
}

function under(place, low, x, text) {
	const [at] = place({ x, y: low });
	return svg("text", { x: at, y: BOX.bottom + 16, "text-anchor": "middle" }, text);
}

/** points: [{ x, y, title }], x and y from 0 to 1; ticks: [[x, text]]; bar: a share, or null. */
function curve({ words, across, points, ticks, bar = null }) {
	const shares = points.map((point) => point.y).concat(bar ?? []);
	const low = Math.max(0, Math.floor(10 * Math.min(...shares) - 0.5) / 10);
	const place = placer(low);
	const line = points.map((point) => place(point).join(",")).join(" ");
	const picture = svg(
		"svg",
		{ viewBox: `0 0 ${WIDTH} ${HEIGHT}`, role: "img", "aria-label": words, class: "chart" },
		[0, 0.25, 0.5, 0.75, 1].map((part) => gridLine(place, low + part * (1 - low))),
		ticks.map(([x, text]) => under(place, low, x, text)),
		svg("text", { class: "dim", x: WIDTH / 2, y: HEIGHT - 3, "text-anchor": "middle" }, across),
		bar === null ? null : barLine(place, bar),
		svg("polyline", { class: "line", points: line }),
		points.length <= MAX_DOTS ? points.map((point) => dot(place, point)) : null,
	);
	return el("figure", {}, picture, el("figcaption", {}, words));
}

/**
 * How often the surest answers are right: replies by their probability, from the surest to all.
 * A list of { coverage, accuracy, above }; empty without probabilities.
 */
export function coverageOf(replies) {
	const sure = replies
		.filter((reply) => reply.probs && reply.label)
		.map((reply) => ({ right: reply.right, sure: reply.probs[reply.label] }))
		.sort((a, b) => b.sure - a.sure);
	const list = [];
	let right = 0;

	for (const [at, reply] of sure.entries()) {
		right += reply.right ? 1 : 0;
		if (sure[at + 1]?.sure === reply.sure) continue; // They are taken together.
		const n = at + 1;
		list.push({ coverage: n / replies.length, accuracy: right / n, above: reply.sure });
	}
	return list;
}

function coverageWords(list, bar) {
	const enough = list.findLast((point) => point.accuracy >= bar);
	if (!enough) return "Even the tickets that it is surest of are right less often than the bar.";
	const { coverage, accuracy, above } = enough;
	if (coverage === 1)
		return `It may answer every ticket: ${percent(accuracy)} are right, the bar is ${percent(bar)}.`;
	return (
		`It may answer ${percent(coverage)} of the tickets, those that it is ${percent(above)} sure ` +
		`of or more: ${percent(accuracy)} of them are right.`
	);
}

export function coverageChart(list, bar) {
	return curve({
		words: coverageWords(list, bar),
		across: "share of the tickets that it answers, the surest first",
		points: list.map(({ coverage, accuracy, above }) => ({
			x: coverage,
			y: accuracy,
			title: `${percent(accuracy)} of ${percent(coverage)}, ${percent(above)} sure or more`,
		})),
		ticks: [0, 0.25, 0.5, 0.75, 1].map((x) => [x, percent(x)]),
		bar,
	});
}

/** The pick's score from run to run, the oldest first; null for fewer than two picks. */
export function trendChart(runs) {
	const scored = runs
		.filter((run) => pickOf(run)?.score)
		.map((run) => ({ ...run, share: pickOf(run).score.accuracy }));
	if (scored.length < 2) return null;
	const shares = scored.map((run) => percent(run.share)).join(", ");
	const x = (at) => (at + 0.5) / scored.length;
	return curve({
		words: `The pick's score in ${scored.length} runs: ${shares}.`,
		across: "runs, the oldest first",
		points: scored.map((run, at) => ({
			x: x(at),
			y: run.share,
			title: `${run.run}: ${run.pick}, ${percent(run.share)}`,
		})),
		ticks: scored.length <= 8 ? scored.map((run, at) => [x(at), run.run.slice(0, 10)]) : [],
		bar: scored.at(-1).bar,
	});
}

/** A learning curve: [{ tickets, share }]. */
export function learningChart(list) {
	const most = Math.max(...list.map((point) => point.tickets));
	const steps = list.map((point) => `${percent(point.share)} with ${point.tickets}`).join(", ");
	return curve({
		words: `Right by the number of tickets it learnt from: ${steps}.`,
		across: "labelled tickets to learn from",
		points: list.map(({ tickets, share }) => ({
			x: tickets / most,
			y: share,
			title: percent(share),
		})),
		ticks: list.map((point) => [point.tickets / most, String(point.tickets)]),
	});
}
