// One ticket, opened: its text, and every candidate's answer, reason, probabilities and prompt.

import { address, loadRun, readJob } from "./app.js";
import { probabilityBars } from "./charts.js";
import { choice, el, field, name } from "./dom.js";
import { fixForm, isFixable, labelsOf } from "./fix.js";
import { isTyped } from "./keys.js";
import { duration, markOf, percent, said } from "./words.js";

function more(title, content) {
	return content ? el("details", {}, el("summary", {}, title), content) : null;
}

const verbatim = (text) => (text ? el("pre", { dir: "auto" }, text) : null);

/** The prompt is read when somebody opens it. */
function promptOf(run, candidate, ticket) {
	const place = el("div", {}, "…");
	const show = async () => {
		try {
			const options = { run, candidate, ticket: ticket.id };
			const { prompt, missing } = await readJob("prompt", options);
			place.replaceChildren(verbatim(prompt) ?? el("p", { class: "note" }, missing));
		} catch (refusal) {
			place.replaceChildren(el("p", { class: "said" }, refusal.message));
		}
	};
	return el("details", { toggle: show }, el("summary", {}, "Exact prompt"), place);
}

function answerItem(matrix, answer, ticket) {
	const mark = markOf(answer, ticket.gold);
	const { baseline } = matrix.candidates.find((one) => one.name === answer.candidate);
	const line = [
		el("b", { class: "sign", "aria-hidden": "true" }, mark.sign),
		el("strong", {}, name(answer.short_name)),
		el("span", {}, name(said(answer))),
		el("span", { class: "unseen" }, mark.word),
		answer.probability !== null && el("span", { class: "n" }, percent(answer.probability, 1)),
		el("span", { class: "note" }, duration(answer.label_us)),
	];
	return el(
		"li",
		{ class: `answer ${mark.class}` },
		el("p", { class: "answer-line" }, line),
		answer.rationale && el("p", { dir: "auto" }, answer.rationale),
		answer.detail && el("p", { class: "note" }, answer.detail),
		answer.mark && verbatim(answer.raw),
		more("Probabilities", answer.probs && probabilityBars(answer.probs, ticket.gold)),
		!baseline && promptOf(matrix.run, answer.candidate, ticket),
		!answer.mark && more("Raw text", verbatim(answer.raw)),
	);
}

/** The expected label is corrected in a new file, never in the old one. */
async function wrongLabel(matrix, ticket) {
	const run = await loadRun(matrix.run);
	if (!isFixable(run)) return null;
	const others = labelsOf(run).filter((label) => label !== ticket.gold);
	const right = choice([["", "choose"], ...others.map((label) => [label, label])], "", {});
	const chosen = () => (right.value ? [[ticket.id, right.value]] : []);
	return more(
		"This label is wrong",
		el("div", {}, field("Right is", right), fixForm(run, "Correct it", chosen)),
	);
}

async function content(matrix, id) {
	const ticket = await readJob("show", { run: matrix.run, ticket: id });
	const expected = el("strong", {}, name(ticket.gold ?? "–"));
	return [
		el("blockquote", { dir: "auto" }, ticket.text),
		el(
			"p",
			{},
			"Expected: ",
			expected,
			` · ${ticket.role} · `,
			el("span", { class: "note" }, name(ticket.id)),
		),
		await wrongLabel(matrix, ticket),
		el(
			"ul",
			{ class: "plain" },
			ticket.answers.map((answer) => answerItem(matrix, answer, ticket)),
		),
	];
}

function head(title, step, close) {
	const button = (text, click, more) =>
		el("button", { type: "button", class: "quiet", click, ...more }, text);
	return el(
		"div",
		{ class: "ticket-head" },
		title,
		button("Before", () => step(-1), { "aria-keyshortcuts": "k" }),
		button("Next", () => step(1), { "aria-keyshortcuts": "j" }),
		button("Close", close, { autofocus: true }),
	);
}

/**
 * Opens `row` of `rows` over the page; j and k go on. Meanwhile the address names the ticket.
 * `leaving` registers what is done if the view goes while the ticket is open.
 */
export function openTicket({ matrix, rows, row, closed, leaving }) {
	const place = el("div", {});
	const title = el("h2", { id: "ticket-title" });
	const dialog = el("dialog", { class: "ticket", "aria-labelledby": "ticket-title" });
	let at = rows.indexOf(row);
	let asked = 0;

	const show = async () => {
		const mine = ++asked;
		const { id } = rows[at];
		title.textContent = `Ticket ${at + 1} of ${rows.length}`;
		history.replaceState(null, "", address("tickets", matrix.run, id));
		const shown = await content(matrix, id).catch((refusal) => [
			el("p", { class: "said" }, refusal.message),
		]);
		if (mine !== asked) return;
		place.replaceChildren(...shown.filter(Boolean));
		dialog.scrollTop = 0;
	};
	const step = (by) => {
		at = Math.max(0, Math.min(rows.length - 1, at + by));
		show();
	};
	dialog.append(
		head(title, step, () => dialog.close()),
		place,
	);
	dialog.addEventListener("keydown", (event) => {
		if (["j", "k"].includes(event.key) && !isTyped(event)) step(event.key === "j" ? 1 : -1);
	});
	dialog.addEventListener("close", () => {
		if (!dialog.isConnected) return; // The view has gone.
		dialog.remove();
		history.replaceState(null, "", address("tickets", matrix.run));
		closed();
	});
	leaving(() => dialog.remove());
	document.body.append(dialog);
	dialog.showModal();
	show();
}
