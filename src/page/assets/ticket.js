// One ticket, opened: its text, and every candidate's answer, reason, probabilities and prompt.

import { address, readJob } from "./app.js";
import { probabilityBars } from "./charts.js";
import { el, name } from "./dom.js";
import { shortName } from "./view_decide.js";
import { duration, markOf, percent, said } from "./words.js";

function more(title, content) {
	return content ? el("details", {}, el("summary", {}, title), content) : null;
}

/** The prompt is read when somebody opens it. */
function promptOf(run, candidate, ticket) {
	const place = el("div", {}, "…");
	const show = async () => {
		try {
			const { prompt, missing } = await readJob("prompt", {
				run: run.run,
				candidate: candidate.name,
				ticket: ticket.id,
			});
			place.replaceChildren(
				prompt === null
					? el("p", { class: "note" }, missing)
					: el("pre", { dir: "auto" }, prompt),
			);
		} catch (refusal) {
			place.replaceChildren(el("p", { class: "said" }, refusal.message));
		}
	};
	return candidate.baseline
		? null
		: el("details", { toggle: show }, el("summary", {}, "Exact prompt"), place);
}

function answerItem(run, candidate, answer, reply, ticket) {
	const mark = markOf(reply);
	return el(
		"li",
		{ class: `answer ${mark.class}` },
		el(
			"p",
			{ class: "answer-line" },
			el("b", { class: "sign", "aria-hidden": "true" }, mark.sign),
			el("strong", {}, name(shortName(candidate))),
			" ",
			el("span", {}, name(said(reply))),
			el("span", { class: "unseen" }, ` (${mark.word})`),
			answer.probability === null
				? null
				: el("span", { class: "n" }, percent(answer.probability, 1)),
			reply.label_us > 0 ? el("span", { class: "note" }, duration(reply.label_us)) : null,
		),
		answer.rationale ? el("p", { dir: "auto" }, answer.rationale) : null,
		reply.detail ? el("p", { class: "note" }, reply.detail) : null,
		reply.mark && reply.raw ? el("pre", { dir: "auto" }, reply.raw) : null,
		more("Probabilities", reply.probs ? probabilityBars(reply.probs, ticket.gold) : null),
		promptOf(run, candidate, ticket),
		more("Raw text", reply.raw && !reply.mark ? el("pre", { dir: "auto" }, reply.raw) : null),
	);
}

async function content(run, row) {
	const ticket = await readJob("show", { run: run.run, ticket: row.id });
	const answers = new Map(ticket.answers.map((answer) => [answer.candidate, answer]));
	const asked = run.candidates.filter(
		(candidate) => candidate.replies && answers.has(candidate.name),
	);
	return [
		el("blockquote", { dir: "auto" }, ticket.text),
		el(
			"p",
			{},
			`Expected: `,
			el("strong", {}, name(ticket.gold ?? "–")),
			` · ${ticket.role} · `,
			el("span", { class: "note" }, name(ticket.id)),
		),
		el(
			"ul",
			{ class: "plain" },
			asked.map((candidate) =>
				answerItem(
					run,
					candidate,
					answers.get(candidate.name),
					candidate.replies[row.order],
					ticket,
				),
			),
		),
	];
}

/**
 * Opens `row` of `rows` over the page; j and k go on. Meanwhile the address names the ticket.
 * `leaving` registers what is done if the view goes while the ticket is open.
 */
export function openTicket({ run, rows, row, closed, leaving }) {
	const place = el("div", { class: "ticket-body" }),
		title = el("h2", { id: "ticket-title" });
	const dialog = el("dialog", { class: "ticket", "aria-labelledby": "ticket-title" });
	let at = rows.indexOf(row),
		asked = 0;

	const show = async () => {
		const mine = ++asked,
			{ id } = rows[at];
		title.replaceChildren("Ticket ", `${at + 1} of ${rows.length}`);
		history.replaceState(null, "", address("tickets", run.run, id));
		try {
			const shown = await content(run, rows[at]);
			if (mine === asked) place.replaceChildren(...shown);
		} catch (refusal) {
			place.replaceChildren(el("p", { class: "said" }, refusal.message));
		}
		dialog.scrollTop = 0;
	};
	const step = (by) => {
		at = Math.max(0, Math.min(rows.length - 1, at + by));
		show();
	};
	dialog.append(
		el(
			"div",
			{ class: "ticket-head" },
			title,
			el(
				"button",
				{ type: "button", class: "quiet", "aria-keyshortcuts": "k", click: () => step(-1) },
				"Before",
			),
			el(
				"button",
				{ type: "button", class: "quiet", "aria-keyshortcuts": "j", click: () => step(1) },
				"Next",
			),
			el(
				"button",
				{ type: "button", class: "quiet", autofocus: true, click: () => dialog.close() },
				"Close",
			),
		),
		place,
	);
	dialog.addEventListener("keydown", (event) => {
		if (event.key === "j" || event.key === "k") step(event.key === "j" ? 1 : -1);
	});
	let left = false;
	leaving(() => {
		left = true;
		dialog.remove();
	});
	dialog.addEventListener("close", () => {
		if (left) return;
		dialog.remove();
		history.replaceState(null, "", address("tickets", run.run));
		closed();
	});
	document.body.append(dialog);
	dialog.showModal();
	show();
}
