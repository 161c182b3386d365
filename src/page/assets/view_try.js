// Try: a few tickets, two models, several prompts, side by side. Nothing is scored or kept.

import { actAndWait } from "./api.js";
import { currentJob, getKnown, readJob } from "./app.js";
import { announce, choice, el, field, name, table } from "./dom.js";
import { noJob } from "./view_decide.js";
import { duration, percent } from "./words.js";

function answerCell({ answer }) {
	return [
		el("strong", {}, name(answer.label ?? answer.mark ?? answer.outcome)),
		answer.probability === null || answer.probability === undefined
			? null
			: ` ${percent(answer.probability)}`,
		answer.reason ? el("small", { dir: "auto" }, answer.reason) : null,
		answer.raw ? el("pre", { dir: "auto" }, answer.raw) : null,
		el("small", {}, duration(answer.label_us)),
	];
}

const columns = [
	{ title: "Candidate", cell: (one) => name(one.candidate) },
	{ title: "Prompt", cell: (one) => name(one.prompt ?? "the job's") },
	{ title: "Answer", cell: answerCell, class: "wide" },
];

const ticketSection = (ticket) =>
	el(
		"section",
		{},
		el("h2", {}, name(ticket.id)),
		el("blockquote", { dir: "auto" }, ticket.text),
		table(`Answers to ${ticket.id}`, columns, ticket.answers),
	);

const several = (select) => [...select.selectedOptions].map((option) => option.value);

export async function draw() {
	if (!currentJob()) return noJob("Try a prompt");
	const plan = await readJob("plan");
	const models = [
		...new Set(
			plan.candidates.filter((one) => one.licence && !one.refused).map((one) => one.path),
		),
	];
	const prompts = getKnown()
		.files.filter((file) => file.name.endsWith(".txt"))
		.map((file) => [file.id, file.name]);
	const model = choice(
		models.map((path, at) => [path, path.split("/").at(-1), at < 2]),
		null,
		{ multiple: true, size: Math.min(6, Math.max(2, models.length)) },
	);
	const prompt = choice(prompts, null, {
		multiple: true,
		size: Math.min(6, Math.max(2, prompts.length)),
	});
	const tickets = el("input", { type: "number", min: 1, max: 20, value: 3 });
	const place = el("div", {}),
		press = el("button", { class: "button" }, "Ask");

	const submit = async (event) => {
		event.preventDefault();
		press.disabled = true;
		place.replaceChildren(el("p", { class: "loading", role: "status" }, "Asking …"));
		try {
			const result = await actAndWait("try", {
				job: currentJob().id,
				models: several(model),
				prompt: several(prompt),
				tickets: Number(tickets.value),
			});
			place.replaceChildren(...result.tickets.map(ticketSection));
			announce("The answers are here");
		} catch (refusal) {
			place.replaceChildren(el("p", { class: "said", role: "alert" }, refusal.message));
		}
		press.disabled = false;
	};
	return [
		el("h1", {}, "Try a prompt"),
		el(
			"p",
			{},
			"A few tickets, side by side, before the smoke test. Nothing is scored, and no run is made.",
		),
		el(
			"form",
			{ class: "sheet", submit },
			el(
				"div",
				{ class: "filters" },
				field("Models", model, "None chosen: the two smallest."),
				prompts.length
					? field("Prompts to compare with the job's", prompt)
					: el(
							"p",
							{ class: "note" },
							"To compare prompts, put them beside the job as .txt files.",
						),
				field("Tickets", tickets),
			),
			press,
		),
		place,
	];
}
